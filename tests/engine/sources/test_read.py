"""What comes out of a file, row by row."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.engine.batch import FAULT, ROW
from core.engine.sources import tabular, workbook
from core.engine.sources.characters.decoding import MARK
from core.engine.sources.read import ReaderOptions, identify, read
from core.engine.sources.tabular import Table, read_frames, utf8_blocks
from core.errors import InvalidInputError


def write(folder: Path, content: str | bytes, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def rows_of(
    path: Path, options: ReaderOptions | None = None, **more: int
) -> dict[str, list[dict[str, object]]]:
    """Every row by stream, frames joined."""
    identified = identify(path, [], options)
    streams: dict[str, list[pl.DataFrame]] = {}
    for name, frame in read(path, identified, **more):
        streams.setdefault(name, []).append(frame)
    return {name: pl.concat(frames, how="diagonal").to_dicts() for name, frames in streams.items()}


def only(path: Path, options: ReaderOptions | None = None, **more: int) -> list[dict[str, object]]:
    (rows,) = rows_of(path, options, **more).values()
    return rows


def test_row_numbers_are_those_a_spreadsheet_shows(tmp_path):
    text = 'Sales report,,\n"From 1 May,\nto 31 May",,\n\nId,Name,Note\n1,Soup,"two\nlines"\n\n,,\n2,Salad,\n'
    assert only(write(tmp_path, text)) == [
        {ROW: 5, "Id": "1", "Name": "Soup", "Note": "two\nlines"},
        {ROW: 8, "Id": "2", "Name": "Salad", "Note": None},
    ]


def test_values_are_text_as_it_stands_and_null_where_empty(tmp_path):
    text = 'Id,Price,Text\n007,10.10," x "\n0,,""\n'
    assert only(write(tmp_path, text)) == [
        {ROW: 2, "Id": "007", "Price": "10.10", "Text": " x "},
        {ROW: 3, "Id": "0", "Price": None, "Text": None},
    ]


def test_a_row_with_another_number_of_fields_is_kept_whole_and_marked(tmp_path):
    rows = only(write(tmp_path, "Id,Name,Price\n1,Soup,5\n2,Salad\n3,Ham,Egg,7\n4,Tea,2,\n"))
    assert [row[FAULT] for row in rows] == [
        None,
        "2 fields where the header has 3",
        '4 fields where the header has 3; beyond it stand "7"',
        None,  # nothing stands behind the surplus comma
    ]
    assert rows[1] == {ROW: 3, "Id": "2", "Name": "Salad", "Price": None, FAULT: rows[1][FAULT]}


def test_frames_without_broken_rows_have_no_fault_column(tmp_path):
    path = write(tmp_path, "Id,Name\n1,a\n2,b\n3,c,d\n4,e\n")
    identified = identify(path, [])
    assert [FAULT in frame.columns for _, frame in read(path, identified, chunk_rows=2)] == [False, True]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_quote_inside_a_value_is_an_ordinary_character(tmp_path, end):
    text = end.join(["Size,Price", '5" pipe,1', '"Large ""XL""",2', 'a "b" c,3', ""])
    assert [row["Size"] for row in only(write(tmp_path, text))] == ['5" pipe', 'Large "XL"', 'a "b" c']


def test_a_quote_that_never_closes_costs_one_row_not_the_file(tmp_path):
    rows = only(write(tmp_path, 'Id,Name,Price\n1,"Soup,5\n2,Salad,6\n3,Tea,7\n'))
    assert [(row["Id"], row["Price"]) for row in rows] == [("1", "5"), ("2", "6"), ("3", "7")]
    assert rows[0]["Name"] == "Soup"


def test_columns_without_a_name_or_with_the_same_name_can_be_told_apart(tmp_path):
    rows = only(write(tmp_path, "Name,Name,,_row\na,b,c,d\n"))
    assert rows == [{ROW: 2, "Name": "a", "Name (2)": "b", "Column 3": "c", "_row (2)": "d"}]


