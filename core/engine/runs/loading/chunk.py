"""Load one chunk of rows: read, transform, check, link, write, record.

A chunk is one transaction: its row in the ledger, the data, the fates, the before-images and an audit line stand or
fall together. A chunk was loaded if, and only if, it is in the ledger.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl
from sqlalchemy import select

from core.context import Context
from core.db.keys import tenant_key
from core.db.target import target_table
from core.engine.batch import ROW
from core.engine.runs.loading import fates
from core.engine.runs.loading.bisect import write_isolating_failures
from core.engine.runs.loading.ending import end_records
from core.engine.runs.loading.ledger import ChunkResult, ChunkTask, record_chunk, unrecorded_tasks
from core.engine.runs.loading.references import RECORD_IDS, NewRecords
from core.engine.runs.loading.run_plan import RunPlan
from core.engine.runs.loading.stages import LinkedChunk, TransformedChunk, link_chunk, transform_chunk
from core.engine.runs.loading.state import ChunkReader, EntityState
from core.engine.runs.loading.upsert import write_rows
from core.engine.runs.loading.write_context import WriteContext
from core.engine.runs.rules import Fate
from core.kit.masking import is_personal, mask
from core.platform.access.actions import require
from core.schema import target_schema

Prepared = Mapping[int, TransformedChunk | LinkedChunk]
"""What earlier stages transformed or linked of one chunk, by step."""


def process_chunk_tasks(
    context: Context,
    run_plan: RunPlan,
    states: Sequence[EntityState],
    reader: ChunkReader,
    tasks: Sequence[ChunkTask],
    prepared: Prepared | None = None,
    new_records: NewRecords | None = None,
) -> list[ChunkResult]:
    """Load one chunk under each of its entity plans, in the open transaction; return a result per task.

    Tasks that are in the ledger are left out. `states` are by step; `new_records` are those that the transaction has
    created of this chunk so far.
    """
    require(context, "run.work")
    unrecorded = unrecorded_tasks(context, run_plan.run_id, tasks)
    repeated = _repeated_steps(states, reader, unrecorded)
    records = dict(new_records or {})
    results: list[ChunkResult] = []
    for task in unrecorded:
        state, chunk = states[task.step_no], (prepared or {}).get(task.step_no)
        result = (
            skip_known_chunk(state, reader, task)
            if task.step_no in repeated
            else process_chunk(context, state, reader, task, chunk, records)
        )
        if result.new_records is not None:
            records[state.entity] = result.new_records
        results.append(result)
    record_chunk(context, run_plan.run_id, results)
    return results


def process_chunk(
    context: Context,
    state: EntityState,
    reader: ChunkReader,
    task: ChunkTask,
    chunk: TransformedChunk | LinkedChunk | None,
    new_records: NewRecords,
) -> ChunkResult:
    """Load one chunk under one entity plan; `chunk` is what an earlier stage has transformed or linked of it."""
    # Read, transform, check, link: whatever no stage has done ahead.
    if chunk is None:
        chunk = transform_chunk(state, reader.rows_of(task), tenant_key(context.session))
    if isinstance(chunk, TransformedChunk):
        chunk = link_chunk(context, state, task, chunk, new_records)
    # Write: what the database refuses row by row stays out, as do rows held back and rows without their reference.
    if state.expect_new is None:
        state.expect_new = _is_target_empty(context, state)
    write_context = state.write_context(context, task)
    outcome, failed = write_isolating_failures(write_context, chunk.linked, write_rows, chunk.encoded_rows)
    ending, staying = _end_records(write_context, state, reader, task)
    stayed_out = [
        fates.fate_of(chunk.held, Fate.QUARANTINED, pl.col("reason")),
        fates.fate_of(chunk.orphans, Fate.QUARANTINED, "missing_reference"),
        failed,
        staying,
    ]
    # Record: what the next chunk may rely on, and the fate of each row.
    _add_seen(state, reader, task, chunk, pl.concat([part.select(ROW) for part in stayed_out]))
    state.expect_new = _is_all_new(chunk, outcome)
    if state.expect_new and outcome.height == chunk.transformed.rows.height:
        fate_ranges = fates.ranges_of_fate(chunk.transformed.rows[ROW], Fate.MIGRATED, "")
    else:
        fate_ranges = fates.ranges(_fates(state.entity, chunk, stayed_out, pl.concat([outcome, ending])))
    created = _created(chunk, outcome) if state.is_referenced else None
    last_item = _last_item(state.entity, chunk.linked)
    records_written = pl.concat([outcome, ending]).filter(pl.col("outcome").is_in(_CHANGING)).height
    return ChunkResult(task, state.entity, fate_ranges, records_written, last_item, created)


def _end_records(
    write_context: WriteContext, state: EntityState, reader: ChunkReader, task: ChunkTask
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """End the records that the chunk's rows say are deleted, as `end_records` does; a chunk without such a rule is not read."""
    plan = state.entity_plan
    is_ending = plan.primary and any(rule.ends for rule in plan.rules)
    rows = reader.rows_of(task) if is_ending else pl.DataFrame(schema={ROW: pl.Int64})
    return end_records(write_context, rows)


