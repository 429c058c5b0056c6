"""OneRoster's users by their role, and results: versions 1.1 and 1.2.

A user of version 1.1 has a role; of version 1.2 the roles stand in roles.csv of the same ZIP. Birth dates and sex are in its
demographics.csv, the titles of results in its lineItems.csv.
"""

from __future__ import annotations

from dataclasses import replace

from adapters.declare import fields, listing, names
from core.engine.sources.contract import Hint, LookUp, StreamSpec

_PERSON = {"sourcedId": "external_id", "givenName": "first_name", "familyName": "last_name", "email": "email"}
_OF_SCHOOL = {"orgSourcedIds": "school_id", "primaryOrgSourcedId": "school_id", "enabledUser": "is_active"}
_STAFF_ROLES = "teacher|aide|administrator|counselor|principal|districtAdministrator|siteAdministrator|systemAdministrator"
_USER_COLUMNS = names(
    "status|dateLastModified|enabledUser|orgSourcedIds|primaryOrgSourcedId|role|username|userIds|middleName|identifier|"
    "agentSourcedIds|grades|password|userMasterIdentifier|resourceSourcedIds|preferredGivenName|preferredMiddleName|"
    "preferredFamilyName|pronouns|birthDate|sex"
)


def _users(name: str, entity: str, roles: str, further: dict[str, str | Hint]) -> StreamSpec:
    """Return the stream of the users with these roles."""
    person_fields = _PERSON if entity == "guardian" else _PERSON | _OF_SCHOOL
    targets: dict[str, str | Hint] = {
        column: f"{entity}.{target}" for column, target in person_fields.items()
    }
    targets |= further
    targets |= {"phone": f"{entity}.phone", "sms": Hint(f"{entity}.phone", unless=("phone",))}
    unmapped_columns = (column for column in _USER_COLUMNS if column not in targets)
    return StreamSpec(name, entity, where=("role", roles), hints=fields(targets, *unmapped_columns))


_STUDENTS = _users("users_students", "student", "student", {
    "middleName": "student.middle_name", "identifier": "student.student_number", "grades": "student.grade_level",
    "birthDate": "student.birth_date", "sex": "student.gender",
})  # fmt: skip
_STAFF = _users("users_staff", "staff", _STAFF_ROLES, {"role": "staff.role"})
_GUARDIANS = _users("users_guardians", "guardian", "guardian|parent|relative", {
    "role": "guardian.relationship", "agentSourcedIds": listing("guardian.student_ids"),
})  # fmt: skip
_DEMOGRAPHICS = {
    name: LookUp("sourcedId", "demographics", "sourcedId", name) for name in ("birthDate", "sex")
}
_MARKS = names("sourcedId|status|dateLastModified|enabledUser|givenName|familyName|username|agentSourcedIds")
_USERS = replace(
    _STUDENTS,
    headers=frozenset((*_MARKS, "role", "orgSourcedIds")),
    needs=frozenset({"sourcedId", "role", "familyName"}),
    kinds=(_STAFF, _GUARDIANS),
    look_up=_DEMOGRAPHICS,
)
_NAMES = frozenset({"sourcedId", "givenName", "familyName"})
_USERS_OF_1_2 = StreamSpec(
    "users_without_role",
    "",
    headers=frozenset((*_MARKS, "userMasterIdentifier", "primaryOrgSourcedId")) - _NAMES,
    needs=frozenset({"sourcedId", "familyName", "userMasterIdentifier"}),
    where=("role", "proctor"),
    kinds=(_STUDENTS, _STAFF, _GUARDIANS),
    look_up={"role": LookUp("sourcedId", "roles", "userSourcedId", "role"), **_DEMOGRAPHICS},
    # Their names have no hint: a person says which kind of people they are, so that none is left out unasked.
    hints=fields({}, *_USER_COLUMNS, "email", "phone", "sms"),
)
_RECORD = names("sourcedId|status|dateLastModified")
_ROLES = StreamSpec(
    "roles",
    "",
    headers=frozenset((*_RECORD, *names("userSourcedId|roleType|role|beginDate|endDate|orgSourcedId"))),
    needs=frozenset({"userSourcedId", "roleType"}),
    hints=fields(
        {},
        *_RECORD,
        *names("userSourcedId|roleType|role|beginDate|endDate|orgSourcedId|userProfileSourcedId"),
    ),
)
_RACES = names(
    "americanIndianOrAlaskaNative|asian|blackOrAfricanAmerican|nativeHawaiianOrOtherPacificIslander|white|"
    "demographicRaceTwoOrMoreRaces|hispanicOrLatinoEthnicity|countryOfBirthCode|stateOfBirthAbbreviation|cityOfBirth|"
    "publicSchoolResidenceStatus"
)
_OF_DEMOGRAPHICS = (*_RECORD, "birthDate", "sex", *_RACES)
_DEMOGRAPHIC_RECORDS = StreamSpec(
    "demographics",
    "",
    headers=frozenset(_OF_DEMOGRAPHICS),
    needs=frozenset({"sourcedId", "birthDate", "sex"}),
    hints=fields({}, *_OF_DEMOGRAPHICS),
)
_OF_LINE_ITEMS = names("title|description|assignDate|dueDate|classSourcedId|categorySourcedId")
_LINE_ITEMS = StreamSpec(
    "lineItems",
    "",
    headers=frozenset((*_RECORD, *_OF_LINE_ITEMS)),
    needs=frozenset({"sourcedId", "title", "classSourcedId", "dueDate"}),
    hints=fields(
        {}, *_RECORD, *_OF_LINE_ITEMS, *names("gradingPeriodSourcedId|resultValueMin|resultValueMax"),
        *names("academicSessionSourcedId|schoolSourcedId|scoreScaleSourcedId"),
    ),
)  # fmt: skip


def _of_line_item(value: str) -> LookUp:
    return LookUp("lineItemSourcedId", "lineItems", "sourcedId", value, is_expected=value == "title")


_RESULTS = StreamSpec(
    "results",
    "assessment_result",
    headers=frozenset((*_RECORD, *names("lineItemSourcedId|studentSourcedId|scoreStatus|score|scoreDate"))),
    needs=frozenset({"lineItemSourcedId", "studentSourcedId"}),
    look_up={name: _of_line_item(name) for name in ("title", "classSourcedId", "resultValueMax")},
    hints=fields(
        {
            "sourcedId": "assessment_result.external_id",
            "studentSourcedId": "assessment_result.student_id",
            "classSourcedId": "assessment_result.class_id",
            "title": "assessment_result.title",
            "score": "assessment_result.score",
            "textScore": "assessment_result.grade",
            "resultValueMax": "assessment_result.max_score",
            "scoreDate": "assessment_result.assessed_on",
            "comment": "assessment_result.comment",
        },
        *names("status|dateLastModified|lineItemSourcedId|scoreStatus|scoreScaleSourcedId|inProgress|incomplete|late|missing"),
    ),
)  # fmt: skip

STAFF_ROLES = frozenset(names(_STAFF_ROLES))
PEOPLE = (_USERS, _STAFF, _GUARDIANS, _USERS_OF_1_2, _ROLES, _DEMOGRAPHIC_RECORDS)
MARKS = (_LINE_ITEMS, _RESULTS)