@pytest.mark.parametrize(
    ("name", "content"),
    [("file.csv", "*,^b.*$,beta\nx,y,z\n"), ("file.json", '[{"*": "x", "^b.*$": "y", "beta": "z"}]')],
)
def test_a_name_that_would_stand_for_other_columns_stands_for_its_own(tmp_path, name, content):
    [row] = only(write(tmp_path, content, name))
    assert list(row.values())[1:] == ["x", "y", "z"]
    assert [len(pl.DataFrame([row]).select(pl.col(column)).columns) for column in row] == [1, 1, 1, 1]
    assert [pl.DataFrame([row]).select(pl.col(column)).item() for column in list(row)[1:]] == ["x", "y", "z"]


def test_without_a_header_the_columns_are_numbered(tmp_path):
    rows = only(write(tmp_path, "1,Soup\n2,Salad\n"), ReaderOptions(header_row=0))
    assert rows == [
        {ROW: 1, "Column 1": "1", "Column 2": "Soup"},
        {ROW: 2, "Column 1": "2", "Column 2": "Salad"},
    ]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1"]
)
def test_every_usual_encoding_is_read(tmp_path, encoding):
    text = "Id,Name\n" + "".join(f"{n},Crème brûlée\n" for n in range(50))
    rows = only(write(tmp_path, text.encode(encoding)))
    assert {row["Name"] for row in rows} == {"Crème brûlée"}
    assert list(rows[0]) == [ROW, "Id", "Name"]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_every_usual_delimiter_is_found(tmp_path, mark):
    text = "\n".join(
        mark.join(row) for row in (["Id", "Name", "Price"], ["1", "Soup", "4.20"], ["2", "Tea", "2"])
    )
    assert only(write(tmp_path, text))[0] == {ROW: 2, "Id": "1", "Name": "Soup", "Price": "4.20"}


cells = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=8)
tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=25)
)


@settings(max_examples=150, deadline=None)
@given(
    table=tables,
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    end=st.sampled_from(["\n", "\r\n"]),
    mark=st.sampled_from([",", ";", "\t"]),
    block=st.integers(5, 300),
    chunk=st.integers(1, 7),
)
def test_what_was_written_is_read_back_whatever_the_blocks_and_chunks(
    table, quoting, end, mark, block, chunk
):
    out = io.StringIO()
    writer = csv.writer(out, quoting=quoting, lineterminator=end, delimiter=mark)
    writer.writerows(table)
    data = out.getvalue().encode()
    columns = tuple(f"c{index}" for index in range(len(table[0])))
    blocks = [data[start : start + block] for start in range(0, len(data), block)] + [b""]
    frames = list(read_frames(blocks, Table("t", "utf-8", mark, 0, columns), chunk))
    rows = [row for frame in frames for row in frame.rows()]
    expected = [
        (number, *(cell or None for cell in row)) for number, row in enumerate(table, start=1) if any(row)
    ]
    assert rows == expected
    assert all(frame.height <= chunk and FAULT not in frame.columns for frame in frames)


@settings(max_examples=150, deadline=None)
@given(text=st.text(st.sampled_from('ab",\n'), max_size=60), block=st.integers(3, 80))
@example(text='"a,"\naaa",a', block=3)
@example(text='"a,"\naaa",a', block=80)
@example(text='""",","\n\nbaa",', block=3)
@example(text='"",","\n\nbaa",', block=80)
def test_no_character_of_a_broken_table_is_lost(text, block):
    data = text.encode()
    blocks = [data[start : start + block] for start in range(0, len(data), block)] + [b""]
    frames = list(read_frames(blocks, Table("t", "utf-8", ",", 0, ("x", "y")), 100))
    characters = "".join(
        (row["x"] or "") + (row["y"] or "") + (row.get(FAULT) or "").partition("beyond it stand ")[2]
        for frame in frames
        for row in frame.to_dicts()
    )
    assert [characters.count(letter) for letter in "ab"] == [text.count(letter) for letter in "ab"]


