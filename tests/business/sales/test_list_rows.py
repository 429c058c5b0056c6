"""Cells of prospect lists: what is certain is read, everything else is a fault with field, value and remedy."""

from __future__ import annotations

from datetime import date

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from core.business.sales.prospects.importing.columns import LABELS, recognise
from core.business.sales.prospects.importing.rows import Defaults, RowFault, read_row
from core.business.sales.prospects.rules import ContactDetails
from core.errors import InvalidInputError
from core.settings import ROOT

DEFAULTS = Defaults("restaurant", "USD", "US")
NAMES = yaml.safe_load((ROOT / "data" / "prospect_lists.yaml").read_text(encoding="utf-8"))


def read(**cells: str):
    headers = [header.replace("_", " ") for header in cells]
    values = dict(zip(headers, cells.values(), strict=True))
    return read_row(values, recognise(headers), DEFAULTS)


def fields(**cells: str):
    result = read(**cells)
    assert not isinstance(result, RowFault), result
    return result[0]


def test_every_field_of_the_headers_has_a_label():
    assert set(NAMES) == set(LABELS)


@pytest.mark.parametrize(
    ("header", "field"),
    [(header, field) for field, headers in NAMES.items() for header in headers if header != "Name"],
)
def test_every_declared_header_fills_its_field(header, field):
    [column] = recognise([header])
    assert column.field == field
    [column] = recognise([header.upper()])
    assert column.field == field


def test_choices_come_before_headers_and_a_wrong_one_is_refused():
    assert [column.field for column in recognise(["Company", "Brand"], {"Company": "", "Brand": "name"})] == [
        None,
        "name",
    ]
    for choices in ({"Nothing": "name"}, {"Company": "colour"}, {"Company": "name", "Brand": "name"}):
        with pytest.raises(InvalidInputError):
            recognise(["Company", "Brand"], choices)


def test_what_the_list_does_not_say_is_taken_from_the_operator():
    row = fields(Company="Bella")
    assert (row.domain, row.currency, row.country, row.locations) == ("restaurant", "USD", "US", None)


def test_a_country_brings_its_currency_unless_another_is_named():
    assert fields(Company="Bella", Country="Germany").currency == "EUR"
    assert fields(Company="Bella", Country="de", Currency="chf").currency == "CHF"


@pytest.mark.parametrize(
    ("text", "code"),
    [("US", "US"), ("usa", "US"), ("United Kingdom", "GB"), ("UK", "GB"), ("italy", "IT")],
)
def test_a_country_is_read_by_code_and_name(text, code):
    assert fields(Company="Bella", Country=text).country == code


def test_first_and_last_name_make_the_contact():
    row = fields(Company="Bella", First_name="Rosa", Last_name="Bianchi", Email="rosa@example.com")
    assert row.contact == ContactDetails("Rosa Bianchi", "rosa@example.com", "")


def test_volumes_and_next_step_are_read():
    row = fields(Company="Bella", Menu_items="1,001", Next_step="Call", Next_step_date="2026-12-01")
    assert (row.volumes, row.next_step, row.next_step_on) == ({"items": 1001}, "Call", date(2026, 12, 1))


def test_a_note_keeps_its_lines():
    result = read_row(
        {"Company": "Bella", "Notes": "first\nsecond"}, recognise(["Company", "Notes"]), DEFAULTS
    )
    assert not isinstance(result, RowFault)
    assert result[1] == "first\nsecond"


@pytest.mark.parametrize(
    ("header", "value", "field"),
    [
        ("Locations", "1.200", "Locations"),
        ("Locations", "0", "Locations"),
        ("Locations", "5-10", "Locations"),
        ("Menu items", "many", "Menu items"),
        ("Email", "a@example.com; b@example.com", "E-mail"),
        ("Email", "rosa at example.com", "E-mail"),
        ("Phone", "call the office", "Telephone"),
        ("Country", "Atlantis", "Country"),
        ("Currency", "dollars", "Currency"),
        ("Line of business", "bakery", "Line of business"),
        ("Next step date", "01/12/2026", "Date of the next step"),
    ],
)
def test_a_value_that_is_not_certain_is_a_fault_with_its_remedy(header, value, field):
    result = read_row({"Company": "Bella", header: value}, recognise(["Company", header]), DEFAULTS)
    assert isinstance(result, RowFault)
    assert (result.field, result.value) == (field, value)
    assert result.remedy.endswith(".")


def test_a_row_without_a_company_is_refused():
    result = read(Company="", Email="rosa@example.com")
    assert isinstance(result, RowFault)
    assert result.field == "Company"


@given(st.text(max_size=60), st.text(max_size=20), st.text(max_size=20))
def test_any_row_is_read_or_refused_and_nothing_else_happens(name, locations, email):
    cells = {"Company": name, "Locations": locations, "Email": email}
    result = read_row(cells, recognise(list(cells)), DEFAULTS)
    if isinstance(result, RowFault):
        assert result.field in LABELS.values()
        assert result.remedy
    else:
        assert result[0].name == " ".join(name.split())
