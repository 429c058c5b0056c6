"""Count how the days of a column are written, over all its rows: which of them tell whether day or month comes first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

import polars as pl

from core.engine.batch import ROW

_END = r"(?:[0-9]{4}|[0-9]{2})(?:\D|$)"
_OPEN = r"(?:0?[1-9]|1[0-2])"
_OVER = r"(?:1[3-9]|2[0-9]|3[01])"
_BETWEEN = r"[/.\-]"
NUMBERS = rf"^\s*([0-9]{{1,2}}){_BETWEEN}([0-9]{{1,2}}){_BETWEEN}([0-9]{{4}}|[0-9]{{2}})(?:\D|$)"
"""A day of two short numbers and a year."""

_SIGNS: Mapping[str, str] = {
    "day_first": rf"^\s*{_OVER}{_BETWEEN}{_OPEN}{_BETWEEN}{_END}",
    "month_first": rf"^\s*{_OPEN}{_BETWEEN}{_OVER}{_BETWEEN}{_END}",
    "undecided": rf"^\s*{_OPEN}{_BETWEEN}{_OPEN}{_BETWEEN}{_END}",
    "year_first": rf"^\s*(?:3[2-9]|[4-9][0-9]){_BETWEEN}[0-9]{{1,2}}{_BETWEEN}[0-9]{{1,2}}(?:\D|$)",
}
_LOOKED_AT = 1_000
"""Rows at the beginning of a frame by which a column is taken for one of days."""
_COLUMNS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class DayFacts:
    """How many rows of a column have their first number over 12, their second, neither, or a year of two digits first.

    `day_row` and `month_row` are the first rows of the first two kinds.
    """

    day_first: int = 0
    month_first: int = 0
    undecided: int = 0
    year_first: int = 0
    day_row: int | None = None
    month_row: int | None = None

    def __add__(self, other: DayFacts) -> DayFacts:
        return DayFacts(
            self.day_first + other.day_first,
            self.month_first + other.month_first,
            self.undecided + other.undecided,
            self.year_first + other.year_first,
            other.day_row if self.day_row is None else self.day_row,
            other.month_row if self.month_row is None else self.month_row,
        )

    @classmethod
    def from_json(cls, document: Mapping[str, Any] | None) -> Self | None:
        """Read facts as stored; facts that a later version stores are left out."""
        if not document:
            return None
        return cls(**{name: value for name, value in document.items() if name in cls.__slots__})

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def order(self) -> str | None:
        """Return the order that the values prove: 'dmy', 'mdy' or 'ymd'; None where none does, or they contradict each other."""
        proved = [
            order
            for order, rows in (("dmy", self.day_first), ("mdy", self.month_first), ("ymd", self.year_first))
            if rows
        ]
        return proved[0] if len(proved) == 1 else None

    @property
    def is_contradictory(self) -> bool:
        """Whether some rows can only be read day first, others only month first."""
        return self.order is None and self.day_first + self.month_first + self.year_first > 0


def day_columns(frame: pl.DataFrame, names: Sequence[str]) -> list[str]:
    """List the columns of days of two short numbers and a year: at least half of the first rows that are filled."""
    head, columns = frame.head(_LOOKED_AT), []
    for start in range(0, len(names), _COLUMNS_AT_ONCE):
        part = names[start : start + _COLUMNS_AT_ONCE]
        filled = head.select(pl.col(part).is_not_null().sum()).row(0)
        days = head.select(pl.col(part).str.contains(NUMBERS).sum()).row(0)
        columns += [
            name
            for name, all_rows, rows in zip(part, filled, days, strict=True)
            if rows and 2 * rows >= all_rows
        ]
    return columns


def count_days(frame: pl.DataFrame, names: Iterable[str]) -> dict[str, DayFacts]:
    """Count how the days of each column are written."""
    facts = {}
    for name in names:
        column = frame[name]
        hits = {sign: column.str.contains(pattern).fill_null(value=False) for sign, pattern in _SIGNS.items()}
        counts = DayFacts(**{sign: int(rows.sum()) for sign, rows in hits.items()})
        for sign, row in (("day_first", "day_row"), ("month_first", "month_row")):
            if getattr(counts, sign):
                counts = replace(counts, **{row: frame[ROW][int(hits[sign].arg_max() or 0)]})
        facts[name] = counts
    return facts