@settings(max_examples=300, deadline=None)
@given(
    lines=st.lists(st.text(st.sampled_from("aé ,,,,\r"), max_size=12), max_size=30),
    block=st.integers(3, 400),
    chunk=st.integers(1, 30),
)
def test_rows_without_quotes_are_read_the_quick_way_as_the_exact_way_reads_them(lines, block, chunk):
    data = "\n".join(lines).encode()
    blocks = [data[start : start + block] for start in range(0, len(data), block)] + [b""]
    table = Table("t", "utf-8", ",", 0, ("x", "y", "z"))
    quick = [frame.to_dict(as_series=False) for frame in read_frames(blocks, table, chunk)]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(tabular, "_regular", lambda *_: None)
        exact = [frame.to_dict(as_series=False) for frame in read_frames(blocks, table, chunk)]
    assert quick == exact


@given(
    text=st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30), block=st.integers(1, 9)
)
def test_utf8_comes_through_as_it_is_wherever_the_blocks_are_cut(text, block):
    content = text.removeprefix("\ufeff").encode()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(tabular, "BLOCK", block)
        blocks = list(utf8_blocks(io.BytesIO(b"x\n" + content), "utf-8", "t"))
    assert b"".join(blocks) == b"x\n" + content
    for part in blocks:
        part.decode()


def test_bytes_that_are_no_utf8_are_marked_also_at_the_end_of_a_block(monkeypatch):
    monkeypatch.setattr(tabular, "BLOCK", 4)
    blocks = utf8_blocks(io.BytesIO(b"abc\xc3\nde"), "utf-8", "t")
    assert b"".join(blocks).decode() == f"abc{MARK}\nde"


def test_a_multi_byte_character_may_lie_across_two_blocks(monkeypatch):
    monkeypatch.setattr(tabular, "BLOCK", 1)
    blocks = utf8_blocks(io.BytesIO("é,ü\n".encode("utf-16")), "utf-16", "t")
    assert b"".join(blocks).decode() == "é,ü\n"


def workbook_at(path: Path) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Menu")
        sheet.write(1, 0, "Price list")
        sheet.write_row(3, 0, ["Id", "Price", "Changed", "Day", "Opens", "Sold"])
        sheet.write_row(4, 0, ["007", 1895.0])
        sheet.write_datetime(
            4, 2, datetime.fromisoformat("2025-01-23 18:30"), book.add_format({"num_format": "d/m/yy h:mm"})
        )
        sheet.write_datetime(4, 3, date(2025, 1, 23), book.add_format({"num_format": "d/m/yyyy"}))
        sheet.write_datetime(4, 4, time(7, 5), book.add_format({"num_format": "h:mm"}))
        sheet.write_boolean(4, 5, boolean=True)
        sheet.write_row(6, 0, [12, 0.1 + 0.2])
        book.add_worksheet("Nothing")
        book.add_worksheet("Staff").write_column(0, 0, ["Name", "Wei"])
    return path


def test_each_filled_sheet_is_a_stream_with_its_cells_as_a_person_would_type_them(tmp_path):
    streams = rows_of(workbook_at(tmp_path / "menu.xlsx"))
    assert streams["Staff"] == [{ROW: 2, "Name": "Wei"}]
    first, second = streams["Menu"]
    assert first == {
        ROW: 5,
        "Id": "007",
        "Price": "1895",
        "Changed": "2025-01-23 18:30:00",
        "Day": "2025-01-23",
        "Opens": "07:05:00",
        "Sold": "true",
    }
    assert (second[ROW], second["Id"], second["Price"]) == (7, "12", "0.3")


def test_a_workbook_that_crashes_its_reader_is_refused_and_the_console_lives(tmp_path):
    path = tmp_path / "far.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "x")
        sheet.write(1_048_575, 16_383, "y")
    with pytest.raises(InvalidInputError, match="cannot be read as a workbook") as caught:
        identify(path, [])
    assert caught.value.facts["file"] == "far.xlsx"
    assert "stray cells" in caught.value.hint


def test_a_workbook_that_takes_too_long_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "SECONDS", 0.001)
    with pytest.raises(InvalidInputError, match="takes longer"):
        identify(workbook_at(tmp_path / "menu.xlsx"), [])


def test_a_zip_bomb_is_refused_by_its_directory(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (20 << 20))
    with pytest.raises(InvalidInputError, match="times its size"):
        identify(path, [])


