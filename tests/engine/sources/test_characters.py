"""A character that cannot be read, is not seen or is garbled concerns its own row, and that row says so."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from core.engine.batch import ROW, notes_of
from core.engine.sources import tabular
from core.engine.sources.characters.decoding import MARK
from core.engine.sources.read import ReaderOptions, identify, read
from core.engine.sources.tabular import utf8_blocks
from core.errors import InvalidInputError

ACCENTS = "".join(f"{number},Crème brûlée\n" for number in range(3, 9))


def frames_of(path: Path, options: ReaderOptions | None = None, **more: int) -> pl.DataFrame:
    return pl.concat((frame for _, frame in read(path, identify(path, [], options), **more)), how="diagonal")


def write_file(folder: Path, data: bytes, name: str = "menu.csv") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def noted(frame: pl.DataFrame) -> list[tuple[int, str, str]]:
    return notes_of(frame).select(ROW, "code", "column").rows()


@pytest.mark.parametrize(
    "broken", [b"\xff", b"\x80\x81", b"caf\xe9", b"\xc3", b"\xed\xa0\x80", b"\xf0\x9f\x8d", b"\xc0\x80"]
)
def test_bytes_that_are_no_utf8_concern_their_row_and_leave_every_other_accent(tmp_path, broken):
    path = write_file(tmp_path, b"Id,Name\n1,Soup\n2,So" + broken + b"up\n" + ACCENTS.encode())
    frame = frames_of(path)
    assert noted(frame) == [(3, "unreadable_character", "Name")]
    names = frame["Name"].to_list()
    assert names[0] == "Soup"
    assert set(names[2:]) == {"Crème brûlée"}
    assert "\ufffd" in names[1]
    assert MARK not in names[1]


@pytest.mark.parametrize(("encoding", "broken"), [("utf-16", b"\x00\xd8"), ("utf-8-sig", b"\xff\xfe")])
def test_a_file_that_says_its_encoding_is_read_by_it_but_for_the_rows_concerned(tmp_path, encoding, broken):
    head, tail = "Id,Name\n1,So".encode(encoding), f"up\n{ACCENTS}".encode(encoding.removesuffix("-sig"))
    tail = tail.removeprefix(b"\xff\xfe")
    frame = frames_of(write_file(tmp_path, head + broken + tail))
    assert noted(frame) == [(2, "unreadable_character", "Name")]
    assert set(frame["Name"].to_list()[1:]) == {"Crème brûlée"}


def test_a_file_of_western_letters_is_still_read_as_such(tmp_path):
    frame = frames_of(write_file(tmp_path, f"Id,Name\n{ACCENTS}".encode("cp1252")))
    assert set(frame["Name"]) == {"Crème brûlée"}
    assert noted(frame) == []


def test_an_encoding_chosen_by_hand_that_fits_but_for_a_row_is_used(tmp_path):
    path = write_file(tmp_path, b"Id,Name\n2,So\xffup\n" + ACCENTS.encode())
    assert noted(frames_of(path, ReaderOptions(encoding="utf-8"))) == [(2, "unreadable_character", "Name")]
    with pytest.raises(InvalidInputError, match="is not ascii text"):
        identify(path, [], ReaderOptions(encoding="ascii"))


@settings(max_examples=150)
@given(
    lines=st.lists(st.text("aé€🍕", max_size=6).map(str.encode), min_size=4, max_size=12),
    broken=st.binary(min_size=1, max_size=3).filter(lambda data: not set(data) & set(b'\0\n\r",')),
    at=st.integers(0, 3),
    block=st.integers(1, 30),
)
def test_wherever_blocks_are_cut_only_the_line_with_such_bytes_changes(lines, broken, at, block):
    damaged = [*lines[:at], lines[at] + broken, *lines[at + 1 :]]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(tabular, "BLOCK", block)
        text = b"".join(utf8_blocks(io.BytesIO(b"\n".join(damaged)), "utf-8", "t")).decode()
    assert [line for number, line in enumerate(text.split("\n")) if number != at] == [
        line.decode() for number, line in enumerate(lines) if number != at
    ]


@pytest.mark.parametrize(
    "escape", ["\\ud800", "\\udfff", "\\ud83d", "\\ude00\\ud83d", "\\u0000", "\\uD800\\u0041"]
)
@pytest.mark.parametrize("lines", [False, True])
def test_half_a_surrogate_pair_or_nul_in_json_concerns_its_record(tmp_path, escape, lines):
    records = ['{"id":1,"name":"So' + escape + 'up"}', '{"id":2,"name":"\\ud83c\\udf55 caf\\u00e9"}', '{"id":3,"name":"C:\\\\ud800"}']  # fmt: skip
    text = "\n".join(records) if lines else f"[{','.join(records)}]"
    frame = frames_of(write_file(tmp_path, text.encode(), "menu.json"))
    assert noted(frame) == [(1, "unreadable_character", "name")]
    assert frame["name"].to_list()[1:] == ["🍕 café", "C:\\ud800"]
    frame.write_ipc(io.BytesIO())


def test_names_of_fields_with_half_a_pair_or_a_stray_byte_are_read_and_said(tmp_path):
    path = write_file(tmp_path, b'[{"id":1,"na\\udc00me":"Soup"}]', "menu.json")
    [head] = identify(path, []).streams
    assert head.columns == ("id", "na\ufffdme")
    assert any("column 2" in reason for reason in head.why)
    [head] = identify(write_file(tmp_path, b"Id,Na\xffme\n" + ACCENTS.encode()), []).streams
    assert head.columns == ("Id", "Na\ufffdme")
    assert "the name of column 2 holds a character that cannot be read" in head.why


@settings(max_examples=100)
@given(st.lists(st.text(max_size=8), min_size=1, max_size=6))
def test_any_json_text_at_all_becomes_rows_that_can_be_kept(tmp_path_factory, names):
    path = tmp_path_factory.getbasetemp() / "any.json"
    path.write_text(json.dumps([{"id": 1, "name": name} for name in names]), encoding="utf-8")
    frame = frames_of(path)
    assert frame.height == len(names)
    for text in frame["name"].drop_nulls() if "name" in frame.columns else ():
        assert "\0" not in text
        text.encode()


@pytest.mark.parametrize(
    ("text", "code", "description"),
    [
        ("pay\u202eload", "hidden_character", "U+202E (right-to-left override)"),
        ("a\u2066b\u2069", "hidden_character", "U+2066 (left-to-right isolate), U+2069"),
        ("So\u200bup", "hidden_character", "U+200B (zero width space)"),
        ("So\u200dup", "hidden_character", "U+200D (zero width joiner)"),
        ("\ufeffSoup", "hidden_character", "U+FEFF"),
        ("So\u200fup", "hidden_character", "U+200F (right-to-left mark)"),
        ("bell\x07", "hidden_character", "U+0007 (control character)"),
        ("esc\x1b[31m", "hidden_character", "U+001B (control character)"),
        ("next\x85line", "hidden_character", "U+0085"),
        ("tag\U000e0041", "hidden_character", "U+E0041"),
        ("CafÃ©", "garbled_text", "'Ã©' for 'é'"),
        ("itâ€™s", "garbled_text", "'â€™' for '’'"),
        ("10Â°", "garbled_text", "'Â°' for '°'"),
        ("ðŸ˜€ hi", "garbled_text", "'ðŸ˜€' for '😀'"),
        ("Ð¿Ñ€Ð¸Ð²ÐµÑ‚", "garbled_text", "for 'п'"),
        ("Cr\ufffdme", "garbled_text", "U+FFFD"),
    ],
)
def test_characters_that_are_not_seen_or_garbled_are_told_of_their_row(tmp_path, text, code, description):
    path = write_file(tmp_path, f"Id,Name\n1,Soup\n2,{text}\n".encode())
    frame = frames_of(path)
    assert noted(frame) == [(3, code, "Name")]
    assert description in notes_of(frame)["detail"][0]
    assert frame["Name"][1] == text
    document = write_file(tmp_path, json.dumps([{"name": "Soup"}, {"name": text}]).encode(), "menu.json")
    assert noted(frames_of(document)) == [(2, code, "name")]


@pytest.mark.parametrize(
    "text",
    ["Crème brûlée", "PÃO", "AÇÃO", "“CAFÉ”", "‘É’", "Ñandú®", "SÃO’S", "👩‍👩‍👧 family", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "می‌خواهم", "क्‍ष", "\u200eשלום 5", "naïve façade", "Zażółć gęślą", "Привет", "日本語", "two\tparts"],
)  # fmt: skip
def test_text_as_its_script_writes_it_is_not_told(tmp_path, text):
    assert noted(frames_of(write_file(tmp_path, f"Id,Name\n1,{text}\n{ACCENTS}".encode()))) == []


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('1,"Soup,4\n2,Tea,3\n', [2]),
        ('1,Soup,4\n2,"Tea,3\n3,Pie,5\n', [3]),
        ('1,"Soup,4\n2,"Tea",3\n3,"Pie",5\n', [2]),
        ('1,"Soup\nand, bread, or\nrolls, all, day",4\n2,Tea,3\n', [2]),
        ('1,"Soup\nand bread",4\n2,5" pipe,3\n', []),
        ('1,"Ann ""A."" Lee",4\n2,"12 Main St, Springfield\nUSA",3\n', []),
    ],
)
def test_a_quotation_mark_that_is_not_closed_is_told_of_its_row(tmp_path, text, rows):
    frame = frames_of(write_file(tmp_path, b"Id,Name,Price\n" + text.encode()))
    assert noted(frame) == [(row, "unclosed_quote", "Name") for row in rows]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('1,"Soup,4\n2,Tea 12",3\n3,Pie,5\n', [2]),
        ('1,"Soup,4\n2,Tea,3\n3,Pie","5"\n', [2]),
        ('i1,Soup,4\ni2,"Stew,5\ni3,Tea,3\ni4,Pie 10",6\n', [3]),
        ('1,"Soup\nhot, red",4\n2,Tea,3\n', []),
        ('A1,"Table, oak,120\nA3,Chair 30",45\nA4,Lamp,12\n', [2]),
    ],
)
def test_a_quotation_mark_that_closes_in_a_later_row_holds_the_row(tmp_path, text, rows):
    frame = frames_of(write_file(tmp_path, b"Id,Name,Price\n" + text.encode()))
    assert noted(frame) == [(row, "rows_in_quotes", "Name") for row in rows]


def test_a_mark_without_partner_is_removed_and_inch_marks_stay(tmp_path):
    text = b'Id,Name,Price\n1,Pizza 12",9\n2,"Soup,4\n3,"",2\n4,"Ann ""A."" Lee",1\n5,"A"b"c,1\n'
    frame = frames_of(write_file(tmp_path, text))
    assert frame["Name"].to_list() == ['Pizza 12"', "Soup", None, 'Ann "A." Lee', '"A"b"c']


def book_with_hidden_parts(path: Path) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        menu, old = book.add_worksheet("Menu"), book.add_worksheet("Old")
        for sheet in (menu, old):
            for row, cells in enumerate(
                [["Id", "Name", "Cost"], [1, "Soup", 2], [2, "Tea", 1], [3, "Pie", 3]]
            ):
                sheet.write_row(row + 2, 0, cells)
        menu.set_row(4, None, None, {"hidden": True})
        menu.set_column(2, 2, None, None, {"hidden": True})
        old.hide()
    return path


def test_hidden_sheets_rows_and_columns_of_a_workbook_are_read_and_told(tmp_path):
    path = book_with_hidden_parts(tmp_path / "menu.xlsx")
    identified = identify(path, [])
    frames = dict(read(path, identified))
    assert [(name, noted(frame)) for name, frame in frames.items()] == [
        ("Menu", [(5, "hidden_row", "")]),
        ("Old", [(row, "hidden_row", "") for row in (4, 5, 6)]),
    ]
    menu, old = identified.streams
    assert menu.why[:2] == (
        "hidden in the workbook, but read: 1 row",
        "hidden in the workbook, but read: columns C",
    )
    assert old.why[0] == "the sheet is hidden in the workbook"


ODS = """<?xml version="1.0" encoding="UTF-8"?><office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3"><office:body><office:spreadsheet>
 <table:table table:name="Menu">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"""


def test_rows_that_a_filter_hides_in_an_ods_document_are_told(tmp_path):
    def row(cells: list[str], more: str = "") -> str:
        inside = "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
            for cell in cells
        )
        return f"<table:table-row{more}>{inside}</table:table-row>"

    hidden = ' table:visibility="filter"'
    rows = row(["Id", "Name"]) + row(["1", "Soup"]) + row(["2", "Tea"], hidden) + row(["3", "Pie"])
    path = tmp_path / "menu.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>')  # fmt: skip
        archive.writestr("content.xml", ODS.format(rows=rows))
    assert noted(frames_of(path)) == [(3, "hidden_row", "")]
