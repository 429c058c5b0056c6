"""OneRoster's CSV of versions 1.1 and 1.2: organisations, sessions, courses, classes and enrolments.

Checked against imsglobal.org/oneroster-v11-final-csv-tables and imsglobal.org/spec/oneroster/v1p2 (CSV binding). Version 1.0
calls the terms of a class `terms`; names are the same otherwise. Rows to be deleted are found by the word in `status`.
"""

from __future__ import annotations

from adapters.declare import fields, listing, mapped, names
from adapters.oneroster_people import MARKS, PEOPLE
from core.engine.sources.contract import Hint, Manifest, Source, StreamSpec

_RECORD = "sourcedId|status|dateLastModified"
_SESSIONS = {"schoolYear": "year", "gradingPeriod": "grading_period"}

_ORGS = StreamSpec(
    name="orgs",
    entity="school",
    headers=frozenset(names(f"{_RECORD}|name|type|identifier|parentSourcedId")),
    hints=fields(
        {
            "sourcedId": "school.external_id",
            "name": "school.name",
            "type": "school.kind",
            "parentSourcedId": "school.parent_id",
        },
        *names("status|dateLastModified|identifier"),
    ),
)
_ACADEMIC_SESSIONS = StreamSpec(
    name="academicSessions",
    entity="term",
    headers=frozenset(names(f"{_RECORD}|title|type|startDate|endDate|parentSourcedId|schoolYear")),
    hints=fields(
        {
            "sourcedId": "term.external_id",
            "title": "term.name",
            "type": mapped("term.kind", _SESSIONS),
            "startDate": "term.starts_on",
            "endDate": "term.ends_on",
            "schoolYear": "term.year",
        },
        *names("status|dateLastModified|parentSourcedId"),
    ),
)
_COURSES = StreamSpec(
    name="courses",
    entity="course",
    headers=frozenset(
        names(f"{_RECORD}|schoolYearSourcedId|title|courseCode|grades|orgSourcedId|subjects|subjectCodes")
    ),
    hints=fields(
        {
            "sourcedId": "course.external_id",
            "title": "course.name",
            "courseCode": "course.code",
            "grades": listing("course.grade_levels"),
            "orgSourcedId": "course.school_id",
        },
        *names("status|dateLastModified|schoolYearSourcedId|subjects|subjectCodes"),
    ),
)
_TERMS = listing("class_section.term_ids")
_CLASSES = StreamSpec(
    name="classes",
    entity="class_section",
    headers=frozenset(
        names(
            f"{_RECORD}|title|grades|courseSourcedId|classCode|classType|location|schoolSourcedId|termSourcedIds|"
            "subjects|subjectCodes|periods"
        )
    ),
    hints=fields(
        {
            "sourcedId": "class_section.external_id",
            "title": "class_section.name",
            "courseSourcedId": "class_section.course_id",
            "classCode": "class_section.code",
            "classType": "class_section.kind",
            "location": "class_section.room",
            "schoolSourcedId": "class_section.school_id",
            "termSourcedIds": _TERMS,
            "terms": Hint(_TERMS.target, transform=_TERMS.transform, unless=("termSourcedIds",)),
            "periods": "class_section.period",
        },
        *names("status|dateLastModified|grades|subjects|subjectCodes|resources"),
    ),
)
_ENROLLMENTS = StreamSpec(
    name="enrollments",
    entity="enrollment",
    headers=frozenset(
        names(f"{_RECORD}|classSourcedId|schoolSourcedId|userSourcedId|role|primary|beginDate|endDate")
    ),
    hints=fields(
        {
            "sourcedId": "enrollment.external_id",
            "classSourcedId": "enrollment.class_id",
            "userSourcedId": "enrollment.person_id",
            "role": "enrollment.role",
            "primary": "enrollment.is_primary",
            "beginDate": "enrollment.starts_on",
            "endDate": "enrollment.ends_on",
        },
        *names("status|dateLastModified|schoolSourcedId"),
    ),
)


def _without_records(name: str, columns: str) -> StreamSpec:
    """Return a file of a bundle that the target has nothing for, known by its name; columns behind '||' may be missing."""
    common, _, further = columns.partition("||")
    headers = names(common)
    hints = fields({}, *headers, *(names(further) if further else ()))
    return StreamSpec(name, "", headers=frozenset(headers), sheet=name, hints=hints)


_MANIFEST = StreamSpec(
    "manifest", "", frozenset({"propertyName", "value"}), needs=frozenset({"propertyName", "value"}),
    hints=fields({}, "propertyName", "value"),
)  # fmt: skip
_WITHOUT_RECORDS = tuple(
    _without_records(name, columns)
    for name, columns in {
        "categories": f"{_RECORD}|title||weight",
        "resources": f"{_RECORD}|vendorResourceId|title|roles|importance|vendorId|applicationId",
        "classResources": f"{_RECORD}|title|classSourcedId|resourceSourcedId",
        "courseResources": f"{_RECORD}|title|courseSourcedId|resourceSourcedId",
        "userResources": f"{_RECORD}|userSourcedId|orgSourcedId|classSourcedId|resourceSourcedId",
        "userProfiles": f"{_RECORD}|userSourcedId|profileType|vendorId|applicationId|description|credentialType|username|password",
        "scoreScales": f"{_RECORD}|title|type|orgSourcedId|courseSourcedId|classSourcedId|scoreScaleValue",
        "lineItemScoreScales": f"{_RECORD}|lineItemSourcedId|scoreScaleSourcedId",
        "resultScoreScales": f"{_RECORD}|resultSourcedId|scoreScaleSourcedId",
        "lineItemLearningObjectiveIds": f"{_RECORD}|lineItemSourcedId|source|learningObjectiveId",
        "resultLearningObjectiveIds": f"{_RECORD}|resultSourcedId|source|learningObjectiveId",
    }.items()
)

ONEROSTER = Source(
    "oneroster",
    "OneRoster",
    "school",
    (
        _ORGS,
        _ACADEMIC_SESSIONS,
        _COURSES,
        _CLASSES,
        _ENROLLMENTS,
        *PEOPLE,
        *MARKS,
        _MANIFEST,
        *_WITHOUT_RECORDS,
    ),
    notes=(
        "Pupils, staff and guardians are told apart by their role; in version 1.2 it stands in roles.csv of the same ZIP.",
        "Birth dates and sex are taken from demographics.csv, the titles of results from lineItems.csv of the same ZIP.",
    ),
    manifest=Manifest(
        "manifest",
        "propertyName",
        "value",
        "oneroster.version",
        ("1.0", "1.1", "1.2"),
        "file.",
        ("bulk", "delta"),
    ),
)
