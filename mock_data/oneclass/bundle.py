"""Write the school's OneRoster 1.1 bundle: a manifest and seven files in a ZIP, as the specification has them."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from mock_data.oneclass.people import HOMEROOMS, Roll
from mock_data.writing import listed

SCHOOL, SCHOOL_NAME = "OC-1", "OneClass High School"
_STAMP = (2026, 10, 31, 0, 0, 0)
_RECORD = "sourcedId|status|dateLastModified"
_YEAR = "Y-2026"
_TERMS = (
    ("T-2026-1", "Term 1", "2026-01-13", "2026-04-09"),
    ("T-2026-2", "Term 2", "2026-05-12", "2026-08-06"),
    ("T-2026-3", "Term 3", "2026-09-08", "2026-12-03"),
)
_HEADERS = {
    "orgs": f"{_RECORD}|name|type|identifier|parentSourcedId",
    "academicSessions": f"{_RECORD}|title|type|startDate|endDate|parentSourcedId|schoolYear",
    "courses": f"{_RECORD}|schoolYearSourcedId|title|courseCode|grades|orgSourcedId|subjects|subjectCodes",
    "classes": f"{_RECORD}|title|grades|courseSourcedId|classCode|classType|location|schoolSourcedId|termSourcedIds|subjects|"
    "subjectCodes|periods",
    "users": f"{_RECORD}|enabledUser|orgSourcedIds|role|username|userIds|givenName|familyName|middleName|identifier|email|sms|"
    "phone|agentSourcedIds|grades|password",
    "enrollments": f"{_RECORD}|classSourcedId|schoolSourcedId|userSourcedId|role|primary|beginDate|endDate",
    "demographics": f"{_RECORD}|birthDate|sex|americanIndianOrAlaskaNative|asian|blackOrAfricanAmerican|"
    "nativeHawaiianOrOtherPacificIslander|white|demographicRaceTwoOrMoreRaces|hispanicOrLatinoEthnicity|countryOfBirthCode|"
    "stateOfBirthAbbreviation|cityOfBirth|publicSchoolResidenceStatus",
}
_ABSENT = "categories|classResources|courseResources|lineItems|resources|results"  # files of version 1.1 that the school has not


def write_bundle(path: Path, roll: Roll) -> Path:
    """Write the bundle; bulk, so that status and dateLastModified are blank; the same people give the same bytes."""
    rows: dict[str, list[tuple[object, ...]]] = {
        "orgs": [
            ("D-1", "OneClass Trust", "district", "OCT", ""),
            (SCHOOL, SCHOOL_NAME, "school", "OCHS", "D-1"),
        ],
        "academicSessions": list(_sessions()),
        "courses": [
            (f"C-F{form}", _YEAR, f"Form {form}", f"F{form}", str(form + 7), SCHOOL, "", "")
            for form in range(1, 7)
        ],
        "classes": list(_classes()),
        "users": list(_users(roll)),
        "enrollments": list(_enrollments(roll)),
        "demographics": [
            (pupil.number, pupil.born.isoformat(), pupil.sex, *[""] * 11) for pupil in roll.pupils
        ],
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, "manifest", ("propertyName", "value"), _manifest())
        for name, records in rows.items():
            _add(archive, name, listed(_HEADERS[name]), ((key, "", "", *more) for key, *more in records))
    return path


def _add(
    archive: zipfile.ZipFile, name: str, header: Sequence[str], rows: Iterable[Sequence[object]]
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    entry = zipfile.ZipInfo(f"{name}.csv", _STAMP)
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, text.getvalue().encode("utf-8-sig" if name == "users" else "utf-8"))


def _manifest() -> Iterator[tuple[str, str]]:
    yield from (("manifest.version", "1.0"), ("oneroster.version", "1.1"))
    yield from sorted(
        [(f"file.{name}", "bulk") for name in _HEADERS]
        + [(f"file.{name}", "absent") for name in listed(_ABSENT)]
    )
    yield from (("source.systemName", "Register 2000"), ("source.systemCode", "R2K"))


def _sessions() -> Iterator[tuple[str, ...]]:
    yield _YEAR, "2026", "schoolYear", "2026-01-13", "2026-12-03", "", "2026"
    for key, title, start, end in _TERMS:
        yield key, title, "term", start, end, _YEAR, "2026"


def _classes() -> Iterator[tuple[object, ...]]:
    terms = ",".join(key for key, *_ in _TERMS)
    for index, homeroom in enumerate(HOMEROOMS):
        form = int(homeroom[0])
        yield (
            f"K-{homeroom}", f"Form {homeroom}", form + 7, f"C-F{form}", homeroom, "homeroom", f"Room {index + 1}", SCHOOL, terms,
            "", "", "",
        )  # fmt: skip


def _users(roll: Roll) -> Iterator[tuple[object, ...]]:
    for pupil in roll.pupils:
        login = pupil.number.lower()
        yield (
            pupil.number, "true", SCHOOL, "student", login, "", pupil.first_name, pupil.family, "", pupil.number,
            f"{login}@pupils.example.org", "", "", ",".join(pupil.guardians), pupil.form + 7, "",
        )  # fmt: skip
    for adult in (*roll.guardians, *roll.staff):
        login = adult.number.lower()
        yield (
            adult.number, "true", SCHOOL, adult.role, login, "", adult.first_name, adult.family, "", "",
            f"{login}@example.org", "", adult.phone, ",".join(adult.pupils), "", "",
        )  # fmt: skip


def _enrollments(roll: Roll) -> Iterator[tuple[object, ...]]:
    for pupil in roll.pupils:
        if pupil.homeroom:
            yield (
                f"E-{pupil.number}", f"K-{pupil.homeroom}", SCHOOL, pupil.number, "student", "", "2026-01-13", "2026-12-03",
            )  # fmt: skip
    for homeroom, teacher in roll.homerooms.items():
        yield f"E-{teacher}", f"K-{homeroom}", SCHOOL, teacher, "teacher", "true", "2026-01-13", "2026-12-03"
