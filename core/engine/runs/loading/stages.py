"""Prepare a chunk for writing in two stages: read, transform, fold, fingerprint; then hold back, link, encode.

Neither stage takes a lock or changes anything, so both run ahead of the writing, each in a thread.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from sqlalchemy import select

from core.engine.batch import ROW, Batch
from core.engine.mapping.rules import apply
from core.engine.plan import EntityPlan
from core.engine.runs.loading import bulk_copy
from core.engine.runs.loading.ledger import ChunkTask
from core.engine.runs.loading.state import LoadState
from core.engine.runs.loading.upsert import fingerprinted
from core.engine.validation.tables import IssueRecord
from core.kit.ids import new_id_bytes

_RECORD = {ROW: pl.Int64, "external_id": pl.String, "id": pl.Binary, "row_hash": pl.Binary}
"""Columns of every record before it is written."""


@dataclass(frozen=True, slots=True)
class TransformedChunk:
    """A chunk read and typed, before it meets the database: needs no lock, so it can be made ahead of the writing.

    rows     the numbers of all its rows
    known    those of rows that an earlier chunk brought in exactly so; they are not in `batch`
    records  one row per record, with its fingerprint; `merged` were folded into one of those
    """

    rows: pl.DataFrame
    known: pl.DataFrame
    batch: Batch
    records: pl.DataFrame
    merged: pl.DataFrame


@dataclass(frozen=True, slots=True)
class LinkedChunk:
    """A chunk up to the moment it is written.

    held          rows that an error holds back: ROW, reason
    again         records that an earlier chunk brought in exactly so
    linked        records to write, with ids of ours; `orphans` are the rows whose required reference was not found
    encoded_rows  `linked` as it goes to the target by COPY, if it was encoded ahead of the writing
    """

    chunk: TransformedChunk
    held: pl.DataFrame
    again: pl.DataFrame
    linked: pl.DataFrame
    orphans: pl.DataFrame
    encoded_rows: list[bytes] | None


def transform_chunk(state: LoadState, task: ChunkTask) -> TransformedChunk:
    """Read the chunk, apply the mapping, fold repeated records, and calculate the fingerprint of each."""
    step_no, stream_id, chunk_no = task.step_no, task.stream_id, task.chunk_no
    entity_plan = state.plan.entities[step_no]
    rows = state.read(stream_id, chunk_no)
    known_rows, fresh = state.seen_records_of(step_no).split(rows)
    if fresh.is_empty():
        nothing = pl.DataFrame(schema=_RECORD)
        return TransformedChunk(
            rows.select(ROW), known_rows, Batch(entity_plan.entity, nothing), nothing, nothing
        )
    batch = apply(state.plan, entity_plan, fresh)
    records, merged = _one_row_each(entity_plan, batch.good().frame)
    return TransformedChunk(
        rows.select(ROW), known_rows, batch, fingerprinted(state.context, records), merged
    )


def link_chunk(
    state: LoadState, task: ChunkTask, chunk: TransformedChunk, *, is_encoding: bool = False
) -> LinkedChunk:
    """Hold back rows with errors and link the others; if `is_encoding`, also encode them, else the writing does."""
    step_no, stream_id = task.step_no, task.stream_id
    entity_plan = state.plan.entities[step_no]
    held = _held(state, entity_plan, stream_id, chunk)
    if chunk.records.is_empty():
        nothing = pl.DataFrame(schema=_RECORD)
        return LinkedChunk(chunk, held, nothing, nothing, nothing, None)
    good = (
        chunk.records
        if held.is_empty()
        else chunk.records.join(held, on=ROW, how="anti", maintain_order="left")
    )
    fresh, again = state.seen_records_of(step_no).fresh(good)
    linked, orphans = state.resolver_of(step_no).link(
        entity_plan.entity, fresh.with_columns(pl.Series("id", new_id_bytes(fresh.height), pl.Binary))
    )
    encoded_rows = list(bulk_copy.encode_rows(state.write_context(task), linked)) if is_encoding else None
    return LinkedChunk(chunk, held, again, linked, orphans, encoded_rows)


def _held(state: LoadState, entity_plan: EntityPlan, stream_id: str, chunk: TransformedChunk) -> pl.DataFrame:
    """Rows that an error holds back (ROW, reason): what typing found now, and what the validation found before."""
    now = chunk.batch.issues.filter(pl.col("level") == "error").select(ROW, pl.col("code").alias("reason"))
    if entity_plan.entity not in state.faulty():
        return now.unique(ROW, keep="first", maintain_order=True)
    errors = state.context.session.execute(
        select(IssueRecord.row, IssueRecord.code).where(
            IssueRecord.validation_id == state.run.validation_id,
            IssueRecord.entity == entity_plan.entity,
            IssueRecord.stream_id == stream_id,
            IssueRecord.row.between(chunk.rows[ROW][0], chunk.rows[ROW][-1]),
            IssueRecord.level == "error",
        )
    ).all()
    before = pl.DataFrame(
        [tuple(row) for row in errors], schema={ROW: pl.Int64, "reason": pl.String}, orient="row"
    )
    return pl.concat([now, before]).unique(ROW, keep="first", maintain_order=True)


def _one_row_each(entity_plan: EntityPlan, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(one row per external_id, the rows folded into one of those).

    The orders in a list of order lines stand there many times: each field takes its first value that is not empty.
    """
    if frame["external_id"].n_unique() == frame.height:
        return frame, frame.clear()
    first = frame.unique("external_id", keep="first", maintain_order=True)
    merged = frame.join(first.select(ROW), on=ROW, how="anti")
    if entity_plan.primary:
        return first, merged
    fields = [name for name in frame.columns if name not in {ROW, "external_id"}]
    folded = frame.group_by("external_id", maintain_order=True).agg(
        pl.col(ROW).first(), *(pl.col(name).drop_nulls().first() for name in fields)
    )
    return folded.select(frame.columns), merged
