"""What a report is made of: sections of figures, each with its definition and sample, and tables of the rows behind them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from core.errors import InvalidInputError
from core.kit.money import show as show_money
from core.kit.sheets import Cell

MAX_DAYS = 400
NO_VALUE = "–"
MIN_SAMPLE = 5
"""Rows that a share or an average needs."""


@dataclass(frozen=True, slots=True)
class ReportFigure:
    """A figure in words; `sample` says how many rows it was computed from, or what is missing where the value is '–'.

    `table` is the key of the section's table with these rows.
    """

    key: str
    title: str
    value: str
    definition: str
    sample: str
    table: str


@dataclass(frozen=True, slots=True)
class ReportTable:
    """The rows behind figures of a section."""

    key: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class ReportSection:
    """A part of a report: orders, revenue, utilisation or success."""

    key: str
    title: str
    figures: Sequence[ReportFigure]
    tables: Sequence[ReportTable]


@dataclass(frozen=True, slots=True)
class Report:
    """A report of the days from `first` to `last`, both included, as it stood at `made_at`.

    `has_generated`: rows of a generated demo history are among those counted.
    """

    first: date
    last: date
    made_at: datetime
    sections: Sequence[ReportSection]
    has_generated: bool = False

    def table(self, key: str) -> ReportTable:
        """Return a table by its key. InvalidInputError for an unknown one."""
        for section in self.sections:
            for table in section.tables:
                if table.key == key:
                    return table
        raise InvalidInputError(f"A report has no table {key!r}.", hint="Choose one of those on the page.")


def check_days(first: date, last: date) -> None:
    """Raise InvalidInputError for a period that ends before it begins, or has more than MAX_DAYS days."""
    if last < first:
        raise InvalidInputError(
            "The period ends before it begins.", hint="Choose the days the other way round."
        )
    if (last - first).days >= MAX_DAYS:
        raise InvalidInputError("The period is too long.", hint=f"Choose at most {MAX_DAYS} days.")


def amounts_text(amounts: Mapping[str, Decimal], empty: str = NO_VALUE) -> str:
    """Write amounts of several currencies, which are not added: '$156,000.00, ZWG 12,000.00'; `empty` for none."""
    return ", ".join(show_money(amounts[code], code) for code in sorted(amounts)) or empty


def share_text(part: int, size: int) -> str:
    """Write a share of rows in percent, halves up to the tenth: '96%', '66.7%'; '–' below the minimum sample."""
    if size < MIN_SAMPLE:
        return NO_VALUE
    percent = (Decimal(100 * part) / size).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{percent.normalize():f}%"


def sample_text(size: int, noun: str, least: int = MIN_SAMPLE) -> str:
    """Write the sample of a share or an average: 'n = 31', or what is missing: '3 of 5 orders needed'."""
    return f"n = {size:,}" if size >= least else f"{size} of {least} {noun} needed"
