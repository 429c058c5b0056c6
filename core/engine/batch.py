"""Batch: the value that travels from reading to loading."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import reduce

import polars as pl

ROW = "_row"
"""The column that carries the source's row number.

For tables it is the number a spreadsheet shows beside the row (the header row counts); for JSON it is the
record's place in its stream, from 1. It is unique in a stream and never changes on the way.
"""

MONEY = pl.Decimal(18, 4)

ISSUE_SCHEMA: dict[str, pl.DataType] = {
    ROW: pl.Int64(),
    "field": pl.String(),  # target field, '' for the row as a whole
    "source_field": pl.String(),  # source column, '' where none
    "code": pl.String(),  # a key of CATALOGUE
    "level": pl.String(),  # error | warning | info
    "value": pl.String(),  # what stood there, masked where it is personal
    "detail": pl.String(),  # one sentence with the figures
    "money": MONEY,  # how much money the fault touches, null where none
}


def together(values: Iterable[pl.Expr]) -> pl.Expr:
    """One hash (UInt64) of several columns, in half the time that `pl.struct(...).hash()` takes.

    Each place has a hash function of its own, so that values which change places do not cancel out.
    """
    return reduce(operator.xor, (value.hash(place) for place, value in enumerate(values)))


def no_issues() -> pl.DataFrame:
    return pl.DataFrame(schema=ISSUE_SCHEMA)


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one target entity, or of one source stream before it is mapped.

    `frame` always has the ROW column (Int64). Before `apply` every other column is text, as read; after it the
    columns are target fields, typed: money as Decimal(18,4), datetime as UTC, lists as List(String), references
    still as the source's id or name (text) until they are linked.
    """

    entity: str
    frame: pl.DataFrame
    issues: pl.DataFrame = field(default_factory=no_issues)

    def with_issues(self, more: pl.DataFrame) -> Batch:
        """The same rows with more issues (ISSUE_SCHEMA) behind the ones it has."""
        return replace(self, issues=pl.concat([self.issues, more.cast(dict(ISSUE_SCHEMA))]))  # type: ignore[arg-type]

    def held_rows(self) -> pl.Series:
        """Numbers of the rows that an error holds back."""
        return self.issues.filter(pl.col("level") == "error")[ROW].unique()

    def good(self) -> Batch:
        """Without the held rows."""
        return replace(self, frame=self.frame.filter(~pl.col(ROW).is_in(self.held_rows().implode())))
