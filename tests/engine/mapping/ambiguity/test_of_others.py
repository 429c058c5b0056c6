"""A column that names another person than the row's own is asked about, whatever its form."""

from __future__ import annotations

import polars as pl
import pytest

from core.engine.mapping.proposal import StreamSample
from core.engine.mapping.proposals import propose
from core.engine.plan import ImportSettings

PUPILS = {
    "Student ID": ["S1", "S2", "S3"],
    "First Name": ["Ella", "Nadia", "Owen"],
    "Last Name": ["Ash", "Begum", "Clarke"],
}
STAFF = {
    "Staff ID": ["1", "2", "3"],
    "First Name": ["Jo", "Tess", "Sam"],
    "Last Name": ["Lee", "Stone", "Poe"],
    "Role": ["Teacher", "Cook", "Teacher"],
}


def _surely_fed(stream: str, columns: dict[str, list[str]], column: str) -> set[str]:
    """The targets that a column feeds without a question."""
    rows = pl.DataFrame({"_row": [2, 3, 4], **columns}, schema_overrides={"_row": pl.Int64})
    proposals = propose([StreamSample(stream, None, rows)], ImportSettings("school", "spreadsheet"))
    return {
        proposal.target or ""
        for proposal in proposals
        if proposal.source == column and proposal.target and not proposal.question
    }


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("Mother's Date of Birth", ["1983-04-03", "1982-11-28", "1980-06-05"]),
        ("Gender (Siblings)", ["Male", "Female", "Male"]),
        ("Full Name (Siblings)", ["Tom Ash", "Ali Begum", "Ida Clarke"]),
        ("Form Tutor", ["JLE", "OBR", "OBR"]),
        ("Geburtsdatum Vater", ["1983-04-03", "1982-11-28", "1980-06-05"]),
        ("Doctor Phone", ["+442079460101", "+442079460102", "+442079460103"]),
    ],
)
def test_a_pupil_never_gets_what_another_person_is(column: str, values: list[str]):
    fed = _surely_fed("students", PUPILS | {column: values}, column)
    assert not {target for target in fed if target.startswith("student.")}


def test_staff_never_get_the_telephone_of_a_spouse():
    phones = ["+442079460101", "+442079460102", "+442079460103"]
    assert not _surely_fed("staff", STAFF | {"Spouse Phone": phones}, "Spouse Phone")


@pytest.mark.parametrize(
    ("column", "values", "target"),
    [
        ("Legal Surname", ["Ash", "Begum", "Clarke"], "student.last_name"),
        ("Student Email", ["ella@example.org", "nadia@example.org", "owen@example.org"], "student.email"),
    ],
)
def test_the_pupils_own_columns_are_not_asked_about(column: str, values: list[str], target: str):
    columns = {
        name: texts for name, texts in PUPILS.items() if name != "Last Name" or "Surname" not in column
    }
    assert target in _surely_fed("students", columns | {column: values}, column)


def test_the_name_of_a_pupil_in_another_language_never_becomes_the_parents():
    columns = {
        "Leerlingnummer": ["20231", "20232", "20233"],
        "Achternaam": ["Berg", "Bakker", "Boer"],
        "Tussenvoegsel": ["van der", None, "de"],
        "Geboortedatum": ["2012-09-04", "2013-01-15", "2011-11-23"],
        "Naam moeder": ["Els de Wit", "Ria Bakker", "Ans Mol"],
        "Telefoon moeder": ["0612345601", "0612345603", "0612345604"],
        "E-mail moeder": ["els@example.com", "ria@example.com", "ans@example.com"],
    }
    assert not _surely_fed("leerlingen", columns, "Achternaam") & {
        "guardian.first_name",
        "guardian.last_name",
    }
    assert "student.middle_name" not in _surely_fed("leerlingen", columns, "Tussenvoegsel")
