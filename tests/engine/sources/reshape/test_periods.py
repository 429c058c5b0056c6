"""Columns whose headers are periods are asked about, in every table; none of them is mapped as if it were named."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine.batch import ROW
from core.engine.sources.reshape.decide import shapes_of
from core.engine.sources.reshape.periods import period_columns


def table(text):
    header, *lines = text.strip().split("\n")
    columns = tuple(header.split(","))
    rows = [[cell or None for cell in line.split(",")] for line in lines]
    return columns, pl.DataFrame(
        [[n, *r] for n, r in enumerate(rows, start=2)],
        schema={ROW: pl.Int64} | dict.fromkeys(columns, pl.String),
        orient="row",
    )


@pytest.mark.parametrize(
    ("kind", "headers"),
    [
        ("month", ("Sept", "Oct", "Nov")),
        ("month", ("Sep 2026", "Oct 2026")),
        ("month", ("2026-09", "2026-10")),
        ("month", ("enero", "febrero")),
        ("week", ("Week 1", "Week 2")),
        ("week", ("KW 36", "KW 37")),
        ("term", ("Term 1", "Term 2", "Term 3")),
        ("term", ("Autumn 2026", "Spring 2027")),
        ("term", ("1st Semester", "2nd Semester")),
        ("term", ("Q1 2026", "Q2 2026")),
        ("year", ("2024", "2025")),
        ("year", ("2024/25", "2025/26")),
        ("weekday", ("Mon", "Tue", "Wed")),
        ("day", ("2026-09-01",)),
        ("size", ("Small", "Medium", "Large")),
        ("size", ("Price Small", "Price Large")),
        ("half day", ("01/09/2026 AM", "01/09/2026 PM")),
    ],
)
def test_headers_of_one_kind_of_period_are_asked_about(kind, headers):
    assert period_columns(("Item", *headers)) == {kind: [*headers]}
    columns, rows = table("Item," + ",".join(headers) + "\nSoup" + ",4" * len(headers) + "\n")
    (shape,) = shapes_of(columns, rows, "restaurant")
    assert all(
        shape.readings[header].target is None and shape.readings[header].question for header in headers
    )
    assert "Item" not in shape.readings


@pytest.mark.parametrize(
    "headers",
    [
        ("Item", "Price", "Stock", "Set", "Mark"),
        ("First Name", "Last Name", "Grade", "Term", "Year"),
        ("May", "Ada", "Name"),
        ("Date", "Day", "Week", "Month", "Quarter"),
        ("Term 1 Maths", "Term 1 English"),
        ("Address 1", "Address 2", "Phone 1", "Phone 2"),
        ("Sun block", "Mon ami", "Wed cake"),
        ("Line 1", "Line 2", "S1", "Price 2024"),
    ],
)
def test_names_are_no_periods(headers):
    assert period_columns(headers) == {}


def test_a_table_of_pupils_with_a_column_a_term_is_one_of_pupils():
    columns, rows = table("Student ID,Name,Term 1,Term 2\n1,Ada Moss,70,80\n2,Ben Lake,60,75\n")
    (shape,) = shapes_of(columns, rows, "school")
    assert shape.entity == "student"


def test_subjects_in_terms_become_a_row_each():
    columns, rows = table("Student ID,Name,Term 1 Maths,Term 2 Maths\n1,Ada Moss,70,80\n2,Ben Lake,60,75\n")
    (shape,) = shapes_of(columns, rows, "school")
    assert shape.entity == "assessment_result"
    (long,) = shape.convert(iter([rows]))
    assert long["Subject"].to_list() == ["Term 1 Maths", "Term 2 Maths"] * 2


def test_counts_a_day_of_things_are_no_attendance():
    columns, rows = table("SKU,Item,2026-09-01,2026-09-02\nS1,Soup,4,5\nS2,Tea,2,1\n")
    (shape,) = shapes_of(columns, rows, None)
    assert shape.columns == columns
    assert shape.readings["2026-09-01"].question


def test_columns_without_names_are_asked_about_with_what_their_values_suggest():
    columns, rows = table("Column 1,Column 2\nC1,ada@example.com\n")
    (shape,) = shapes_of(columns, rows, "restaurant")
    assert all(shape.readings[column].question and shape.readings[column].is_open for column in columns)


@given(st.lists(st.text("abcdefghijk ", min_size=1, max_size=12), max_size=6, unique=True))
def test_every_column_is_in_one_kind_of_period_at_most(headers):
    names = [name for columns in period_columns(headers).values() for name in columns]
    assert len(names) == len(set(names))


def test_a_register_of_one_day_with_names_in_two_columns_is_read_with_both():
    columns, rows = table("Student ID,Forename,Surname,2026-09-01\n1,Ada,Moss,P\n2,Ben,Lake,A\n")
    (shape,) = shapes_of(columns, rows, "school")
    assert shape.entity == "attendance"
    assert {name: shape.readings[name].target for name in ("Forename", "Surname")} == {
        "Forename": "student.first_name",
        "Surname": "student.last_name",
    }
