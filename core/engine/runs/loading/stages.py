"""What can be done to a chunk before it is written: read, type, fold, fingerprint; then hold back, link, encode.

Neither stage takes a lock or changes anything, so both run ahead of the writing, in threads of their own.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from sqlalchemy import select

from core.engine.batch import ROW, Batch
from core.engine.mapping.rules import apply
from core.engine.plan import EntityPlan
from core.engine.runs.loading import bulk_copy
from core.engine.runs.loading.ledger import Task
from core.engine.runs.loading.state import Walk
from core.engine.runs.loading.upsert import fingerprinted
from core.engine.validation.tables import IssueRecord
from core.kit.ids import new_id_bytes

_RECORD = {ROW: pl.Int64, "external_id": pl.String, "id": pl.Binary, "row_hash": pl.Binary}
"""What every record has on its way."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A chunk read and typed, before it meets the database: needs no lock, so it can be made ahead.

    rows    the numbers of all its rows
    known   those of rows that an earlier chunk brought in exactly so; they are not in `batch`
    ready   one row per record, with its fingerprint; `merged` were folded into one of those
    """

    rows: pl.DataFrame
    known: pl.DataFrame
    batch: Batch
    ready: pl.DataFrame
    merged: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Ready:
    """A chunk up to the moment it is written.

    held     rows that an error holds back: ROW, reason
    again    records that an earlier chunk brought in exactly so
    linked   records to write, with ids of ours; `orphans` are the rows whose required reference was not found
    sent     `linked` as it goes to the target by COPY, if that was made ahead
    """

    chunk: Prepared
    held: pl.DataFrame
    again: pl.DataFrame
    linked: pl.DataFrame
    orphans: pl.DataFrame
    sent: list[bytes] | None


def prepare(road: Walk, task: Task) -> Prepared:
    """Reads the chunk, applies the mapping, folds repeated records, takes the fingerprint of each."""
    step_no, stream_id, chunk_no = int(task[0]), str(task[1]), int(task[2])
    entity_plan = road.plan.entities[step_no]
    rows = road.read(stream_id, chunk_no)
    known, fresh = road.met(step_no).split(rows)
    if fresh.is_empty():
        nothing = pl.DataFrame(schema=_RECORD)
        return Prepared(rows.select(ROW), known, Batch(entity_plan.entity, nothing), nothing, nothing)
    batch = apply(road.plan, entity_plan, fresh)
    ready, merged = _one_row_each(entity_plan, batch.good().frame)
    return Prepared(rows.select(ROW), known, batch, fingerprinted(road.context, ready), merged)


def make_ready(road: Walk, task: Task, chunk: Prepared, *, ahead: bool = False) -> Ready:
    """Holds back, links; `ahead` also encodes, which otherwise happens while writing."""
    step_no, stream_id = int(task[0]), str(task[1])
    entity_plan = road.plan.entities[step_no]
    held = _held(road, entity_plan, stream_id, chunk)
    if chunk.ready.is_empty():
        nothing = pl.DataFrame(schema=_RECORD)
        return Ready(chunk, held, nothing, nothing, nothing, None)
    good = (
        chunk.ready if held.is_empty() else chunk.ready.join(held, on=ROW, how="anti", maintain_order="left")
    )
    fresh, again = road.met(step_no).fresh(good)
    linked, orphans = road.linker(step_no).link(
        entity_plan.entity, fresh.with_columns(pl.Series("id", new_id_bytes(fresh.height), pl.Binary))
    )
    sent = list(bulk_copy.encoded(road.loading(task), linked)) if ahead else None
    return Ready(chunk, held, again, linked, orphans, sent)


def _held(road: Walk, entity_plan: EntityPlan, stream_id: str, chunk: Prepared) -> pl.DataFrame:
    """Rows that an error holds back (ROW, reason): what typing found now, and what the validation found before."""
    now = chunk.batch.issues.filter(pl.col("level") == "error").select(ROW, pl.col("code").alias("reason"))
    if entity_plan.entity not in road.faulty():
        return now.unique(ROW, keep="first", maintain_order=True)
    found = road.context.session.execute(
        select(IssueRecord.row, IssueRecord.code).where(
            IssueRecord.validation_id == road.run.validation_id,
            IssueRecord.entity == entity_plan.entity,
            IssueRecord.stream_id == stream_id,
            IssueRecord.row.between(chunk.rows[ROW][0], chunk.rows[ROW][-1]),
            IssueRecord.level == "error",
        )
    ).all()
    before = pl.DataFrame(
        [tuple(row) for row in found], schema={ROW: pl.Int64, "reason": pl.String}, orient="row"
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
