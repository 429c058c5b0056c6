"""Recognize records that earlier rows have told of, so that a shop on every order line is worked on once.

Only secondary entities repeat in this way: those picked out of rows that mainly are another one. Three readers ask:

validation      SeenRows: each record once, whichever chunk has it, by 64-bit hashes; a collision would leave a check out
loading         SeenRecords: records and rows of earlier chunks, by their text; it may forget, and never takes one for another
reconciliation  distinct_rows: rows of a frame that can say different things of a record

What is seen proves nothing after the process has ended: the ledger does.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import polars as pl

from core.engine.batch import ROW, Batch, hash_columns
from core.engine.plan import EntityPlan
from core.engine.transforms import identity


def distinct_rows(entity_plan: EntityPlan, rows: pl.DataFrame) -> pl.DataFrame:
    """Drop rows whose planned columns have the values of an earlier row; all rows where that could drop a record.

    A primary entity is told of by every row; an id made from a row or a name differs though its columns are equal.
    """
    columns = _planned_columns(entity_plan, rows)
    if not columns or entity_plan.primary or identity(entity_plan) != "source":
        return rows
    return rows.unique(columns, keep="first", maintain_order=True)


def _planned_columns(entity_plan: EntityPlan, rows: pl.DataFrame) -> list[str]:
    """List the plan's columns that the rows have: a chunk may lack one that another has."""
    return [name for name in entity_plan.columns() if name in rows.columns]


# --- validation -------------------------------------------------------------------------------------------------

_MAX_LOOKED_UP = 1_000
"""Rows of shops, dishes and the like; of more than these, some are new in every chunk."""


def _no_hashes() -> pl.Series:
    return pl.Series(dtype=pl.UInt64)


@dataclass(slots=True)
class SeenRows:
    """The rows and ids of a secondary entity that were read so far, as hashes.

    They repeat by the thousand, so a row whose planned columns were seen is dropped before it costs anything.
    """

    entity_plan: EntityPlan
    row_hashes: pl.Series = field(default_factory=_no_hashes)
    id_hashes: pl.Series = field(default_factory=_no_hashes)
    is_first_chunk: bool = True

    def row_hash(self, columns: Collection[str]) -> pl.Expr:
        """Hash each row's planned columns; `columns` are those of the chunk."""
        names = self.entity_plan.columns() or [ROW]
        absent = pl.lit(None, dtype=pl.String)
        return hash_columns(pl.col(name) if name in columns else absent for name in names)

    def any_new(self, hashes: pl.Expr) -> pl.Expr:
        """Whether the chunk may hold new records; looked up only where few records repeat."""
        if self.is_first_chunk or len(self.row_hashes) > _MAX_LOOKED_UP:
            return pl.lit(value=True)
        return (~hashes.is_in(self.row_hashes.implode())).any()

    def new_rows(self, frame: pl.DataFrame, hashes: pl.Series) -> tuple[pl.DataFrame, pl.Series]:
        """Return the rows that may hold new records, and their hashes."""
        is_first = _is_first(hashes, self.row_hashes)
        return frame.filter(is_first), hashes.filter(is_first)

    def new_records(self, rows: pl.DataFrame, hashes: pl.Series, batch: Batch) -> Batch:
        """Drop the records of the batch that an earlier chunk, or an earlier row, has; remember the others."""
        # An id derived from the row differs in every row, whatever the columns have.
        derived = batch.frame.filter(pl.col("external_id").str.starts_with("row:"))[ROW]
        self.row_hashes.append(hashes.filter(~rows[ROW].is_in(derived.implode())) if len(derived) else hashes)
        ids = batch.frame["external_id"].hash()
        is_first = _is_first(ids, self.id_hashes)
        self.id_hashes.append(ids.filter(is_first))
        frame = batch.frame.filter(is_first)
        issues = batch.issues.filter(pl.col(ROW).is_in(frame[ROW].implode()))
        return Batch(batch.entity, frame, issues)


def _is_first(hashes: pl.Series, earlier: pl.Series) -> pl.Series:
    """Mark each hash's first occurrence. Of many earlier ones, only those that come again are indexed."""
    if len(earlier) > len(hashes):
        earlier = earlier.filter(earlier.is_in(hashes.implode()))
    if earlier.is_empty():
        return hashes.is_first_distinct()
    new = ~hashes.is_in(earlier.implode())
    return new & hashes.is_first_distinct() if new.any() else new


