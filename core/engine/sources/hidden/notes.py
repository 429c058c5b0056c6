"""Note the rows that a workbook hides, and word which parts of a sheet are hidden."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

import polars as pl

from core.engine.batch import ROW, add_notes
from core.engine.sources.hidden.sheets import Hidden
from core.kit.wording import counted

_MAX_LISTED = 10


def hidden_reasons(hidden: Hidden) -> list[str]:
    """Word one sentence each for a hidden sheet, its hidden rows and its hidden columns."""
    sentences = ["the sheet is hidden in the workbook"] if hidden.sheet else []
    if hidden.rows:
        sentences.append(f"hidden in the workbook, but read: {counted(len(hidden.rows), 'row')}")
    if hidden.columns:
        more = "" if len(hidden.columns) <= _MAX_LISTED else ", ..."
        letters = ", ".join(_letters(number) for number in hidden.columns[:_MAX_LISTED])
        sentences.append(f"hidden in the workbook, but read: columns {letters}{more}")
    return sentences


def note_hidden(frame: pl.DataFrame, hidden: Hidden) -> pl.DataFrame:
    """Note each row of a frame that is hidden, or whose sheet is."""
    if not frame.height or not (hidden.sheet or hidden.rows):
        return frame
    rows, detail = frame.select(ROW), "The sheet is hidden in the workbook."
    if not hidden.sheet:
        first, last = frame[ROW][0], frame[ROW][-1]
        numbers = hidden.rows[bisect_left(hidden.rows, first) : bisect_right(hidden.rows, last)]
        rows, detail = rows.filter(pl.col(ROW).is_in(list(numbers))), "The row is hidden in the workbook."
    if rows.is_empty():
        return frame
    note = rows.with_columns(code=pl.lit("hidden_row"), column=pl.lit(""), detail=pl.lit(detail))
    return add_notes(frame, [note])


def _letters(number: int) -> str:
    """Name a column as a spreadsheet does: 1 is A, 28 is AB."""
    name = ""
    while number:
        number, digit = divmod(number - 1, 26)
        name = chr(ord("A") + digit) + name
    return name
