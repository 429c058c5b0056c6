"""The layout of a table: what is detected, what an option overrules, and what is refused."""

from __future__ import annotations

import io
from functools import partial

import pytest

from core.engine.sources.contract import Source, StreamSpec
from core.engine.sources.file_info import ReaderOptions
from core.engine.sources.files import Member
from core.engine.sources.layout import layout_of
from core.errors import InvalidInputError

TILL = Source(
    "till", "Till", "restaurant", (StreamSpec("Orders", "order", frozenset({"Order Id", "Opened", "Total"})),)
)


def table(text: str | bytes, encoding: str | None = None) -> Member:
    data = text if isinstance(text, bytes) else text.encode()
    return Member("menu", "menu.csv", ".csv", partial(io.BytesIO, data), encoding)


@pytest.mark.parametrize(
    ("text", "options", "layout"),
    [
        ("Item,Price\nSoup,4\n", ReaderOptions(), ("utf-8", ",", 1, ("Item", "Price"))),
        ("sep=;\r\nItem;Price\r\nSoup;4\r\n", ReaderOptions(), ("utf-8", ";", 2, ("Item", "Price"))),
        ("\ufeffsep=|\nItem\nSoup; hot, red\n", ReaderOptions(), ("utf-8-sig", "|", 2, ("Item",))),
        ("Item;Price\nSoup;4,5\n", ReaderOptions(), ("utf-8", ";", 1, ("Item", "Price"))),
        ("Item;Price\nSoup;4\n", ReaderOptions(delimiter=","), ("utf-8", ",", 1, ("Item;Price",))),
        ("Soup,4\nTea,3\n", ReaderOptions(header_row=0), ("utf-8", ",", 0, ("Column 1", "Column 2"))),
        ("x,y\nItem,Price\nSoup,4\n", ReaderOptions(header_row=2), ("utf-8", ",", 2, ("Item", "Price"))),
        ("Item,Price,,\nSoup,4\nTea,3\n", ReaderOptions(), ("utf-8", ",", 1, ("Item", "Price"))),
        ("Item\nSoup,4\nTea,3\n", ReaderOptions(delimiter=","), ("utf-8", ",", 1, ("Item", "Column 2"))),
        ("Item\nSoup,4\nTea\nCake\n", ReaderOptions(delimiter=","), ("utf-8", ",", 1, ("Item",))),
        ("Item,Item\nSoup,Hot\n", ReaderOptions(), ("utf-8", ",", 1, ("Item", "Item (2)"))),
        ("Café,Prix\nThé,4\n".encode("cp1252"), ReaderOptions(), ("cp1252", ",", 1, ("Café", "Prix"))),
        ("Café,Prix\nThé,4\n".encode("utf-16"), ReaderOptions(), ("utf-16", ",", 1, ("Café", "Prix"))),
        ("report\nOrder Id,Opened,Total\n1,2,3\n", ReaderOptions(), ("utf-8", ",", 2, ("Order Id", "Opened", "Total"))),
    ],
)  # fmt: skip
def test_a_layout_is_detected_where_it_is_not_set(text, options, layout):
    answer, columns, _ = layout_of(table(text), [TILL], options)
    assert (answer.encoding, answer.delimiter, answer.header_row, columns) == layout


def test_each_decision_is_given_with_its_reason_and_none_for_what_was_set():
    _, _, why = layout_of(table("Note;Note\nSoup;4\n"), [], ReaderOptions())
    assert [reason.partition(":")[0] for reason in why] == [
        "utf-8",
        "delimiter ;",
        "header in row 1",
        "2 columns of the header are called 'Note'; they are read apart, as Note and Note (2)",
    ]
    options = ReaderOptions(encoding="utf-8", delimiter=";", header_row=1)
    assert layout_of(table("Item;Price\nSoup;4\n"), [], options)[2] == []


def test_a_sheet_of_a_workbook_is_read_as_it_was_written():
    options, columns, _ = layout_of(table("Item;x,Price\nSoup;y,4\n", "utf-8"), [], ReaderOptions())
    assert (options.encoding, options.delimiter, columns) == ("utf-8", ",", ("Item;x", "Price"))


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("Item\nSoup\n", ReaderOptions(header_row=9), "menu.csv has no row 9 near its beginning to be the header."),
        ("\n\n", ReaderOptions(header_row=1), "menu.csv has no column."),
        (",".join("x" * 10_001) + "\n", ReaderOptions(), "menu.csv has 10,001 columns; at most 10,000 are read."),
        ("Thé\n".encode("cp1252"), ReaderOptions(encoding="utf-8"), "menu.csv is not utf-8 text: 1 places cannot be read."),
        ("a\0b\n", ReaderOptions(encoding="utf-8"), "menu.csv holds a NUL character in line 1: it is not a text table."),
        ("x" * (5 << 20), ReaderOptions(encoding="utf-8"), "menu.csv: row 1 does not end within 4,194,304 bytes, so no header can be read."),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_laid_out_is_refused_with_its_file_and_a_remedy(text, options, message):
    with pytest.raises(InvalidInputError) as refusal:
        layout_of(table(text), [], options)
    assert refusal.value.message == message
    assert refusal.value.hint
    assert refusal.value.facts["file"] == "menu.csv"


def test_a_card_number_in_a_header_is_no_name_of_a_column():
    _, columns, _ = layout_of(table("Item,4111 1111 1111 1111\nSoup,4\n"), [], ReaderOptions(header_row=1))
    assert columns == ("Item", "1111")
