"""Detection of encoding, delimiter, header, column names, date order and source, case by case, without files."""

from __future__ import annotations

import io
from itertools import zip_longest
from pathlib import Path

import polars as pl
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from core.engine.batch import ROW
from core.engine.sources.contract import Source, StreamSpec
from core.engine.sources.delimiters.division import find_delimiter, named_delimiter
from core.engine.sources.detect import (
    NO_HEADER,
    find_date_order,
    find_encoding,
    find_header,
    is_pattern,
    match_table,
    name_columns,
    refuse_foreign,
    repeated_names,
)
from core.errors import InvalidInputError

CORPUS = Path(__file__).resolve().parents[3] / "data" / "corpus"
MENU = "name,price\nCafé crème,4.50\nThé vert,3.00\n"


@pytest.mark.parametrize(
    ("data", "encoding", "reason"),
    [
        (b"name,price\nSoup,4\n", "utf-8", "every byte fits"),
        (MENU.encode(), "utf-8", "every byte fits"),
        (MENU.encode("utf-8-sig"), "utf-8-sig", "byte-order mark"),
        (MENU.encode("utf-16"), "utf-16", "byte-order mark"),
        (MENU.encode("utf-32"), "utf-32", "byte-order mark"),
        (MENU.encode("utf-16-le"), "utf-16-le", "every second byte is zero"),
        (MENU.encode("utf-16-be"), "utf-16-be", "every second byte is zero"),
        (MENU.encode("cp1252"), "cp1252", "not utf-8"),
        ("name\nTea “Royal”\n".encode("cp1252"), "cp1252", "not utf-8"),
        ("name\nŽižek\n".encode("cp1250"), "mac_roman", "both fit about as well"),
        (MENU.encode() * 40 + b"Th\xe9\n", "utf-8", "1 byte not fitting"),
    ],
)
def test_an_encoding_is_found_with_its_reason(data, encoding, reason):
    answer, why, _ = find_encoding(io.BytesIO(data), "menu.csv")
    assert answer == encoding
    assert reason in why


@pytest.mark.parametrize("data", [b"a\0b,c\nd", bytes(range(1, 9)) * 40], ids=["NUL", "control characters"])
def test_binary_data_has_no_encoding(data):
    with pytest.raises(InvalidInputError, match=r"menu\.csv is binary data"):
        find_encoding(io.BytesIO(data), "menu.csv")


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=200))
def test_text_in_utf8_is_never_taken_for_another_encoding(text):
    assert find_encoding(io.BytesIO(f"name\n{text}\n".encode()), "menu.csv")[0] in {"utf-8", "utf-8-sig"}


@pytest.mark.parametrize(
    ("text", "suffix", "delimiter"),
    [
        ("a,b,c\n1,2,3\n4,5,6\n", ".csv", ","),
        ("a;b;c\n1;2,5;3\n4;5,5;6\n", ".csv", ";"),
        ("a\tb\n1\t2\n", ".tsv", "\t"),
        ("a|b|c\n1|2|3\n", ".txt", "|"),
        ("name,note\nSoup,hot; fresh\nTea,cold; green\n", ".csv", ","),
        ('"a;x","b;y"\n"1;2","3;4"\n', ".csv", ","),
        ("name\nSoup\nTea\n", ".csv", ","),
        ("a\tb,c\n1\t2,3\n4\t5,6\n", ".tsv", "\t"),
        ("name,note\nSoup,hot; fresh; red\nTea,cold; green; iced\nPie,warm; sweet; big\n", ".csv", ","),
        ("Sales\na;b;c\n1;2,5;3,1\n4;5,5;6,2\n7;8,5;9,0\n", ".csv", ";"),
        ("id;a,b;c\n1;2,3;x\n4;5,6;y\n7;8,1\n", ".csv", ";"),
    ],
)
def test_a_delimiter_is_the_one_that_cuts_most_rows_alike(text, suffix, delimiter):
    assert find_delimiter(text.encode(), suffix)[0] == delimiter


def test_a_delimiter_names_the_rows_that_speak_for_it():
    assert find_delimiter(b"a\tb\n1\t2\nx\n", ".csv")[1] == "delimiter tab: 2 of 3 sampled rows have 2 fields"
    assert find_delimiter(b"name\nSoup\n", ".csv")[1] == "one column: no delimiter divides the rows"


@pytest.mark.parametrize(
    ("line", "delimiter"),
    [
        ("sep=;", ";"),
        ('"sep=|"', "|"),
        ("SEP=\t", "\t"),
        ("sep=,,,,", ","),
        ("sep=", None),
        ("separator;x", None),
    ],
)
def test_a_line_that_names_the_delimiter_for_excel_is_understood(line, delimiter):
    assert named_delimiter(f"{line}\r\na;b\n".encode()) == delimiter


SIGNATURES = [frozenset({"orderid", "opened", "server", "total"})]


