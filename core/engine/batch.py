"""Batch: the value that travels from reading to loading."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce

import polars as pl

ROW = "_row"
"""The column that carries the source's row number.

For tables it is the number a spreadsheet shows beside the row (the header row counts); for JSON it is the
record's place in its stream, from 1. It is unique in a stream and never changes on the way.
"""

FAULT = "_fault"
"""The column that only frames with broken rows have: what is wrong with the row's shape, null where it is sound."""

NOTED = "_noted"
"""Column that only frames have of which the reader changed or doubts a value: its notes, null where a row has none.

A note is code, source column and detail; see add_notes and notes_of.
"""

COPY = "_copy"
"""Column that only frames have in which a row equals an earlier one of its stream: its number among them, from '2' on."""
MARK = "_mark"
"""Column that only frames have of which the reader recognised rows that are no data: what each is, null for data.

A total, a heading, a repeated header: see core.engine.sources.non_data.
"""

MONEY = pl.Decimal(18, 4)

_NOTE, _PART = "\x1e", "\x1f"  # between notes, and between the parts of each

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


def hash_columns(values: Iterable[pl.Expr]) -> pl.Expr:
    """Hash several columns into one UInt64, in half the time that `pl.struct(...).hash()` takes.

    Each place has a hash function of its own, so that values which change places do not cancel out.
    """
    return reduce(operator.xor, (value.hash(place) for place, value in enumerate(values)))


def add_notes(frame: pl.DataFrame, notes: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Add the reader's notes, frames of ROW, code, column and detail, behind those the frame has."""
    if not notes:
        return frame
    parts = ("code", "column", "detail")
    texts = pl.col(parts).str.replace_all(f"[{_NOTE}{_PART}]", " ")
    lines = pl.concat(notes).select(ROW, line=pl.concat_str(texts, separator=_PART))
    joined = lines.group_by(ROW, maintain_order=True).agg(pl.col("line").str.join(_NOTE).alias("line"))
    noted = frame.join(joined, on=ROW, how="left", maintain_order="left")
    before = [pl.col(NOTED)] if NOTED in frame.columns else []
    all_notes = pl.concat_str([*before, pl.col("line")], separator=_NOTE, ignore_nulls=True)
    return noted.with_columns(pl.when(all_notes != "").then(all_notes).alias(NOTED)).drop("line")


def notes_of(frame: pl.DataFrame) -> pl.DataFrame:
    """Read the reader's notes on the frame's rows: ROW, code, column and detail."""
    schema = {ROW: pl.Int64(), **dict.fromkeys(("code", "column", "detail"), pl.String())}
    if NOTED not in frame.columns:
        return pl.DataFrame(schema=schema)
    lines = frame.select(ROW, NOTED).drop_nulls().with_columns(pl.col(NOTED).str.split(_NOTE)).explode(NOTED)
    parts = pl.col(NOTED).str.split_exact(_PART, 2).struct.rename_fields(["code", "column", "detail"])
    return lines.select(ROW, parts.alias("part")).unnest("part")


def no_issues() -> pl.DataFrame:
    return pl.DataFrame(schema=ISSUE_SCHEMA)


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one target entity, or of one source stream before it is mapped.

    `frame` always has the ROW column (Int64). Before `transform_rows` every other column is text, as read; after it the
    columns are target fields, typed: money as Decimal(18,4), datetime as UTC, lists as List(String), references
    still as the source's id or name (text) until they are linked.
    """

    entity: str
    frame: pl.DataFrame
    issues: pl.DataFrame = field(default_factory=no_issues)

    def with_issues(self, more: pl.DataFrame) -> Batch:
        """Add issues (ISSUE_SCHEMA) behind those the batch has."""
        return replace(self, issues=pl.concat([self.issues, more.cast(dict(ISSUE_SCHEMA))]))  # type: ignore[arg-type]

    def held_rows(self) -> pl.Series:
        """List the numbers of rows that an error holds back."""
        return self.issues.filter(pl.col("level") == "error")[ROW].unique()

    def good(self) -> Batch:
        """Drop the held rows."""
        return replace(self, frame=self.frame.filter(~pl.col(ROW).is_in(self.held_rows().implode())))
