"""Load one chunk of rows: read, transform, check, link, write, record.

A chunk is one transaction: its row in the ledger, the data, the fates, the before-images and an audit line stand or
fall together. A chunk was loaded if, and only if, it is in the ledger.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
from sqlalchemy import select

from core.db.target import target_table
from core.engine.batch import ROW
from core.engine.runs.loading import bisect, fates
from core.engine.runs.loading.ledger import ChunkResult, ChunkTask, record_chunk, unrecorded_tasks
from core.engine.runs.loading.references import RECORD_IDS
from core.engine.runs.loading.stages import LinkedChunk, TransformedChunk, link_chunk, transform_chunk
from core.engine.runs.loading.state import LoadState
from core.engine.runs.loading.upsert import write_rows
from core.engine.runs.rules import Fate
from core.kit.masking import is_personal, mask
from core.platform.access.actions import require

Ahead = Mapping[int, TransformedChunk | LinkedChunk]
"""What was done ahead for the tasks of one chunk, by step."""


def process_chunk_tasks(
    state: LoadState, tasks: list[ChunkTask], ahead: Ahead | None = None
) -> list[ChunkResult]:
    """Load one chunk under each of its entity plans, in the open transaction; return a result per task.

    Tasks that are in the ledger are left out. `ahead`: what was transformed or linked before, by step.
    """
    require(state.context, "run.work")
    done = ahead or {}
    unrecorded = unrecorded_tasks(state.context, state.run.id, tasks)
    known_steps = state.known_steps(unrecorded)
    results = [
        skip_known_chunk(state, task)
        if task.step_no in known_steps
        else process_chunk(state, task, done.get(task.step_no) or transform_chunk(state, task))
        for task in unrecorded
    ]
    record_chunk(state.context, state.run.id, results)
    return results


def skip_known_chunk(state: LoadState, task: ChunkTask) -> ChunkResult:
    """Record every row of a chunk as merged: all of them were loaded before, with the same text."""
    entity = state.plan.entities[task.step_no].entity
    state.new_records[entity] = pl.DataFrame(schema=RECORD_IDS)
    rows = state.read(task.stream_id, task.chunk_no)[ROW]
    return ChunkResult(task, entity, fates.whole(rows, Fate.MERGED, "repeated_row"), 0, None)


def process_chunk(state: LoadState, task: ChunkTask, ahead: TransformedChunk | LinkedChunk) -> ChunkResult:
    """Link the chunk unless it is linked, write its records, and tell the fate of each of its rows."""
    step_no, entity = task.step_no, state.plan.entities[task.step_no].entity
    linked_chunk = ahead if isinstance(ahead, LinkedChunk) else link_chunk(state, task, ahead)
    chunk, linked = linked_chunk.chunk, linked_chunk.linked
    if step_no not in state.expect_new:
        state.expect_new[step_no] = _is_target_empty(state, entity)
    outcome, failed = bisect.write_isolating_failures(
        state.write_context(task), linked, write_rows, linked_chunk.encoded_rows
    )
    stayed_out = [
        fates.fate_of(linked_chunk.held, Fate.QUARANTINED, pl.col("reason")),
        fates.fate_of(linked_chunk.orphans, Fate.QUARANTINED, "missing_reference"),
        failed,
    ]
    _add_seen(state, task, chunk, linked, pl.concat([part.select(ROW) for part in stayed_out]))
    all_new = outcome.height == linked.height and bool((outcome["outcome"] == "new").all())
    state.expect_new[step_no] = all_new
    if entity in state.referenced:
        new = (
            linked
            if all_new
            else linked.join(outcome.filter(pl.col("outcome").is_in(_ADDED)), on=ROW, how="semi")
        )
        state.new_records[entity] = new.select(*RECORD_IDS)
    written = outcome.filter(pl.col("outcome").is_in(_WRITTEN)).height
    if all_new and written == chunk.rows.height:
        fate_ranges = fates.whole(chunk.rows[ROW], Fate.MIGRATED, "")
    else:
        fate_ranges = fates.ranges(_fates(entity, linked_chunk, stayed_out, outcome))
    return ChunkResult(task, entity, fate_ranges, written, _last_item(entity, linked))


def _is_target_empty(state: LoadState, entity: str) -> bool:
    """Whether the target has no record of this source yet."""
    table = target_table(entity)
    any_record = select(table.c.id).where(
        table.c.tenant_id == state.context.tenant.id, table.c.source_name == state.plan.source
    )
    return state.context.session.execute(any_record.limit(1)).first() is None


def _add_seen(
    state: LoadState, task: ChunkTask, chunk: TransformedChunk, linked: pl.DataFrame, stayed_out: pl.DataFrame
) -> None:
    seen = state.seen_records_of(task.step_no)
    if seen.entity_plan.primary:
        return
    remaining = chunk.batch.frame.select(ROW).join(stayed_out, on=ROW, how="anti")
    texts = (
        None
        if seen.is_unbounded()
        else state.read(task.stream_id, task.chunk_no).join(remaining, on=ROW, how="semi")
    )
    seen.add(linked.join(stayed_out, on=ROW, how="anti", maintain_order="left"), texts)


_FATE_OF_OUTCOME = {
    "new": (Fate.MIGRATED, ""),
    "changed": (Fate.MIGRATED, "changed"),
    "duplicate": (Fate.MIGRATED, "duplicate"),
    "same": (Fate.MERGED, "already_there"),
    "kept": (Fate.MERGED, "kept_existing"),
    "repeated": (Fate.MERGED, "repeated_row"),
}


_ADDED = ("new", "duplicate")
_WRITTEN = (*_ADDED, "changed")


def _fates(
    entity: str, linked_chunk: LinkedChunk, stayed_out: list[pl.DataFrame], outcome: pl.DataFrame
) -> pl.DataFrame:
    """The fate of each row of a chunk; `stayed_out` are those held back or refused, with their fates."""
    chunk = linked_chunk.chunk
    fate = {name: row_fate.value for name, (row_fate, _) in _FATE_OF_OUTCOME.items()}
    reason = {name: cause for name, (_, cause) in _FATE_OF_OUTCOME.items()}
    repeated = pl.concat([chunk.known, linked_chunk.again.select(ROW), chunk.merged.select(ROW)])
    return fates.fates(
        chunk.rows[ROW],
        *stayed_out,
        outcome.select(
            ROW,
            pl.col("outcome").replace_strict(fate).alias("fate"),
            pl.col("outcome").replace_strict(reason).alias("reason"),
        ),
        fates.fate_of(repeated, Fate.MERGED, "repeated_row"),
        fates.fate_of(
            chunk.rows.join(chunk.batch.frame, on=ROW, how="anti"), Fate.SKIPPED, f"no {entity} in this row"
        ),
    )


def _last_item(entity: str, frame: pl.DataFrame) -> str | None:
    if frame.is_empty():
        return None
    name = "name" if "name" in frame.columns else "external_id"
    value = str(frame[name][-1] or "")
    return mask(value) if is_personal(entity, name) else value[:80]
