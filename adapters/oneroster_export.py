"""Write a school's records as a OneRoster bundle, version 1.1 or 1.2, in bulk: the files that adapters.oneroster reads.

What the standard has no place for stays out, such as attendance, fees and addresses. Of staff and guardians whose role is
none of the standard's, the nearest is written. adapters.oneroster_left_out says both of the records at hand.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any

from adapters.declare import names
from adapters.oneroster_left_out import GUARDIANS, Records
from adapters.oneroster_people import STAFF_ROLES
from core.errors import InvalidInputError

ENTITIES = (
    "school",
    "term",
    "course",
    "class_section",
    "student",
    "guardian",
    "staff",
    "enrollment",
    "assessment_result",
)
VERSIONS = ("1.1", "1.2")
_STAMP = (1980, 1, 1, 0, 0, 0)  # of the files in the ZIP: the same records give the same bytes
_RECORD = "sourcedId|status|dateLastModified"
_USER = "|middleName|identifier|email|sms|phone|agentSourcedIds|grades|password"
_HEADERS = {
    "orgs": f"{_RECORD}|name|type|identifier|parentSourcedId",
    "academicSessions": f"{_RECORD}|title|type|startDate|endDate|parentSourcedId|schoolYear",
    "courses": f"{_RECORD}|schoolYearSourcedId|title|courseCode|grades|orgSourcedId|subjects|subjectCodes",
    "classes": f"{_RECORD}|title|grades|courseSourcedId|classCode|classType|location|schoolSourcedId|termSourcedIds|subjects|"
    "subjectCodes|periods",
    "users": f"{_RECORD}|enabledUser|orgSourcedIds|role|username|userIds|givenName|familyName{_USER}",
    "roles": f"{_RECORD}|userSourcedId|roleType|role|beginDate|endDate|orgSourcedId|userProfileSourcedId",
    "enrollments": f"{_RECORD}|classSourcedId|schoolSourcedId|userSourcedId|role|primary|beginDate|endDate",
    "demographics": f"{_RECORD}|birthDate|sex|americanIndianOrAlaskaNative|asian|blackOrAfricanAmerican|"
    "nativeHawaiianOrOtherPacificIslander|white|demographicRaceTwoOrMoreRaces|hispanicOrLatinoEthnicity|countryOfBirthCode|"
    "stateOfBirthAbbreviation|cityOfBirth|publicSchoolResidenceStatus",
    "lineItems": f"{_RECORD}|title|description|assignDate|dueDate|classSourcedId|categorySourcedId|gradingPeriodSourcedId|"
    "resultValueMin|resultValueMax",
    "results": f"{_RECORD}|lineItemSourcedId|studentSourcedId|scoreStatus|score|scoreDate|comment",
}
_USERS_1_2 = (
    f"{_RECORD}|enabledUser|username|userIds|givenName|familyName{_USER}|userMasterIdentifier|resourceSourcedIds|"
    "preferredGivenName|preferredMiddleName|preferredFamilyName|primaryOrgSourcedId|pronouns"
)
_RESULTS_1_2 = (
    f"{_HEADERS['results']}|scoreScaleSourcedId|textScore|classSourcedId|inProgress|incomplete|late|missing"
)
_ABSENT = names("categories|classResources|courseResources|resources")
_SESSIONS = {"year": "schoolYear", "grading_period": "gradingPeriod"}
_PARENTS = frozenset({"mother", "father", "parent"})
_ORGS = frozenset({"school", "district", "department"})
_Row = Mapping[str, object]


def bundle_of(records: Records, version: str = "1.1") -> bytes:
    """Return the ZIP of the bundle, with its manifest; InvalidInputError for another version of the standard."""
    if version not in VERSIONS:
        raise InvalidInputError(f"There is no OneRoster {version!r} here.", hint="Use 1.1 or 1.2.")
    users = list(_users(records))
    files: dict[str, Iterable[_Row]] = {
        "orgs": _orgs(records),
        "academicSessions": _sessions(records),
        "courses": _courses(records),
        "classes": _classes(records),
        "users": users,
        "enrollments": _enrollments(records),
        "demographics": _demographics(records),
        "lineItems": _line_items(records),
        "results": _results(records),
    }
    headers = dict(_HEADERS)
    if version == "1.2":
        files["roles"] = [_role(user) for user in users]
        headers |= {"users": _USERS_1_2, "results": _RESULTS_1_2}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, "manifest", ("propertyName", "value"), _manifest(files, version))
        for name, rows in files.items():
            _add(archive, name, names(headers[name]), rows)
    return buffer.getvalue()


def _add(archive: zipfile.ZipFile, name: str, header: Sequence[str], rows: Iterable[_Row]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, header, restval="", extrasaction="ignore", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({key: _cell(value) for key, value in row.items()} for row in rows)
    entry = zipfile.ZipInfo(f"{name}.csv", _STAMP)
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, text.getvalue())


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def _manifest(files: Iterable[str], version: str) -> Iterator[_Row]:
    properties = {"manifest.version": "1.0", "oneroster.version": version}
    properties |= dict.fromkeys((f"file.{name}" for name in sorted(files)), "bulk")
    properties |= dict.fromkeys((f"file.{name}" for name in _ABSENT), "absent")
    properties |= {"source.systemName": "AuraConnect", "source.systemCode": "aura"}
    yield from ({"propertyName": name, "value": value} for name, value in properties.items())


def _of(records: Records, entity: str, **columns: str) -> Iterator[dict[str, object]]:
    """Yield the records of an entity under the names of columns: `columns` is column -> field."""
    for record in records.get(entity, ()):
        yield {"sourcedId": record["external_id"]} | {
            column: record.get(field) for column, field in columns.items()
        }


def _orgs(records: Records) -> Iterator[_Row]:
    for row in _of(records, "school", name="name", type="kind", parentSourcedId="parent_id"):
        yield row | {"type": row["type"] if row["type"] in _ORGS else "school"}


def _sessions(records: Records) -> Iterator[_Row]:
    columns = {"title": "name", "type": "kind", "startDate": "starts_on", "endDate": "ends_on"}
    for row in _of(records, "term", **columns, schoolYear="year"):
        yield row | {"type": _SESSIONS.get(str(row["type"]), row["type"] or "term")}


def _courses(records: Records) -> Iterator[_Row]:
    columns = {"title": "name", "courseCode": "code", "grades": "grade_levels", "orgSourcedId": "school_id"}
    for row in _of(records, "course", **columns):
        yield row | {"grades": _list(row["grades"])}


def _classes(records: Records) -> Iterator[_Row]:
    columns = {"title": "name", "courseSourcedId": "course_id", "classCode": "code", "classType": "kind"}
    columns |= {"location": "room", "schoolSourcedId": "school_id", "periods": "period"}
    for row in _of(records, "class_section", **columns, termSourcedIds="term_ids"):
        kind = row["classType"] or "scheduled"
        yield row | {"termSourcedIds": _list(row["termSourcedIds"]), "classType": kind}


def _users(records: Records) -> Iterator[dict[str, object]]:
    """Yield pupils, staff and guardians; the pupils name their guardians, as these name them."""
    guardians: dict[str, list[str]] = {}
    for record in records.get("guardian", ()):
        for pupil in _list(record.get("student_ids")).split(","):
            guardians.setdefault(pupil, []).append(str(record["external_id"]))
    person = {"givenName": "first_name", "familyName": "last_name", "email": "email", "phone": "phone"}
    of_school = {"orgSourcedIds": "school_id", "enabledUser": "is_active"}
    pupil_columns = {"middleName": "middle_name", "identifier": "student_number", "grades": "grade_level"}
    for row in _of(records, "student", **person, **of_school, **pupil_columns):
        agents = ",".join(guardians.get(str(row["sourcedId"]), ()))
        yield _user(row, "student") | {"agentSourcedIds": agents}
    for row in _of(records, "staff", **person, **of_school, role="role"):
        yield _user(row, str(row["role"]) if row["role"] in STAFF_ROLES else "teacher")
    for row in _of(records, "guardian", **person, role="relationship", agentSourcedIds="student_ids"):
        said = str(row["role"] or "").lower()
        role = said if said in GUARDIANS else "parent" if said in _PARENTS else "guardian"
        yield _user(row, role) | {"agentSourcedIds": _list(row["agentSourcedIds"])}


def _user(row: Mapping[str, object], role: str) -> dict[str, object]:
    is_enabled = row.get("enabledUser") is not False
    of_both = {"role": role, "username": row["sourcedId"], "primaryOrgSourcedId": row.get("orgSourcedIds")}
    return {**row, **of_both, "enabledUser": is_enabled, "userMasterIdentifier": row["sourcedId"]}


def _role(user: Mapping[str, object]) -> _Row:
    key = user["sourcedId"]
    return {
        "sourcedId": f"role-{key}",
        "userSourcedId": key,
        "roleType": "primary",
        "role": user["role"],
        "orgSourcedId": user.get("orgSourcedIds"),
    }


def _enrollments(records: Records) -> Iterator[_Row]:
    school_of = {
        record["external_id"]: record.get("school_id") for record in records.get("class_section", ())
    }
    columns = {
        "classSourcedId": "class_id",
        "userSourcedId": "person_id",
        "role": "role",
        "primary": "is_primary",
    }
    for row in _of(records, "enrollment", **columns, beginDate="starts_on", endDate="ends_on"):
        yield row | {
            "schoolSourcedId": school_of.get(row["classSourcedId"]),
            "role": row["role"] or "student",
        }


def _demographics(records: Records) -> Iterator[_Row]:
    rows = _of(records, "student", birthDate="birth_date", sex="gender")
    yield from (row for row in rows if row["birthDate"] or row["sex"])


def _line_items(records: Records) -> Iterator[_Row]:
    """Yield what was assessed: each title of a class, with its highest mark and the day of its last result."""
    items: dict[str, dict[str, object]] = {}
    for record in records.get("assessment_result", ()):
        day = str(record.get("assessed_on") or "")
        item = items.setdefault(
            _line_item(record),
            {
                "sourcedId": _line_item(record),
                "title": record.get("title"),
                "classSourcedId": record.get("class_id"),
                "resultValueMin": 0,
                "resultValueMax": record.get("max_score"),
                "dueDate": day,
            },
        )
        item["dueDate"] = max(str(item["dueDate"]), day)
    yield from items.values()


def _line_item(record: Mapping[str, Any]) -> str:
    parts = (record.get("title"), record.get("class_id"), record.get("max_score"))
    return f"item-{blake2b(repr(parts).encode(), digest_size=8).hexdigest()}"


def _results(records: Records) -> Iterator[_Row]:
    columns = {
        "studentSourcedId": "student_id",
        "score": "score",
        "scoreDate": "assessed_on",
        "comment": "comment",
        "textScore": "grade",
        "classSourcedId": "class_id",
    }
    rows = _of(records, "assessment_result", **columns)
    for row, record in zip(rows, records.get("assessment_result", ()), strict=True):
        state = "not submitted" if row["score"] is None else "fully graded"
        yield row | {"lineItemSourcedId": _line_item(record), "scoreStatus": state}


def _list(text: object) -> str:
    """Return the ids of a list, as an export of records joins them, without the blanks between them."""
    return ",".join(part.strip() for part in str(text or "").split(",") if part.strip())
