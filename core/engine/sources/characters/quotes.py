"""Note rows in which a quotation mark is not closed, or closes so late that it holds further rows."""

from __future__ import annotations

import polars as pl

from core.engine.batch import FAULT, NOTED, ROW, add_notes

UNCLOSED = "unclosed_quote"


def note_unclosed(frame: pl.DataFrame, data: bytes, delimiter: str) -> pl.DataFrame:
    """Note each row of a frame (ROW and text columns) whose quotation marks are doubtful.

    `data` is the UTF-8 that the frame was read from. A value that begins with a mark and has an odd number of them was
    never closed; one that holds a line break and as many delimiters as a row was closed in another row.
    """
    names = [name for name in frame.columns if name not in {ROW, NOTED, FAULT}]
    if b'"' not in data or not frame.height:
        return frame
    begins = frame.select(pl.col(name).str.starts_with('"').any() for name in names).row(0)
    notes = []
    for name in (name for name, opens in zip(names, begins, strict=True) if opens):
        value = pl.col(name)
        unclosed = value.str.starts_with('"') & (value.str.count_matches('"', literal=True) % 2 == 1)
        detail = f"Column {name!r} begins with a quotation mark that is not closed."
        notes.append(_rows(frame, unclosed, name, detail))
    if len(names) > 1 and data.count(b"\n") > frame.height:
        breaks = frame.select(pl.col(name).str.contains("\n", literal=True).any() for name in names).row(0)
        for name in (name for name, has_breaks in zip(names, breaks, strict=True) if has_breaks):
            value = pl.col(name)
            marks = value.str.count_matches(delimiter, literal=True)
            has_rows = marks >= max(2, len(names) - 1) * value.str.count_matches("\n", literal=True)
            detail = f"Column {name!r} holds whole rows of the file: a quotation mark before them may not be closed."
            notes.append(_rows(frame, value.str.contains("\n", literal=True) & has_rows, name, detail))
    return add_notes(frame, [rows for rows in notes if rows.height])


def _rows(frame: pl.DataFrame, where: pl.Expr, column: str, detail: str) -> pl.DataFrame:
    rows = frame.filter(where).select(ROW)
    return rows.with_columns(code=pl.lit(UNCLOSED), column=pl.lit(column), detail=pl.lit(detail))
