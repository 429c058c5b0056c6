"""Writes the sample of OneRoster: the CSV tables of one district, version 1.1."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from adapters.declare import names
from mock_data.writing import write_table

_UPDATE_TIME = "2026-08-01T06:00:00.000Z"
_SCHOOLS = (
    ("org-1", "Maple Street Elementary", "MSE"),
    ("org-2", "Harbor Middle School", "HMS"),
    ("org-3", "Northfield High School", "NHS"),
)
_SESSIONS = (
    ("sy27", "2026-2027", "schoolYear", "2026-08-17", "2027-06-04", ""),
    ("fall26", "Fall 2026", "semester", "2026-08-17", "2026-12-18", "sy27"),
    ("spring27", "Spring 2027", "semester", "2027-01-04", "2027-06-04", "sy27"),
    ("q1", "Quarter 1", "gradingPeriod", "2026-08-17", "2026-10-16", "fall26"),
    ("q2", "Quarter 2", "gradingPeriod", "2026-10-19", "2026-12-18", "fall26"),
    ("t1", "Term 1", "term", "2026-08-17", "2026-11-13", "sy27"),
)
_COURSES = (
    ("Reading 3", "READ-3", "03", "org-1", "Language Arts", "01"),
    ("Mathematics 3", "MATH-3", "03", "org-1", "Mathematics", "02"),
    ("Mathematics 7", "MATH-7", "07", "org-2", "Mathematics", "02"),
    ("Life Science", "SCI-7", "07,08", "org-2", "Science", "03"),
    ("Concert Band", "MUS-2", "06,07,08", "org-2", "Music", "05"),
    ("Biology", "BIO-101", "09,10", "org-3", "Science", "03"),
    ("World History", "HIST-9", "09", "org-3", "Social Studies", "04"),
    ("Statistics", "MATH-12", "11,12", "org-3", "Mathematics", "02"),
)


_USERS = (
    ("usr-3001", "true", "org-1", "teacher", "Ruth", "Walsh", "", "T-3001", "555-0141", "", ""),
    ("usr-3009", "true", "org-1", "administrator", "Leo", "Park", "", "T-3009", "", "", ""),
    ("usr-1009", "true", "org-1", "student", "Ivy", "Reyes", "Mei", "0001009", "", "usr-5001", "03"),
    ("usr-1011", "false", "org-2", "student", "Kai", "Reyes", "", "0001011", "", "usr-5001", "07"),
    ("usr-5001", "true", "org-1", "parent", "Lara", "Reyes", "", "", "555-0142", "usr-1009,usr-1011", ""),
)
_RESULTS = (
    ("res-1", "lin-1", "usr-1009", "fully graded", "17.5", "2026-09-11", "Well done"),
    ("res-2", "lin-1", "usr-1011", "exempt", "", "2026-09-11", ""),
)


def write_oneroster(folder: Path) -> list[Path]:
    """Write the samples; the same bytes each time."""
    record = "sourcedId|status|dateLastModified"
    return [
        _write(folder / "orgs.csv", f"{record}|name|type|identifier|parentSourcedId", _orgs()),
        _write(
            folder / "academicSessions.csv",
            f"{record}|title|type|startDate|endDate|parentSourcedId|schoolYear",
            (
                (key, title, kind, start, end, parent, 2027)
                for key, title, kind, start, end, parent in _SESSIONS
            ),
        ),
        _write(
            folder / "courses.csv",
            f"{record}|schoolYearSourcedId|title|courseCode|grades|orgSourcedId|subjects|subjectCodes",
            ((f"crs-{number}", "sy27", *course) for number, course in enumerate(_COURSES, start=11)),
        ),
        _write(
            folder / "classes.csv",
            f"{record}|title|grades|courseSourcedId|classCode|classType|location|schoolSourcedId|termSourcedIds|subjects|"
            "subjectCodes|periods",
            _classes(),
        ),
        _write(
            folder / "enrollments.csv",
            f"{record}|classSourcedId|schoolSourcedId|userSourcedId|role|primary|beginDate|endDate",
            _enrollments(),
        ),
        _write(
            folder / "users.csv",
            f"{record}|enabledUser|orgSourcedIds|role|username|userIds|givenName|familyName|middleName|identifier|email|sms|"
            "phone|agentSourcedIds|grades|password",
            _users(),
        ),
        _write(
            folder / "results.csv",
            f"{record}|lineItemSourcedId|studentSourcedId|scoreStatus|score|scoreDate|comment",
            _RESULTS,
        ),
    ]


def _users() -> Iterator[tuple[object, ...]]:
    for key, enabled, school, role, first_name, family, middle, number, phone, agents, grades in _USERS:
        login = f"{first_name}.{family}".lower()
        yield (
            key, enabled, school, role, login, "", first_name, family, middle, number, f"{login}@example.org", "", phone, agents,
            grades, "",
        )  # fmt: skip


def _write(path: Path, header: str, rows: Iterable[tuple[object, ...]]) -> Path:
    columns = names(header)
    return write_table(
        path,
        columns,
        (dict(zip(columns, (key, "active", _UPDATE_TIME, *values), strict=True)) for key, *values in rows),
    )


def _orgs() -> Iterator[tuple[object, ...]]:
    yield "dist-1", "Northfield Unified District", "district", "4410", ""
    for key, name, short in _SCHOOLS:
        yield key, name, "school", short, "dist-1"


def _classes() -> Iterator[tuple[object, ...]]:
    for index, (title, code, grades, school, subject, subject_code) in enumerate(_COURSES):
        for part, terms in (("A", "fall26"), ("B", "fall26,spring27")):
            kind = "homeroom" if title == "Reading 3" and part == "A" else "scheduled"
            yield (
                f"cls-{500 + index * 2 + (part == 'B')}", f"{title} - {part}", grades, f"crs-{11 + index}",
                f"{code}-{part}", kind, f"Room {10 + index}{part}", school, terms, subject, subject_code, 1 + index % 6,
            )  # fmt: skip


def _enrollments() -> Iterator[tuple[object, ...]]:
    for number in range(24):
        index = number % len(_COURSES)
        class_key, school = f"cls-{500 + index * 2}", _COURSES[index][3]
        role = "teacher" if number < len(_COURSES) else "student"
        person = f"usr-{3001 + index}" if role == "teacher" else f"usr-{1001 + number}"
        primary = "true" if role == "teacher" else "false"
        end = "" if number % 5 == 4 else "2026-12-18"
        yield f"enr-{9001 + number}", class_key, school, person, role, primary, "2026-08-17", end