@pytest.mark.parametrize(
    "records",
    [
        [["1", "2.00"], ["2", "3.00"]],
        [["C1", "Ada", "ada@example.com"], ["C2", "Ben", "ben@example.com"]],
        [["Ada", "Moss", "Troy"], ["Ben", "Lake", "Albany"], ["Cora", "Finch", "Troy"]],
        [["S1", "Soup", "4.50", "Starters"], ["S2", "Steak", "21.00", "Mains"]],
        [["C1", "Ada", "ada@example.com", "555-0101"]],
    ],
)
def test_a_first_row_like_the_rows_below_it_is_no_header(records):
    assert find_header(records, SIGNATURES) == (0, NO_HEADER)


@pytest.mark.parametrize(
    "header",
    [
        ["Student ID", "First Name", "01/09/2026 AM", "01/09/2026 PM"],
        ["Student ID", "First Name", "2026-09-01 00:00:00", "2026-09-02 00:00:00"],
        ["Customer", "City", "2024", "2025"],
    ],
)
def test_days_half_days_and_years_above_other_values_are_a_header(header):
    assert find_header([header, ["7", "Ada", "P", "A"], ["8", "Ben", "P", "P"]], [])[0] == 1


@pytest.mark.parametrize("path", sorted(CORPUS.glob("mapping/*.yaml")))
def test_the_header_of_each_labelled_case_is_found(path):
    case = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    header = [field["source"] for field in case["fields"]]
    rows = [
        ["" if value is None else str(value) for value in row]
        for row in zip_longest(*(field["samples"] for field in case["fields"]))
    ]
    assert find_header([header, *rows], [])[0] == 1


@pytest.mark.parametrize(
    ("records", "row"),
    [
        ([["Item", "Price"], ["Soup", "4.00"]], 1),
        ([["Sales report", "", ""], ["", "", ""], ["Item", "Size", "Price"], ["Soup", "S", "4.00"]], 3),
        ([["2025-01-01", "2025-01-31"], ["Item", "Price"], ["Soup", "4.00"]], 2),
        ([["Name", "Mail", "Visits"], ["Ada", "ada@example.com", "3"]], 1),
        ([["Day", "Note", "x"], ["Order Id", " OPENED ", "Server"], ["1", "4/18/25", "Wei"]], 2),
        ([], 1),
    ],
)
def test_a_header_is_the_row_of_a_known_export_or_the_first_row_of_names(records, row):
    number, reason = find_header(records, SIGNATURES)
    assert number == row
    assert f"row {row}" in reason


@pytest.mark.parametrize(
    ("header", "width", "names"),
    [
        (["Item", "Price"], 2, ("Item", "Price")),
        (["  Item \n name ", ""], 2, ("Item name", "Column 2")),
        (["Item"], 3, ("Item", "Column 2", "Column 3")),
        (["Note", "Note", "Note"], 3, ("Note", "Note (2)", "Note (3)")),
        (["Note", "Note (2)", "Note"], 3, ("Note", "Note (2)", "Note (3)")),
        (["*", "^a$", ROW], 3, ("* (2)", "^a$ (2)", f"{ROW} (2)")),
        ([], 0, ()),
    ],
)
def test_columns_have_distinct_names_that_no_expression_reads_as_a_pattern(header, width, names):
    assert name_columns(header, width) == names


@given(
    st.lists(st.text(st.sampled_from("ab *^$()2"), max_size=5) | st.sampled_from(["_row", "*"]), max_size=12)
)
def test_whatever_the_header_each_column_has_a_name_of_its_own(header):
    names = name_columns(header, len(header) + 2)
    assert len(set(names)) == len(names) == len(header) + 2
    assert not any(map(is_pattern, names))


def test_names_that_repeat_in_a_header_are_told_with_the_columns_they_became():
    header = ["Note", "Item", "Note"]
    assert repeated_names(header, name_columns(header, 3)) == [
        "2 columns of the header are called 'Note'; they are read apart, as Note and Note (2)"
    ]
    assert repeated_names(["Item", "", ""], ("Item", "Column 2", "Column 3")) == []


@pytest.mark.parametrize(
    ("values", "order", "reason"),
    [
        (["13/04/2025", "01/02/2025"], "dmy", "day first, row 2 has '13/04/…' (the first number is over 12)"),
        (["04/05/2025", "04/13/2025"], "mdy", "month first, row 3 has '04/13/…' (the second number is over 12)"),
        (["2025-04-13"], "ymd", "year first, row 2 has '2025-…' (the year comes first)"),
        (["04/05/2025", "01/02/2025"], None, "no value is over 12 in either place: day and month cannot be told apart"),
        (["13/04/2025", "04/13/2025"], None, "rows 2 and 3 contradict each other ('13/04/…', '04/13/…'): set the date order"),
        (["31.12.25 18:00", ""], "dmy", "day first, row 2 has '31.12.…' (the first number is over 12)"),
    ],
)  # fmt: skip
def test_a_date_order_is_decided_by_a_value_over_12_and_the_row_is_named(values, order, reason):
    frame = pl.DataFrame(
        {ROW: range(2, len(values) + 2), "Day": [value or None for value in values]},
        schema={ROW: pl.Int64, "Day": pl.String},
    )
    assert find_date_order(frame) == (order, [f"Day: {reason}"])


