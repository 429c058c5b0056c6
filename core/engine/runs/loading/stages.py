"""Prepare a chunk for writing in two stages: transform, fold, fingerprint; then hold back, link, encode.

Neither stage takes a lock or changes the database, so both run ahead of the writing, each in a thread.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl
from sqlalchemy import select

from core.context import Context
from core.engine.batch import ROW, Batch
from core.engine.plan import EntityPlan
from core.engine.row_rules import no_rows, skipped_rows
from core.engine.runs.loading import bulk_copy
from core.engine.runs.loading.ledger import ChunkTask
from core.engine.runs.loading.references import NewRecords
from core.engine.runs.loading.state import EntityState
from core.engine.runs.loading.upsert import fingerprinted
from core.engine.transforms import transform_rows
from core.engine.validation.tables import IssueRecord
from core.kit.ids import new_id_bytes

_NO_RECORDS = pl.DataFrame(
    schema={ROW: pl.Int64, "external_id": pl.String, "id": pl.Binary, "row_hash": pl.Binary}
)
"""Columns of every record before it is written."""


@dataclass(frozen=True, slots=True)
class TransformedChunk:
    """A chunk typed by one entity plan, before it meets the database.

    rows        the numbers of all its rows
    known_rows  those of rows that an earlier chunk loaded with the same text; they are not in `batch`
    records     one row per record, with its fingerprint; `merged` were folded into one of those
    skipped     the numbers of rows that a row rule skips, with the rule: ROW, reason; they are not in `batch`
    """

    rows: pl.DataFrame
    known_rows: pl.DataFrame
    batch: Batch
    records: pl.DataFrame
    merged: pl.DataFrame
    skipped: pl.DataFrame = field(default_factory=no_rows)


@dataclass(frozen=True, slots=True)
class LinkedChunk:
    """A chunk up to the moment it is written.

    held          rows that an error holds back: ROW, reason
    repeated      records that an earlier chunk loaded with the same content
    linked        records to write, with ids of ours; `orphans` are the rows whose required reference was not found
    encoded_rows  `linked` as it goes to the target by COPY, if it was encoded ahead of the writing
    """

    transformed: TransformedChunk
    held: pl.DataFrame
    repeated: pl.DataFrame
    linked: pl.DataFrame
    orphans: pl.DataFrame
    encoded_rows: list[bytes] | None


def transform_chunk(state: EntityState, rows: pl.DataFrame, key: bytes) -> TransformedChunk:
    """Apply the mapping to a chunk's rows, fold repeated records, and fingerprint each with the tenant's key."""
    skipped = skipped_rows(state.entity_plan, rows)
    known_rows, new_rows = state.seen_records.split(rows)
    if new_rows.is_empty():
        no_batch = Batch(state.entity, _NO_RECORDS)
        return TransformedChunk(rows.select(ROW), known_rows, no_batch, _NO_RECORDS, _NO_RECORDS, skipped)
    batch = transform_rows(state.run_plan.plan, state.entity_plan, new_rows)
    records, merged = _one_row_each(state.entity_plan, batch.good().frame)
    fingerprints = fingerprinted(key, records)
    return TransformedChunk(rows.select(ROW), known_rows, batch, fingerprints, merged, skipped)


def link_chunk(
    context: Context,
    state: EntityState,
    task: ChunkTask,
    chunk: TransformedChunk,
    new_records: NewRecords,
    *,
    is_encoding: bool = False,
) -> LinkedChunk:
    """Hold back rows with errors and link the others; if `is_encoding`, also encode them, else the writing does."""
    held = _held(context, state, task.stream_id, chunk)
    if chunk.records.is_empty():
        return LinkedChunk(chunk, held, _NO_RECORDS, _NO_RECORDS, _NO_RECORDS, None)
    good = (
        chunk.records
        if held.is_empty()
        else chunk.records.join(held, on=ROW, how="anti", maintain_order="left")
    )
    unseen_records, repeated = state.seen_records.split_records(good)
    ids = pl.Series("id", new_id_bytes(unseen_records.height), pl.Binary)
    linked, orphans = state.references.link(
        context, state.entity, unseen_records.with_columns(ids), new_records
    )
    encoded_rows = (
        list(bulk_copy.encode_rows(state.write_context(context, task), linked)) if is_encoding else None
    )
    return LinkedChunk(chunk, held, repeated, linked, orphans, encoded_rows)


def _held(context: Context, state: EntityState, stream_id: str, chunk: TransformedChunk) -> pl.DataFrame:
    """List rows that an error holds back (ROW, reason): errors of typing, then those that the validation found."""
    typing_errors = chunk.batch.issues.filter(pl.col("level") == "error").select(
        ROW, pl.col("code").alias("reason")
    )
    if not state.has_errors:
        return typing_errors.unique(ROW, keep="first", maintain_order=True)
    errors = context.session.execute(
        select(IssueRecord.row, IssueRecord.code).where(
            IssueRecord.validation_id == state.run_plan.validation_id,
            IssueRecord.entity == state.entity,
            IssueRecord.stream_id == stream_id,
            IssueRecord.row.between(chunk.rows[ROW][0], chunk.rows[ROW][-1]),
            IssueRecord.level == "error",
        )
    ).all()
    validation_errors = pl.DataFrame(
        [tuple(row) for row in errors], schema={ROW: pl.Int64, "reason": pl.String}, orient="row"
    )
    return pl.concat([typing_errors, validation_errors]).unique(ROW, keep="first", maintain_order=True)


def _one_row_each(entity_plan: EntityPlan, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Fold rows into one per external_id; return these and the rows folded into one of them.

    An order in a list of order lines has many rows: each field takes its first value that is not empty, a list what any
    row has: the children of a guardian.
    """
    if frame["external_id"].n_unique() == frame.height:
        return frame, frame.clear()
    first = frame.unique("external_id", keep="first", maintain_order=True)
    merged = frame.join(first.select(ROW), on=ROW, how="anti")
    if entity_plan.primary:
        return first, merged
    fields = [name for name in frame.columns if name not in {ROW, "external_id"}]
    folded = frame.group_by("external_id", maintain_order=True).agg(
        pl.col(ROW).first(), *(_folded(name, is_list=frame.schema[name] == pl.List) for name in fields)
    )
    return folded.select(frame.columns), merged


def _folded(name: str, *, is_list: bool) -> pl.Expr:
    values = pl.col(name).drop_nulls()
    if not is_list:
        return values.first()
    items = values.explode().drop_nulls().unique().sort()  # in no order of rows: the next export has another
    return pl.when(items.len() > 0).then(items.implode())
