"""Tables for people: nothing in them runs as a formula, and every format holds the same cells."""

import csv
import io
import json
import re
import zipfile
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidInputError
from core.kit.sheets import FORMATS, safe, write_sheet

COLUMNS = ("Name", "Amount", "Paid")
ROWS = [("Ada", Decimal("12.50"), True), ("=1+1", Decimal(-3), False), ("Zoë", None, None)]


def read_csv(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM", "\tx", "\rx", "\nx", "＝1", "－1", "＠x"])
def test_what_begins_like_a_formula_gets_an_apostrophe(text):
    assert safe(text) == f"'{text}"


@pytest.mark.parametrize("cell", ["Ada", "1+1", " =1", "", None, -3, -1.5, Decimal(-3), True])
def test_other_cells_stay_as_they_are(cell):
    assert safe(cell) is cell


def test_a_csv_has_a_byte_order_mark_and_quotes_every_cell():
    data = write_sheet(COLUMNS, ROWS, "csv")
    assert data.startswith(b"\xef\xbb\xbf")
    assert read_csv(data) == [
        ["Name", "Amount", "Paid"],
        ["Ada", "12.50", "True"],
        ["'=1+1", "-3", "False"],
        ["Zoë", "", ""],
    ]


@given(
    st.lists(st.tuples(st.text(st.characters(exclude_categories=["Cs", "Cc"])), st.integers()), max_size=8)
)
def test_every_cell_of_a_csv_reads_back(rows):
    header, *lines = read_csv(write_sheet(("text", "number"), rows, "csv"))
    assert header == ["text", "number"]
    assert lines == [[str(safe(text)), str(number)] for text, number in rows]


def test_a_workbook_has_numbers_as_numbers_and_formulas_as_text():
    name = "A very long name of a sheet, which is cut"
    with zipfile.ZipFile(io.BytesIO(write_sheet(COLUMNS, ROWS, "xlsx", name=name))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        texts = book.read("xl/sharedStrings.xml").decode()
        assert f'name="{name[:31]}"' in book.read("xl/workbook.xml").decode()
    assert "<f>" not in sheet  # no formula
    assert "<t>=1+1</t>" in texts
    assert "<v>12.50</v>" in sheet
    assert re.search(r'<c r="C2" t="b"><v>1</v>', sheet)
    assert 'r="B4"' not in sheet  # an empty cell
    assert 'topLeftCell="A2"' in sheet  # the header stays when the sheet is scrolled


def test_json_is_a_list_of_objects_with_decimals_as_text():
    assert json.loads(write_sheet(COLUMNS, ROWS, "json")) == [
        {"Name": "Ada", "Amount": "12.50", "Paid": True},
        {"Name": "=1+1", "Amount": "-3", "Paid": False},
        {"Name": "Zoë", "Amount": None, "Paid": None},
    ]


@pytest.mark.parametrize("form", FORMATS)
def test_a_table_without_rows_has_its_header_in_every_format(form):
    data = write_sheet(COLUMNS, [], form)
    assert data == b"[]" if form == "json" else data


def test_another_format_is_refused_with_those_there_are():
    with pytest.raises(InvalidInputError, match="'pdf' is no format") as refused:
        write_sheet(COLUMNS, ROWS, "pdf")
    assert all(form in refused.value.hint for form in FORMATS)


def test_a_row_that_is_too_short_is_not_filled_up():
    with pytest.raises(ValueError, match="shorter"):
        write_sheet(COLUMNS, [("Ada",)], "json")