def test_the_reason_quotes_no_birthday():
    frame = pl.DataFrame(
        {ROW: [2, 3], "Date of birth": ["03/14/1987", "14/03/1987"], "DOB": ["1987-03-14", None]}
    )
    _, reasons = find_date_order(frame)
    assert reasons == [
        "Date of birth: rows 3 and 2 contradict each other ('99/99/…', '99/99/…'): set the date order",
        "DOB: year first, row 2 has '9999-…' (the year comes first)",
    ]


def test_columns_that_disagree_decide_no_date_order():
    frame = pl.DataFrame({ROW: [2], "Opened": ["13/04/2025"], "Closed": ["04/13/2025"]})
    order, why = find_date_order(frame)
    assert order is None
    assert why[-1] == "the columns disagree on the order of day and month: set the date order"


def test_a_column_of_years_first_leaves_the_order_of_the_others_to_them():
    frame = pl.DataFrame({ROW: [2], "Opened": ["2025-04-13"], "Closed": ["13/04/2025"]})
    assert find_date_order(frame)[0] == "dmy"


@pytest.mark.parametrize("values", [["Soup", "Tea"], ["4.50", "3.00"], ["1-2", "Soup", "Tea"], [None, None]])
def test_a_column_without_days_says_nothing_of_the_date_order(values):
    frame = pl.DataFrame({ROW: range(len(values)), "Item": pl.Series(values, dtype=pl.String)})
    assert find_date_order(frame) == (None, [])


TILL = Source(
    "till",
    "Till",
    "restaurant",
    (
        StreamSpec("Orders", "order", frozenset({"Order Id", "Opened", "Server", "Total"})),
        StreamSpec("Items", "menu_item", frozenset({"Item Id", "Name", "Price"})),
        StreamSpec("Menus", "menu_item", path="menus[]"),
    ),
)


@pytest.mark.parametrize(
    ("columns", "stream", "confidence"),
    [
        (["Order Id", "Opened", "Server", "Total"], "Orders", 1.0),
        (["ORDER ID", " opened", "Server", "total "], "Orders", 1.0),
        (["Order Id", "Opened", "Server", "Total", "Table"], "Orders", (4 / 5) ** 0.5),
        (["Item Id", "Name"], "Items", (2 / 3) ** 0.5),
        (["Colour", "Height"], None, 0.0),
    ],
)
def test_a_table_is_the_declared_one_whose_header_is_most_alike(columns, stream, confidence):
    match = match_table(columns, [TILL])
    assert (match.spec.name if match else None) == stream
    assert (match.confidence if match else 0.0) == pytest.approx(confidence)


@pytest.mark.parametrize(
    ("name", "head", "message"),
    [
        ("menu.csv", b"", "menu.csv is empty."),
        ("menu.csv", b"\xef\xbb\xbf \r\n", "menu.csv is empty."),
        ("menu.csv", b"%PDF-1.7", "menu.csv is a PDF document, not a table or JSON."),
        ("menu.csv", b"\x89PNG\r\n", "menu.csv is a picture, not a table or JSON."),
        ("menu.csv", b"SQLite format 3\0", "menu.csv is a database, not a table or JSON."),
        ("menu.csv", b"PAR1\x15\x04", "menu.csv is a Parquet file, not a table or JSON."),
        ("menu.csv", b"\x1f\x8b\x08", "menu.csv is a gzip archive, not a table or JSON."),
        ("menu.csv", b"  <!DOCTYPE html>", "menu.csv is a web page or XML, not a table or JSON."),
        (".env", b"a", ".env is a settings file, not an export; it may hold passwords and was not read."),
        (
            "settings.txt",
            b"# keys\nexport API_KEY=abc\nTOKEN=def\n",
            "settings.txt is a settings file, not an export; it may hold passwords and was not read.",
        ),
    ],
)
def test_what_is_no_export_is_refused_by_name_with_a_remedy(name, head, message):
    with pytest.raises(InvalidInputError) as refusal:
        refuse_foreign(Path(name), head)
    assert str(refusal.value.message) == message
    assert refusal.value.hint
    assert refusal.value.facts["file"] == name


@pytest.mark.parametrize("head", [b"name,price\n", b"{}", b"PRICE=4\nSoup\n"])
def test_what_may_be_an_export_is_let_through(head):
    refuse_foreign(Path("menu.csv"), head)
