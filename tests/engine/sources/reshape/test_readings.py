"""What headers, prices and cells say about the shape of a table."""

from datetime import date

import polars as pl
import pytest

from core.engine.sources.header.row import series_cells
from core.engine.sources.reshape.cells import cell_readings, members, priced
from core.engine.sources.reshape.days import days_of, is_day, is_day_without_year
from core.engine.sources.reshape.flags import flag_readings
from core.engine.sources.reshape.headers import class_number, is_sum, pupil_key, pupil_name
from core.engine.sources.reshape.people import people_shape
from core.engine.sources.reshape.prices import price_columns, price_readings, pricing
from core.engine.sources.reshape.shape import Reading, free_name


@pytest.mark.parametrize(
    ("headers", "first"),
    [
        (["01/09/2025", "02/09/2025", "03/09/2025"], date(2025, 9, 1)),
        (["09/01/2025", "09/02/2025", "09/03/2025"], date(2025, 9, 1)),
        (["2025-09-01", "2025-09-02 00:00:00"], date(2025, 9, 1)),
        (["Mon 1 Sep 2025", "Tue 2 Sep 2025"], date(2025, 9, 1)),
        (["1. März 2025", "2. März 2025"], None),
        (["13/09/2025", "09/14/2025"], None),
        (["Sep 1, 2025", "Sep 2, 2025"], date(2025, 9, 1)),
    ],
)
def test_days_are_read_in_the_order_that_makes_them_neighbours(headers, first):
    days = days_of(headers)
    assert (min(days.values()) if days else None) == first


@pytest.mark.parametrize("text", ["2025-09-01", "1/9/25", "Sep 1, 2025", "Mo 01.09.2025"])
def test_a_full_date_is_a_day(text):
    assert is_day(text)


@pytest.mark.parametrize("text", ["Maths", "2025", "1/2", "Total", "32/13/2025", "Price 1.50"])
def test_other_headers_are_no_days(text):
    assert not is_day(text)


@pytest.mark.parametrize(
    ("text", "expected"), [("1", True), ("Mon 3", True), ("1-Sep", True), ("32", False), ("Name", False)]
)
def test_a_day_may_lack_its_year(text, expected):
    assert is_day_without_year(text) is expected


def test_a_row_of_days_beside_names_is_a_header_and_a_row_of_dates_above_dates_is_not():
    assert series_cells(["Name", "1/9/2025", "2/9/2025", "3/9/2025"], ["Ada", "P", "A", "P"]) == 3
    assert series_cells(["Name", "1", "2", "3", "4"], ["Ada", "P", "A", "P", "P"]) == 4
    assert (
        series_cells(["Ada", "1/9/2025", "2/9/2025", "3/9/2025"], ["Ben", "1/9/2024", "2/9/2024", "4/9/2024"])
        == 0
    )
    assert series_cells(["1", "2", "3"], ["P", "A", "P"]) == 0


def test_a_pupil_is_identified_by_a_number_of_the_school_and_not_of_the_class():
    rows = pl.DataFrame(
        {"Roll No": ["1", "2"], "Admission No": ["7", "8"], "UPN": ["A", "A"], "Name": ["x", "y"]}
    )
    assert pupil_key(rows.columns, rows) == "Admission No"
    assert pupil_key(["Roll No", "UPN", "Name"], rows) is None
    assert class_number(rows.columns) == "Roll No"
    assert pupil_name(rows.columns) == "Name"


@pytest.mark.parametrize("header", ["Total", "Percentage", "Rank", "Days Present", "%", "Gesamt", "Moyenne"])
def test_sums_are_known_by_their_names(header):
    assert is_sum(header)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bacon +1.50", ("Bacon", "+1.50")),
        ("S 8.00", ("S", "8.00")),
        ("Cash $20.00", ("Cash", "$20.00")),
        ("No croutons", None),
        ("1", None),
    ],
)
def test_a_name_with_an_amount_is_split(text, expected):
    assert priced(text) == expected


def test_a_slash_parts_values_only_between_blanks():
    assert members("2024/001; 2024/002 / 2024/003") == ["2024/001", "2024/002", "2024/003"]


def test_siblings_in_a_cell_are_pupils_of_the_guardian():
    rows = pl.DataFrame({"phone": ["1"], "studentAdmissionNos": ["7;8"]})
    assert cell_readings(rows.columns, rows) == {
        "studentAdmissionNos": Reading("guardian.student_ids", "The cells list pupils.", "split_any")
    }


def test_the_usual_price_is_the_price_beside_a_reduced_one():
    readings = price_readings(["Sale price", "Regular price", "Name"], "menu_item")
    assert readings["Regular price"].target == "menu_item.price"
    assert readings["Sale price"].target is None
    assert price_readings(["Price"], "menu_item") == {}
    assert price_readings(["Price A", "Price B", "Sale price"], "menu_item") == {}
    assert price_columns(["Price", "Compare at price", "Preis"]) == ["Price", "Preis"]


def test_only_words_and_weights_say_how_a_price_is_found():
    rows = pl.DataFrame({"Price": ["4", "Market price"], "Sold by weight": ["Y", None]})
    strategy = pricing(rows.columns, rows)
    assert strategy is not None
    assert rows.select(strategy).to_series().to_list() == ["per_unit", "open"]
    assert pricing(["Price"], pl.DataFrame({"Price": ["4", "n/a"]})) is None


def test_a_flag_of_a_modifier_set_or_a_tax_is_no_value_of_the_item():
    readings = flag_readings(
        ["Modifier Set - Milk", "Tax - VAT (20%)", "Image Position", "Name", "Tax status"]
    )
    assert [*readings] == ["Modifier Set - Milk", "Tax - VAT (20%)", "Image Position"]
    assert {reading.target for reading in readings.values()} == {None}


@pytest.mark.parametrize(
    "columns",
    [
        ("Admission No", "Vater Name", "Vater Telefon"),
        ("Student ID", "Parent 1 First Name", "Parent 1 Email", "Parent 2 First Name", "Parent 2 Email"),
        ("Matricula", "Nombre Padre", "Telefono Padre", "Nombre Madre"),
        ("UPN", "Emergency Contact Name", "Emergency Contact Phone"),
    ],
)
def test_people_beside_a_pupil_are_known_in_several_languages(columns):
    rows = pl.DataFrame([["1"] * len(columns)], schema=dict.fromkeys(columns, pl.String), orient="row")
    pupils, guardians = people_shape(columns, rows)
    assert pupils.columns == columns[:1]
    assert guardians.entity == "guardian"


def test_a_reading_comes_back_from_json():
    reading = Reading("a.b", "why", "first_word", ("c.d",), "which?", "order")
    assert Reading.from_json(reading.to_json()) == reading


def test_a_free_name_is_taken_by_no_column():
    assert free_name("Size", ["Size", "Size (2)"]) == "Size (3)"