def test_each_table_of_an_archive_is_a_stream(tmp_path):
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("day/Orders.csv", "Id,Total\n1,5\n")
        archive.writestr("day/Lines.csv", "Id;Name\n1;Soup\n2;Tea\n")
        archive.writestr("__MACOSX/day/._Lines.csv", b"\0\1")
    streams = rows_of(path)
    assert streams["Orders"] == [{ROW: 2, "Id": "1", "Total": "5"}]
    assert [row["Name"] for row in streams["Lines"]] == ["Soup", "Tea"]


def test_numbers_of_a_document_keep_every_digit(tmp_path):
    text = '\ufeff{"rows": [{"id": 12345678901234567890123, "price": 10.10, "rate": 1e2, "on": true, "tags": ["a", 1.50]}]}'
    assert only(write(tmp_path, text, "file.json")) == [
        {
            ROW: 1,
            "id": "12345678901234567890123",
            "price": "10.10",
            "rate": "100",
            "on": "true",
            "tags": '["a",1.50]',
        }
    ]


def test_records_of_a_document_are_numbered_in_their_stream_across_chunks(tmp_path):
    text = json.dumps({"items": [{"id": n, "sizes": [{"size": s} for s in "ab"]} for n in range(5)]})
    streams = rows_of(write(tmp_path, text, "file.json"), chunk_rows=3)
    assert [row[ROW] for row in streams["items"]] == [1, 2, 3, 4, 5]
    assert [(row[ROW], row["item.id"]) for row in streams["items.sizes"]][-2:] == [(9, "4"), (10, "4")]


def test_json_lines_are_a_list(tmp_path):
    rows = only(write(tmp_path, '{"id": 1}\n{"id": 2}\n', "file.jsonl"))
    assert [row["id"] for row in rows] == ["1", "2"]


HOSTILE = {
    "empty.csv": (b"", "is empty"),
    "blank.csv": (b" \n\n", "is empty"),
    ".env": (b"SECRET=abc\n", "settings file"),
    "settings.csv": (b"# mine\nAPI_KEY=abc\nDB_URL=x,y\n", "settings file"),
    "nul.csv": (b"Id,Name\n1,So\0up\n", "NUL"),
    "late-nul.csv": (b"Id,Name\n" + b"1,Soup\n" * 1000 + b"2,So\0up\n", "NUL"),
    "photo.csv": (b"\x89PNG\r\n\x1a\n\0\0", "a picture"),
    "program.csv": (bytes(range(1, 32)) * 50, "binary data"),
    "page.csv": (b"<!DOCTYPE html><table></table>", "a web page"),
    "renamed.xlsx": (b"Id,Name\n1,Soup\n", "not what its name says"),
    "broken.xlsx": (b"PK\x03\x04 and then nothing", "damaged"),
    "deep.json": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "nested too deeply"),
    "deep-list.json": (b"[" * 100_000, "nested too deeply"),
    "cut.json": (b'{"items": [{"id": 1}, {"id"', "not valid JSON"),
    "nan.json": (b'{"items": [{"id": NaN}]}', "cannot be read"),
    "scalars.json": (b"[1, 2]", "holds no records"),
    "named.json": (b"Id,Name\n1,Soup\n", "not valid JSON"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_export_is_refused_with_a_remedy(tmp_path, name):
    content, message = HOSTILE[name]
    with pytest.raises(InvalidInputError, match=message) as caught:
        identify(write(tmp_path, content, name), [])
    assert caught.value.hint
    assert name in str(caught.value)


@settings(max_examples=150, deadline=None)
@given(content=st.binary(max_size=200), suffix=st.sampled_from(["csv", "json", "xlsx", "zip", "txt"]))
def test_arbitrary_bytes_are_read_or_refused_but_never_crash(tmp_path_factory, content, suffix):
    path = write(tmp_path_factory.mktemp("bytes"), content, f"file.{suffix}")
    try:
        identified = identify(path, [])
    except InvalidInputError as refused:
        remedy = refused.hint
    else:
        remedy = "none needed"
        assert sum(frame.height for _, frame in read(path, identified)) == sum(
            head.rows for head in identified.streams
        )
    assert remedy