# --- loading ----------------------------------------------------------------------------------------------------

_MAX_RECORDS = 20_000
"""Records remembered: the few that repeat without end, not the orders of a year."""

_MAX_DISTINCT = 1_000
"""A chunk with more different rows than this has too many to look for rows by their text."""

_FINGERPRINT = {"external_id": pl.String, "row_hash": pl.Binary}


def _no_fingerprints() -> pl.DataFrame:
    return pl.DataFrame(schema=_FINGERPRINT)


@dataclass(slots=True)
class SeenRecords:
    """Records and rows that a run has loaded under one entity plan, in one process.

    records  external_id and row_hash of records that are in the target now, until they are too many (full)
    latest   the same of the chunk before, as an order's lines may lie on both sides of a border
    texts    the source's text of rows that became or joined a record; None once they are too many
    columns  whose text that is
    """

    entity_plan: EntityPlan
    records: pl.DataFrame = field(default_factory=_no_fingerprints)
    latest: pl.DataFrame = field(default_factory=_no_fingerprints)
    full: bool = False
    texts: pl.Series | None = field(default_factory=lambda: pl.Series(dtype=pl.String))
    columns: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.entity_plan.primary or identity(self.entity_plan) == "row":  # each row a record of its own
            self.texts = None

    def is_unbounded(self) -> bool:
        """Whether its records are without end (orders): no use in looking for rows by their text."""
        return self.texts is None

    def is_seen(self, rows: pl.DataFrame) -> pl.Expr | None:
        """Whether an earlier chunk loaded a row of the same text; None where no row can be."""
        if (
            self.texts is None
            or self.texts.is_empty()
            or _planned_columns(self.entity_plan, rows) != self.columns
        ):
            return None
        return _text(self.columns).is_in(self.texts.implode())

    def split(self, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return the numbers of the rows that an earlier chunk loaded with the same text, and the other rows."""
        is_seen = self.is_seen(rows)
        if is_seen is None:
            return rows.select(ROW).clear(), rows
        repeated = rows.select(is_seen).to_series()
        return rows.select(ROW).filter(repeated), rows.filter(~repeated)

    def split_records(self, records: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return the records to load, and those that an earlier chunk loaded with the same content."""
        if self.entity_plan.primary:
            return records, records.clear()
        loaded = pl.concat([self.records, self.latest])
        likely = records["row_hash"].is_in(loaded["row_hash"].implode())
        repeated = records.filter(likely).join(
            loaded, on=list(_FINGERPRINT), how="semi", maintain_order="left"
        )
        if repeated.height == likely.sum():
            return records.filter(~likely) if repeated.height else records, repeated
        return records.join(repeated, on=ROW, how="anti", maintain_order="left"), repeated

    def add(self, loaded: pl.DataFrame, rows: pl.DataFrame | None) -> None:
        """Remember records that are in the target now, and the source rows that became or joined them (unless is_unbounded).

        Never those of a row that was held back: its record is not in the target to be merged into.
        """
        if self.entity_plan.primary:
            return
        fingerprints = loaded.select(*_FINGERPRINT)
        if not self.full:
            self.records = pl.concat([self.records, fingerprints]).unique("external_id", keep="last")
            self.full = len(self.records) >= _MAX_RECORDS
        else:
            self.latest = fingerprints
            if self.is_unbounded():  # they come again at a border of two chunks, and hardly elsewhere
                self.records = self.records.clear()
        if self.texts is None or rows is None:
            return
        columns = _planned_columns(self.entity_plan, rows)
        if self.columns and self.columns != columns:
            return
        self.columns = columns
        texts = rows.select(_text(columns).unique()).to_series()
        self.texts = pl.concat([self.texts, texts]) if texts.len() <= _MAX_DISTINCT else None


def _text(columns: list[str]) -> pl.Expr:
    """Join the columns' values into one text that no other values have: an empty one is not a missing one."""
    values = [
        pl.col(name).str.replace_all("\x1f", "\x1f\x1f", literal=True).fill_null("\x1f0") for name in columns
    ]
    return pl.concat_str(values, separator="\x1f1")
