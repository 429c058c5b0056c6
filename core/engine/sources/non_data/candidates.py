"""Find the few rows of a frame that may be no data, by cheap vectorised signs; most frames of an export have none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from core.engine.batch import ROW
from core.engine.sources.non_data import labels

_FEW_COLUMNS = 3
"""A table this narrow has totals without an empty cell."""
_LABEL_COLUMNS = 4
"""Columns from the left in which a label stands."""
_HEADER_COLUMNS = 3
_ALWAYS = 0.97
_MAX_SHARE = 0.5
"""Where more rows are sparse, those with the label of a total apart, the table is so by nature."""
_FEW_ROWS = 3
_SMALL = 1_000
_MAX_EMPTY = 0.25
"""Where more rows of a large frame lack a column, it is one that need not be filled."""


@dataclass(slots=True)
class Fill:
    """How many of the rows seen so far fill each column."""

    rows: int = 0
    filled: Counter[str] = field(default_factory=Counter)

    def add(self, rows: pl.DataFrame, columns: Sequence[str]) -> None:
        self.rows += rows.height
        for name, empty in zip(columns, rows.select(columns).null_count().row(0), strict=True):
            self.filled[name] += rows.height - empty

    def always(self, columns: Sequence[str]) -> list[str]:
        """List the columns that practically every row fills."""
        return [name for name in columns if self.rows and self.filled[name] >= self.rows * _ALWAYS]


def candidates(frame: pl.DataFrame, columns: Sequence[str], *, is_first: bool) -> pl.Series | None:
    """Tell which rows may be no data; None where there are none. `is_first`: the frame begins the table."""
    names = list(columns)
    if not names or frame.is_empty():
        return None
    empties = frame.select(names).null_count().row(0)
    may_be = frame.select(_repeats_header(names).fill_null(value=False)).to_series()
    if any(empties):
        may_be = may_be | _sparse(frame, names, empties)
    if len(names) <= _FEW_COLUMNS:
        may_be = may_be | _labelled(frame, names)
    if is_first and all(labels.is_unit(text) for text in frame.select(names).row(0) if text):
        may_be = may_be | (frame[ROW] == frame[ROW][0])
    return may_be if may_be.any() else None


def _repeats_header(names: Sequence[str]) -> pl.Expr:
    return pl.any_horizontal(pl.col(name).str.strip_chars() == name for name in names[:_HEADER_COLUMNS])


def _labelled(rows: pl.DataFrame, names: Sequence[str]) -> pl.Series:
    """Tell which rows have a label in one of their first columns."""
    label = pl.any_horizontal(pl.col(name).str.contains(labels.ANY) for name in names[:_LABEL_COLUMNS])
    return rows.select(label.fill_null(value=False).alias("label")).to_series()


def _sparse(frame: pl.DataFrame, names: Sequence[str], empties: Sequence[int]) -> pl.Series:
    """Find rows with a single value, those with a label that lack what most fill, and those without their first value."""
    rows = frame.height
    filled = pl.sum_horizontal(pl.col(name).is_not_null().cast(pl.UInt16) for name in names)
    single = frame.select(
        (filled <= (1 if len(names) < 2 * _LABEL_COLUMNS else 2)).alias("single")
    ).to_series()
    labelled_single = single & _labelled(frame, names) if single.any() else single
    others = single & ~labelled_single
    if len(names) == 1 or others.sum() > max(_FEW_ROWS, int(rows - labelled_single.sum()) * _MAX_SHARE):
        single = labelled_single if len(names) > 1 else single & False
    few = max(_FEW_ROWS, rows * (_MAX_EMPTY if rows > _SMALL else 1))
    often = [name for name, empty in zip(names, empties, strict=True) if 0 < empty <= few]
    if not often:
        return single
    incomplete = frame.select(pl.any_horizontal(pl.col(often).is_null()).alias("incomplete")).to_series()
    lacking = incomplete.arg_true()
    labelled = lacking.filter(_labelled(frame[lacking], names))
    may_be = single.scatter(labelled, True) if len(labelled) else single
    return may_be | frame[names[0]].is_null() if 0 < empties[0] <= max(_FEW_ROWS, rows * 0.2) else may_be
