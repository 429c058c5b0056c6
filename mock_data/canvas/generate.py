"""Writes the sample of Canvas: the CSV files of a SIS import. One pupil has left, one account is suspended."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from adapters.declare import names
from mock_data.writing import write_table

_ACCOUNTS = (("A-1", "", "Harborview Schools", "active"), ("A-2", "A-1", "Harborview High School", "active"))
_TERMS = (
    ("T-26F", "Fall 2026", "active", "2026-08-24T00:00:00Z", "2026-12-18T00:00:00Z"),
    ("T-27S", "Spring 2027", "active", "2027-01-05T00:00:00Z", "2027-06-11T00:00:00Z"),
)
_COURSES = (
    ("C-ENG", "ENG9", "English 9", "A-2", "T-26F", "active"),
    ("C-BIO", "BIO10", "Biology 10: Ecology", "A-2", "T-27S", "active"),
)
_SECTIONS = (
    ("S-1", "C-ENG", "English 9 - Period 1", "active", "", ""),
    ("S-2", "C-ENG", "English 9 - Period 3", "active", "", ""),
    ("S-3", "C-BIO", "Biology - Lab A", "active", "", ""),
)
_PEOPLE = (
    ("U-1", "Felix", "Novak", "student", "active"),
    ("U-2", "Mina", "Silva", "student", "active"),
    ("U-3", "Joel", "Banerjee", "student", "suspended"),
    ("U-4", "Tara", "Quill", "student", "deleted"),
    ("U-5", "Grace", "Weber", "teacher", "active"),
    ("U-6", "Samir", "Rossi", "staff", "active"),
    ("U-7", "Olga", "Novak", "observer", "active"),
)
_ENROLMENTS = (
    ("C-ENG", "U-5", "teacher", "S-1", "active"),
    ("C-ENG", "U-1", "student", "S-1", "active"),
    ("C-ENG", "U-2", "student", "S-2", "active"),
    ("C-BIO", "U-2", "student", "S-3", "completed"),
    ("C-BIO", "U-6", "ta", "S-3", "active"),
    ("C-ENG", "U-4", "student", "S-1", "deleted"),
)


def write_canvas(folder: Path) -> list[Path]:
    """Write the samples; the same bytes each time."""
    return [
        _write(folder / "accounts.csv", "account_id|parent_account_id|name|status", _ACCOUNTS),
        _write(folder / "terms.csv", "term_id|name|status|start_date|end_date", _TERMS),
        _write(folder / "courses.csv", "course_id|short_name|long_name|account_id|term_id|status", _COURSES),
        _write(folder / "sections.csv", "section_id|course_id|name|status|start_date|end_date", _SECTIONS),
        _write(
            folder / "users.csv",
            "user_id|login_id|password|first_name|last_name|short_name|email|declared_user_type|status",
            _users(),
        ),
        _write(folder / "enrollments.csv", "course_id|user_id|role|section_id|status", _ENROLMENTS),
        _write(
            folder / "user_observers.csv",
            "observer_id|student_id|status",
            (("U-7", "U-1", "active"), ("U-7", "U-2", "active")),
        ),
    ]


def _users() -> Iterable[tuple[object, ...]]:
    for key, first, last, kind, status in _PEOPLE:
        login = f"{first[0]}{last}".lower()
        yield key, login, f"invented-{key}", first, last, first, f"{login}@example.org", kind, status


def _write(path: Path, header: str, rows: Iterable[tuple[object, ...]]) -> Path:
    columns = names(header)
    return write_table(path, columns, (dict(zip(columns, row, strict=True)) for row in rows))
