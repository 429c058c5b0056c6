"""The names of sheets whose tables are alike are a column of their rows, and asked about."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from adapters import SOURCES
from core.engine.sources.read import identify, read

Rows = list[list[str | float]]
MENU: Rows = [["Item", "Price"], ["Cola", 2.5], ["Ginger Beer", 2.8]]
BEERS: Rows = [["Item", "Price"], ["Pale Ale", 5.6], ["Stout", 6.0]]
GUESTS: Rows = [["Guest", "E-mail"], ["Ada", "ada@example.com"], ["Ben", "ben@example.com"]]


def streams_of(folder: Path, sheets: Mapping[str, Rows]) -> dict[str, pl.DataFrame]:
    path = folder / "book.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    identified = identify(path, [*SOURCES.values()])
    frames = dict(read(path, identified))
    for info in identified.streams:
        assert list(info.columns) == [name for name in frames[info.name].columns if not name.startswith("_")]
        assert list(info.columns) == [name for name in info.sample.columns if not name.startswith("_")]
    return frames


def test_sheets_with_the_same_columns_name_their_rows(tmp_path: Path) -> None:
    frames = streams_of(tmp_path, {"Soft Drinks": MENU, "Beer": BEERS})
    assert frames["Soft Drinks"]["Sheet"].to_list() == ["Soft Drinks", "Soft Drinks"]
    assert frames["Beer"]["Sheet"].to_list() == ["Beer", "Beer"]


def test_the_name_of_a_sheet_is_asked_about(tmp_path: Path) -> None:
    streams_of(tmp_path, {"Soft Drinks": MENU, "Beer": BEERS})
    (info, _) = identify(tmp_path / "book.xlsx", [*SOURCES.values()]).streams
    assert info.shape is not None
    assert "Soft Drinks and Beer" in info.shape.readings["Sheet"].question
    assert info.shape.readings["Sheet"].target is None


@pytest.mark.parametrize(
    "sheets",
    [
        {"Menu": MENU},
        {"Menu": MENU, "Guests": GUESTS},
        {"Sheet1": MENU, "Sheet2": BEERS},
        {"Tabelle1": MENU, "Tabelle2": BEERS},
    ],
)
def test_other_sheets_have_no_such_column(tmp_path: Path, sheets: Mapping[str, Rows]) -> None:
    assert all("Sheet" not in frame.columns for frame in streams_of(tmp_path, sheets).values())


def test_a_column_that_is_called_sheet_stays(tmp_path: Path) -> None:
    rows: Rows = [["Item", "Sheet"], ["Cola", "a"]]
    frames = streams_of(tmp_path, {"Soft Drinks": rows, "Beer": rows})
    assert frames["Beer"].row(0)[1:] == ("Cola", "a", "Beer")
