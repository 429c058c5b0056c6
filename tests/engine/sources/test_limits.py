"""The sizes of what a file may hold: read in a short time up to the limit, refused with file, figure and remedy beyond."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from core.engine.batch import ROW
from core.engine.sources.cards.numbers import cut_codes, cut_numbers
from core.engine.sources.detect import find_date_order, name_columns
from core.engine.sources.limits import cells, columns, strings
from core.engine.sources.limits.cells import LONGEST_CELL
from core.engine.sources.limits.columns import LONGEST_NAME, MOST_COLUMNS, MOST_STREAMS
from core.engine.sources.profile import LONGEST_SAMPLE, profile_frame, profile_samples
from core.engine.sources.read import ReaderOptions, identify, read
from core.errors import InvalidInputError
from core.kit.text import split_compound

MANY = 4_000


@contextmanager
def within(seconds: float):
    """The block ends in time; what these tests are about took minutes."""
    start = time.process_time()
    yield
    assert time.process_time() - start < seconds


def rows_of(path: Path) -> list[dict[str, str | None]]:
    return [row for _, frame in read(path, identify(path, [])) for row in frame.to_dicts()]


def refusal(path: Path) -> InvalidInputError:
    with pytest.raises(InvalidInputError) as caught:
        rows_of(path)
    assert caught.value.hint
    assert path.name in caught.value.message
    return caught.value


def table(folder: Path, header: str, *lines: str, name: str = "menu.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([header, *lines]) + "\n")
    return path


# --- columns ----------------------------------------------------------------------------------------------------


def test_thousands_of_equal_names_are_told_apart_in_a_moment():
    with within(2):
        names = name_columns(["Name"] * 16_000, 0)
    assert len(set(names)) == 16_000
    assert names[:3] == ("Name", "Name (2)", "Name (3)")


@given(st.lists(st.sampled_from(["a", "a (2)", "a (3)", "a (2) (2)", "", "*", "Column 2", ROW]), max_size=12))
def test_names_of_columns_are_distinct_whatever_the_header_holds(header):
    names = name_columns(header, 3)
    assert len(names) == len(set(names)) == max(3, len(header))


def test_the_order_of_dates_is_found_in_thousands_of_columns_at_once():
    days = {f"Day {number}": ["03/04/2026", f"{14 if number % 2 else 4}/05/2026"] for number in range(MANY)}
    with within(10):
        order, why = find_date_order(pl.DataFrame({ROW: [2, 3], **days}))
    assert order == "dmy"
    assert len(why) == MANY
    assert why[1] == "Day 1: day first, row 3 has '14/05/…' (the first number is over 12)"


def test_a_table_as_wide_as_the_limit_is_read(tmp_path):
    header = [f"Field {number}" for number in range(MOST_COLUMNS)]
    path = table(tmp_path, ",".join(header), ",".join("x" for _ in header))
    with within(20):
        assert len(rows_of(path)[0]) == MOST_COLUMNS + 1


def test_records_with_thousands_of_fields_are_read(tmp_path):
    path = tmp_path / "menu.json"
    path.write_text(json.dumps([{f"field {number}": "x" for number in range(MANY)}] * 2))
    with within(10):
        assert len(rows_of(path)[0]) == MANY + 1


@pytest.mark.parametrize("header", [MOST_COLUMNS + 1, 0])
def test_a_wider_table_is_refused(tmp_path, header):
    line = ",".join("x" for _ in range(MOST_COLUMNS + 1))
    path = table(tmp_path, ",".join("Name" for _ in range(header)), line, line)
    assert "10,001 columns; at most 10,000" in refusal(path).message


def test_records_with_more_fields_than_columns_may_be_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(columns, "MOST_COLUMNS", 50)
    path = tmp_path / "menu.json"
    path.write_text(json.dumps([{f"key {number}": 1} for number in range(51)]))
    assert "51 columns; at most 50" in refusal(path).message


def test_a_wide_header_is_read_whole_although_it_is_longer_than_the_rows_that_are_sampled(tmp_path):
    header = [f"Field {number} {'of the second menu ' * 5}".strip() for number in range(4_000)]
    path = table(tmp_path, "Report", ",".join(header), ",".join("x" for _ in header))
    assert len(",".join(header)) > 256 << 10
    (head,) = identify(path, [], ReaderOptions(header_row=2)).streams
    assert [*head.columns] == header


def test_the_name_of_a_column_may_be_as_long_as_the_database_takes(tmp_path):
    longest = "ü" * (LONGEST_NAME // 2)
    assert list(rows_of(table(tmp_path, f"{longest},b", "1,2"))[0]) == [ROW, longest, "b"]
    fault = refusal(table(tmp_path, f"a,{longest}ü", "1,2"))
    assert "name of column 2 in row 1 has 1,002 bytes; at most 1,000" in fault.message


def test_the_keys_of_a_document_may_be_as_long_as_the_names_of_columns(tmp_path):
    path = tmp_path / "menu.json"
    path.write_text(json.dumps([{"a": {"b" * 600: {"c" * 600: 1}}}]))
    assert "1,203 bytes; at most 1,000" in refusal(path).message
    path.write_text(json.dumps({"d" * 1_001: [{"id": 1}]}))
    assert "1,001 bytes; at most 1,000" in refusal(path).message


def test_a_document_has_at_most_so_many_kinds_of_records(tmp_path):
    path = tmp_path / "menu.json"
    path.write_text(json.dumps({f"id{number}": [{"n": 1}] for number in range(MOST_STREAMS + 1)}))
    assert "more than 200 kinds of records" in refusal(path).message


# --- cells and lines --------------------------------------------------------------------------------------------


def test_a_cell_may_be_as_long_as_the_limit_and_no_longer(tmp_path):
    cell = ("12 Main St, Springfield; " * LONGEST_CELL)[:LONGEST_CELL]
    with within(20):
        (row,) = rows_of(table(tmp_path, "Address,Name", f'"{cell}",Ann'))
    assert row["Address"] == cell
    fault = refusal(table(tmp_path, "Name,Address", "Ann,x", f'Bob,"{cell}y"'))
    assert "column Address of row 3 has 1,048,577 bytes; at most 1,048,576" in fault.message
    assert (fault.facts["row"], fault.facts["field"]) == (3, "Address")
    assert cell[:50] not in str(fault)


def test_a_value_of_a_document_may_be_as_long_as_a_cell(tmp_path):
    path = tmp_path / "menu.json"
    path.write_text(json.dumps([{"id": 1, "picture": "x"}, {"id": 2, "picture": "x" * (LONGEST_CELL + 1)}]))
    fault = refusal(path)
    assert "column picture of row 2 has 1,048,577 bytes" in fault.message


def test_a_row_may_be_longer_than_a_cell_when_none_of_its_cells_is(tmp_path, monkeypatch):
    monkeypatch.setattr("core.engine.sources.tabular.LONGEST_CELL", 20)
    (row,) = rows_of(table(tmp_path, "a,b,c", "1234567890123456789,1234567890123456789,x"))
    assert row["c"] == "x"


def test_a_table_whose_first_row_does_not_end_is_refused(tmp_path):
    path = tmp_path / "menu.csv"
    path.write_text("Soup " * (cells.LONGEST_HEADER // 5 + 1))
    assert "row 1 does not end within 4,194,304 bytes" in refusal(path).message


def test_a_long_quoted_text_does_not_pass_for_a_row_of_many_fields(tmp_path):
    path = table(tmp_path, "Address,Name", '"1 Main St; Springfield; USA; ' + "; ".join("abcdef") + '",Ann')
    (head,) = identify(path, []).streams
    assert head.columns == ("Address", "Name")


# --- what is done with long values ------------------------------------------------------------------------------

LONG = {
    "letters": "a" * LONGEST_CELL,
    "glued words": "menuitem" * (LONGEST_CELL // 8),
    "words": "Eastern " + "Time" * (LONGEST_CELL // 4) + "\tx",
    "numbers": "1 " * (LONGEST_CELL // 16),
    "code": "cvv" + " " * LONGEST_CELL,
    "brackets": "[(" * (LONGEST_CELL // 2),
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_a_long_value_is_described_and_looked_through_in_a_moment(text):
    with within(25):
        (profile,) = profile_frame("menu", pl.DataFrame({"Name": [text]}))
        split_compound(text, {"menu", "item"})
        cut_numbers(text)
        cut_codes(text)
    assert profile.length == len(text.strip())
    assert len(profile.samples[0]) <= LONGEST_SAMPLE


def test_the_time_for_a_glued_word_does_not_grow_with_its_length():
    assert split_compound("menuitem" * 9, {"menu", "item"}) == ("menuitem" * 9,)
    assert split_compound("menuitemprice", {"menu", "item", "price"}) == ("menu", "item", "price")


def test_samples_are_cut_and_the_length_is_that_of_the_whole_values():
    profile = profile_samples("Name", ["x" * 3_000, "y"])
    assert profile.length == 1_500.5
    assert [len(sample) for sample in profile.samples] == [LONGEST_SAMPLE, 1]


def test_cards_between_many_numbers_are_all_cut():
    text = "4111 1111 1111 1111, " * 500 + "7 " * 500 + "5555 5555 5555 4444"
    cut, digits = cut_numbers(text)
    assert len(digits) == 501
    assert all(before <= after for before, after in pairwise(map(len, (cut, text))))
    assert "1111 1111" not in cut
    assert cut.endswith("****4444")


# --- texts of a workbook ----------------------------------------------------------------------------------------


def workbook(folder: Path, texts: int, length: int = 10) -> Path:
    path = folder / "menu.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Menu")
        sheet.write_row(0, 0, ["Dish", "Price"])
        for number in range(1, texts - 1):
            sheet.write_row(number, 0, [f"{number:0{length}}", 4])
    return path


@pytest.mark.parametrize(
    ("limit", "value", "words"),
    [
        ("LARGEST_STRINGS", 1 << 20, "the texts of its cells take 3 MB; at most 1 MB are read"),
        ("MOST_STRINGS", 999, "it holds more than 999 different texts"),
    ],
)
def test_a_workbook_with_too_many_texts_is_refused_before_it_is_loaded(
    tmp_path, monkeypatch, limit, value, words
):
    path = workbook(tmp_path, 1_000, length=3_000)
    assert len(rows_of(path)) == 998
    monkeypatch.setattr(strings, limit, value)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("the workbook was loaded"))
    assert words in refusal(path).message


def test_a_workbook_with_as_many_texts_as_the_limit_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(strings, "MOST_STRINGS", 1_000)
    assert len(rows_of(workbook(tmp_path, 1_000))) == 998


def test_a_workbook_that_needs_too_much_memory_is_refused_with_the_figure(tmp_path, monkeypatch):
    child = "import sys; sys.stderr.write('memory allocation of 9 bytes failed'); sys.exit(134)"
    run = subprocess.run
    monkeypatch.setattr(subprocess, "run", lambda _, **more: run([sys.executable, "-c", child], **more))
    assert "cannot be read as a workbook within 3,072 MB of memory" in refusal(workbook(tmp_path, 5)).message