def skip_known_chunk(state: EntityState, reader: ChunkReader, task: ChunkTask) -> ChunkResult:
    """Record every row of a chunk as merged: all of them were loaded before, with the same text."""
    repeated = fates.ranges_of_fate(reader.rows_of(task)[ROW], Fate.MERGED, "repeated_row")
    return ChunkResult(task, state.entity, repeated, 0, None, pl.DataFrame(schema=RECORD_IDS))


def _repeated_steps(
    states: Sequence[EntityState], reader: ChunkReader, tasks: Sequence[ChunkTask]
) -> frozenset[int]:
    """List the steps of one chunk's tasks under which all its rows were loaded before, with the same text and no error."""
    candidates = {
        task.step_no: state.seen_records
        for task in tasks
        if not (state := states[task.step_no]).seen_records.is_unbounded() and not state.has_errors
    }
    if not candidates:
        return frozenset()
    rows = reader.rows_of(tasks[0])
    checks = {
        str(step): is_seen.all()
        for step, seen_records in candidates.items()
        if (is_seen := seen_records.is_seen(rows)) is not None
    }
    answers = rows.select(check.alias(step) for step, check in checks.items()).row(0) if checks else ()
    return frozenset(int(step) for step, is_repeated in zip(checks, answers, strict=True) if is_repeated)


def _is_target_empty(context: Context, state: EntityState) -> bool:
    """Whether the target has no record of this source yet."""
    table = target_table(state.entity)
    any_record = select(table.c.id).where(
        table.c.tenant_id == context.tenant.id, table.c.source_name == state.run_plan.plan.source
    )
    return context.session.execute(any_record.limit(1)).first() is None


def _is_all_new(chunk: LinkedChunk, outcome: pl.DataFrame) -> bool:
    return outcome.height == chunk.linked.height and bool((outcome["outcome"] == "new").all())


def _created(chunk: LinkedChunk, outcome: pl.DataFrame) -> pl.DataFrame:
    """List the records that the chunk created: external_id and id."""
    if _is_all_new(chunk, outcome):
        return chunk.linked.select(*RECORD_IDS)
    created = outcome.filter(pl.col("outcome").is_in(_CREATED))
    return chunk.linked.join(created, on=ROW, how="semi").select(*RECORD_IDS)


def _add_seen(
    state: EntityState, reader: ChunkReader, task: ChunkTask, chunk: LinkedChunk, stayed_out: pl.DataFrame
) -> None:
    """Remember the records of the chunk and the texts of the rows that became them, without those that stayed out."""
    if state.entity_plan.primary:
        return
    remaining = chunk.transformed.batch.frame.select(ROW).join(stayed_out, on=ROW, how="anti")
    texts = (
        None
        if state.seen_records.is_unbounded()
        else reader.rows_of(task).join(remaining, on=ROW, how="semi")
    )
    state.seen_records.add(chunk.linked.join(stayed_out, on=ROW, how="anti", maintain_order="left"), texts)


_FATE_OF_OUTCOME = {
    "new": (Fate.MIGRATED, ""),
    "changed": (Fate.MIGRATED, "changed"),
    "duplicate": (Fate.MIGRATED, "duplicate"),
    "same": (Fate.MERGED, "already_there"),
    "kept": (Fate.MERGED, "kept_existing"),
    "repeated": (Fate.MERGED, "repeated_row"),
}


_CREATED = ("new", "duplicate")
_CHANGING = (*_CREATED, "changed")


def _fates(
    entity: str, chunk: LinkedChunk, stayed_out: list[pl.DataFrame], outcome: pl.DataFrame
) -> pl.DataFrame:
    """Give each row of a chunk its fate; `stayed_out` are those held back or refused, with their fates."""
    transformed = chunk.transformed
    fate = {name: row_fate.value for name, (row_fate, _) in _FATE_OF_OUTCOME.items()}
    reason = {name: cause for name, (_, cause) in _FATE_OF_OUTCOME.items()}
    repeated = pl.concat([transformed.known_rows, chunk.repeated.select(ROW), transformed.merged.select(ROW)])
    return fates.fates(
        transformed.rows[ROW],
        *stayed_out,
        outcome.select(
            ROW,
            pl.col("outcome").replace_strict(fate).alias("fate"),
            pl.col("outcome").replace_strict(reason).alias("reason"),
        ),
        fates.fate_of(repeated, Fate.MERGED, "repeated_row"),
        fates.fate_of(transformed.skipped, Fate.SKIPPED, pl.col("reason")),
        fates.fate_of(
            transformed.rows.join(transformed.batch.frame, on=ROW, how="anti").join(
                transformed.skipped, on=ROW, how="anti"
            ),
            Fate.SKIPPED,
            f"no {entity} in this row",
        ),
    )


def _last_item(entity: str, frame: pl.DataFrame) -> str | None:
    if frame.is_empty():
        return None
    name = "name" if "name" in frame.columns else "external_id"
    value = str(frame[name][-1] or "")
    is_hidden = is_personal(entity, name) or target_schema().entity(entity).is_about_person
    return mask(value) if is_hidden else value[:80]
