"""Note the numbers that a workbook has rounded."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from core.engine.batch import ROW, add_notes
from core.engine.sources.limits.digits import Rounded


def note_rounded(frame: pl.DataFrame, rounded: Rounded, columns: Sequence[str]) -> pl.DataFrame:
    """Note each value that the workbook rounded; `columns` are those of the table."""
    notes = []
    for index, stretches in rounded.items():
        name = columns[index] if index < len(columns) else ""
        if not name or not frame.height:
            continue
        first, last = frame[ROW][0], frame[ROW][-1]
        near = [(begin, end) for begin, end in stretches if begin <= last and end >= first]
        inside = pl.any_horizontal(pl.col(ROW).is_between(*stretch) for stretch in near)
        rows = frame.filter(inside & pl.col(name).is_not_null()) if near else frame.clear()
        if rows.height:
            detail = (
                f"Column {name!r} holds " + pl.col(name) + ", which the workbook has rounded to 15 digits."
            )
            notes.append(
                rows.select(
                    ROW,
                    code=pl.lit("number_rounded"),
                    column=pl.lit(name),
                    detail=detail,
                )
            )
    return add_notes(frame, notes)
