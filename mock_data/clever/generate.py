"""Writes the sample of Clever: the CSV files of one district. A pupil with two contacts has two rows."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from adapters.declare import names
from mock_data.writing import write_table

_SCHOOLS = (
    (4101, "Cedar Grove Elementary", "01", "KG", 5, "Paola Leone", "paola.leone@example.org",
     "12 Cedar Ave", "Northfield", "NY", "12110", "518-555-0101"),
    (4102, "Northfield Middle School", "02", 6, 8, "Hugo Falk", "hugo.falk@example.org",
     "80 Mill Rd", "Northfield", "NY", "12110", "518-555-0102"),
)  # fmt: skip
_TEACHERS = (
    (4101, "T-71", "771", "NY-771", "ines.duarte@example.org", "Ines", "", "Duarte", "Teacher"),
    (4101, "T-72", "772", "NY-772", "omar.haddad@example.org", "Omar", "K", "Haddad", "Teacher"),
    (4102, "T-73", "773", "NY-773", "vera.novak@example.org", "Vera", "", "Novak", "Science Teacher"),
)
_STAFF = (
    (4101, "S-11", "paola.leone@example.org", "Paola", "Leone", "Administration", "Principal"),
    (4102, "S-12", "kai.jansen@example.org", "Kai", "Jansen", "Technology", "Technician"),
)
_PUPILS = (
    (4101, 90011, "200011", "Ibarra", "Luz", "Nico", "3", "M", "04/11/2017", "nico.ibarra@example.org"),
    (4101, 90012, "200012", "Ibarra", "", "Eva", "Kindergarten", "F", "09/30/2020", "eva.ibarra@example.org"),
    (4102, 90013, "200013", "Okafor", "", "Zoe", "7", "F", "12/01/2013", "zoe.okafor@example.org"),
    (4102, 90014, "200014", "Holm", "J", "Milo", "8", "X", "02/28/2013", ""),
)
_CONTACTS = {
    90011: (("Mother", "primary", "Celia Ibarra", "518-555-0121", "Cell", "celia.ibarra@example.com", "C-1"),
            ("Father", "emergency", "Teo Ibarra", "518-555-0122", "Cell", "teo.ibarra@example.com", "C-2")),
    90012: (("Mother", "primary", "Celia Ibarra", "518-555-0121", "Cell", "celia.ibarra@example.com", "C-1"),),
    90013: (("Guardian", "guardian", "Amara Osei", "518-555-0123", "Home", "", "C-3"),),
}  # fmt: skip
_FALL, _YEAR = ("Fall 2026", "2026-08-24", "2026-12-18"), ("2026-2027", "2026-08-24", "2027-06-11")
_SECTIONS = (
    (
        4101,
        "SEC-1",
        "T-71",
        "T-72",
        "Grade 3 - Duarte",
        "1",
        "3",
        "Language Arts 3",
        "LA-3",
        "1",
        "english",
        *_YEAR,
    ),
    (
        4101,
        "SEC-2",
        "T-72",
        "",
        "Kindergarten - Haddad",
        "1",
        "Kindergarten",
        "Kindergarten",
        "KG",
        "",
        "homeroom",
        *_YEAR,
    ),
    (
        4102,
        "SEC-3",
        "T-73",
        "",
        "Life Science 7 (2)",
        "2",
        "7",
        "Life Science 7",
        "SCI-7",
        "2",
        "science",
        *_FALL,
    ),
    (
        4102,
        "SEC-4",
        "T-73",
        "",
        "Life Science 7 (4)",
        "4",
        "7",
        "Life Science 7",
        "SCI-7",
        "4",
        "science",
        *_FALL,
    ),
)
_ATTENDANCE = (
    (90013, 4102, "SEC-3", "2026-09-08", "section", "absent", "EXC-1", "A-1"),
    (90013, 4102, "SEC-3", "2026-09-09", "section", "tardy", "", "A-2"),
    (90011, 4101, "", "2026-09-08", "daily", "present", "", "A-3"),
)
_ENROLMENTS = (
    (4101, "SEC-1", 90011), (4101, "SEC-2", 90012), (4102, "SEC-3", 90013), (4102, "SEC-4", 90013), (4102, "SEC-4", 90014),
)  # fmt: skip


def write_clever(folder: Path) -> list[Path]:
    """Write the samples; the same bytes each time."""
    return [
        _write(folder / "schools.csv", "School_id|School_name|School_number|Low_grade|High_grade|Principal|Principal_email|"
               "School_address|School_city|School_state|School_zip|School_phone", _SCHOOLS),
        _write(folder / "teachers.csv", "School_id|Teacher_id|Teacher_number|State_teacher_id|Teacher_email|First_name|"
               "Middle_name|Last_name|Title", _TEACHERS),
        _write(folder / "staff.csv", "School_id|Staff_id|Staff_email|First_name|Last_name|Department|Title", _STAFF),
        _write(folder / "students.csv", "School_id|Student_id|Student_number|State_id|Last_name|Middle_name|First_name|Grade|"
               "Gender|DOB|Race|Hispanic_Latino|Ell_status|Frl_status|IEP_status|Student_street|Student_city|Student_state|"
               "Student_zip|Student_email|Contact_relationship|Contact_type|Contact_name|Contact_phone|Contact_phone_type|"
               "Contact_email|Contact_sis_id|Username|Password", _pupils()),
        _write(folder / "sections.csv", "School_id|Section_id|Teacher_id|Teacher_2_id|Name|Section_number|Grade|Course_name|"
               "Course_number|Period|Subject|Term_name|Term_start|Term_end", _SECTIONS),
        _write(folder / "enrollments.csv", "School_id|Section_id|Student_id", _ENROLMENTS),
        _write(folder / "attendance.csv", "Student_id|School_id|Section_id|Attendance_date|Attendance_type|Attendance_status|"
               "Excuse_code|Sis_id", _ATTENDANCE),
    ]  # fmt: skip


def _write(path: Path, header: str, rows: Iterable[tuple[object, ...]]) -> Path:
    columns = names(header)
    return write_table(path, columns, (dict(zip(columns, row, strict=True)) for row in rows))


def _pupils() -> Iterable[tuple[object, ...]]:
    for school, key, number, last, middle, first, grade, gender, born, email in _PUPILS:
        about = (
            school,
            key,
            number,
            f"NY{number}",
            last,
            middle,
            first,
            grade,
            gender,
            born,
            "",
            "N",
            "N",
            "",
            "N",
        )
        home = (f"{key - 90000} Birch Way", "Northfield", "NY", "12110", email)
        for contact in _CONTACTS.get(key, (("",) * 7,)):
            yield (*about, *home, *contact, f"{first}{number[-2:]}".lower(), f"invented-{number}")
