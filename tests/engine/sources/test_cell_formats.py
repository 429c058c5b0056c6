"""Number formats of cells: what a sheet shows is what is read, where the format changes what a number says."""

from __future__ import annotations

import html
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from adapters import SOURCES
from core.engine.batch import ROW
from core.engine.sources.cell_formats.codes import format_of
from core.engine.sources.read import identify, read

SOURCE_LIST = list(SOURCES.values())


def values_of(path: Path) -> list[list[str | None]]:
    """Return the rows of a workbook as read, the sheets one after the other."""
    frames = [frame for _, frame in read(path, identify(path, SOURCE_LIST))]
    return [list(row) for frame in frames for row in frame.drop(ROW, strict=False).rows()]


def book_with(path: Path, cells: list[tuple[float | str, str]], *, corner: tuple[int, int] = (0, 0)) -> Path:
    """Write a sheet with one column of numbers, each in its format, below a header and beside a name."""
    row, column = corner
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(row, column, ["Name", "Value"])
        for index, (value, code) in enumerate(cells, start=1):
            sheet.write(row + index, column, f"n{index}")
            sheet.write(row + index, column + 1, value, book.add_format({"num_format": code} if code else {}))
    return path


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (417, "000000", "000417"),
        (2139, "00000", "02139"),
        (21390042, "00000-0000", "02139-0042"),
        (2139, "[<=99999]00000;00000-0000", "02139"),
        (21390042, "[<=99999]00000;00000-0000", "02139-0042"),
        (6175550142, "[<=9999999]###-####;(###) ###-####", "(617) 555-0142"),
        (123456789, "000-00-0000", "123-45-6789"),
        (612345678, r"0#\ ##\ ##\ ##\ ##", "06 12 34 56 78"),
        (7, '"SKU-"0000', "SKU-0007"),
        (0, "0000", "0000"),
        (0.0625, "0.00%", "6.25%"),
        (0.0625, "0%", "6.25%"),
        (0.07, "0.0 %", "7%"),
        (0.145, "0%", "14.5%"),
        (1, "0%", "100%"),
        (-0.05, "0%;[Red](0%)", "-5%"),
        (12.5, "000", "12.5"),  # a fraction that the format would round
        (-5, "000", "-5"),
        (1234.5, "#,##0.00", "1234.5"),
        (1250, r"#\ ##0", "1250"),
        (1250, "#,##0", "1250"),
        (5, '0" %"', "5"),
        (36000291452, "", "36000291452"),
        (9300675024235, "0", "9300675024235"),
        (12, "@", "12"),
        (0.5, "# ?/?", "0.5"),
        (3, '"Rp"#,##0', "3"),
        ("007", "@", "007"),
    ],
)
def test_a_number_is_read_as_its_cell_shows_it_where_the_format_says_more(tmp_path, value, code, text):
    assert values_of(book_with(tmp_path / "book.xlsx", [(value, code)])) == [["n1", text]]


def test_each_cell_of_a_column_has_its_own_format_wherever_the_table_begins(tmp_path):
    cells = [(0.0625, "0.00%"), (8.25, ""), (0.0075, "0.00%"), (10, ""), (417, "000000")]
    path = book_with(tmp_path / "book.xlsx", cells, corner=(4, 2))
    values = [row[-1] for row in values_of(path)]
    assert values[-5:] == ["6.25%", "8.25", "0.75%", "10", "000417"]


def test_cells_that_do_not_name_their_place_are_counted(tmp_path):
    path = book_with(tmp_path / "whole.xlsx", [(417, "000000"), (52, "000000"), (8, "")])
    bare = tmp_path / "bare.xlsx"
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(bare, "w") as archive:
        for name in whole.namelist():
            data = whole.read(name)
            if "worksheets/sheet" in name:
                for row in range(1, 5):
                    data = data.replace(b'<row r="%d"' % row, b"<row")
                    for column in b"AB":
                        data = data.replace(b' r="%c%d"' % (column, row), b"")
            archive.writestr(name, data)
    assert [row[-1] for row in values_of(bare)] == ["000417", "000052", "8"]


@given(number=st.integers(0, 10**14), width=st.integers(2, 15))
def test_zeros_of_a_format_are_leading_zeros(number, width):
    shown = format_of("0" * width).show(float(number))
    assert shown == str(number).zfill(width)


@given(
    number=st.integers(0, 10**7),
    places=st.integers(0, 6),
    code=st.sampled_from(["0%", "0.00%", "0.0 %;-0.0 %"]),
)
def test_a_percentage_is_the_number_times_a_hundred_to_the_last_digit(number, places, code):
    value = Decimal(number).scaleb(-places)
    shown = format_of(code).show(float(value))
    assert shown.endswith("%")
    assert Decimal(shown[:-1]) == value * 100


def test_numbers_among_texts_with_a_decimal_comma_are_written_in_their_form(tmp_path):
    cells = [("12,50 €", ""), (1.125, ""), (8, ""), ("1.234,50", ""), (0.0625, "0.00%")]
    values = [row[-1] for row in values_of(book_with(tmp_path / "book.xlsx", cells))]
    assert values == ["12,50 €", "1,125", "8", "1.234,50", "6,25%"]
    cells = [("12.50", ""), (1.125, ""), ("8,00", "")]
    assert [row[-1] for row in values_of(book_with(tmp_path / "mixed.xlsx", cells))] == [
        "12.50",
        "1.125",
        "8,00",
    ]


def test_a_number_beside_columns_with_decimal_commas_cannot_be_taken_for_thousands(tmp_path):
    with xlsxwriter.Workbook(str(tmp_path / "book.xlsx")) as book:
        sheet = book.add_worksheet()
        rows = [["Name", "Price", "Weight"], ["a", "12,50", 1.125], ["b", "3,20", 2], ["c", "4,00", 12.5]]
        for index, row in enumerate(rows):
            sheet.write_row(index, 0, row)
    assert [row[-1] for row in values_of(tmp_path / "book.xlsx")] == ["1.1250", "2", "12.5"]


CELL = '<table:table-cell office:value-type="{kind}" office:value="{value}"><text:p>{text}</text:p></table:table-cell>'
NAME = '<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'


def document_with(path: Path, cells: list[tuple[str, str, str]]) -> Path:
    """Write an ODS document: a header, then rows of a name and a cell (kind, value, shown text)."""
    rows = NAME.format(text="Name") + NAME.format(text="Value")
    lines = [f"<table:table-row>{rows}</table:table-row>"]
    for index, (kind, value, text) in enumerate(cells, start=1):
        cell = CELL.format(kind=kind, value=value, text=html.escape(text))
        lines.append(f"<table:table-row>{NAME.format(text=f'n{index}')}{cell}</table:table-row>")
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
        ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
        '<office:automatic-styles><number:number-style><number:number number:min-integer-digits="6"/>'
        "</number:number-style></office:automatic-styles><office:body><office:spreadsheet>"
        f'<table:table table:name="S">{"".join(lines)}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)
    return path


def test_an_ods_document_is_read_as_it_shows_its_numbers(tmp_path):
    cells = [
        ("float", "417", "000417"),
        ("percentage", "0.0625", "6,25 %"),
        ("float", "6175550142", "(617) 555-0142"),
        ("float", "1250", "1.250,00 €"),
        ("float", "1250", "1 250"),
        ("float", "0", "0"),
    ]
    values = [row[-1] for row in values_of(document_with(tmp_path / "book.ods", cells))]
    assert values == ["000417", "6.25%", "(617) 555-0142", "1250", "1250", "0"]
