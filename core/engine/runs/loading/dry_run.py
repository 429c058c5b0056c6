"""Simulate a run: load every chunk in one transaction that is rolled back, and save what it would have done."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from sqlalchemy import cast, insert, literal, select, text, update
from sqlalchemy.dialects.postgresql import JSONB

from core.context import Context
from core.db.keys import tenant_key
from core.db.personal import SOURCE_ID, PersonalValues
from core.db.target import OWN_COLUMNS, PREFIX
from core.engine.runs.loading.chunk import process_chunk_tasks
from core.engine.runs.loading.ledger import ChunkTask
from core.engine.runs.loading.run_plan import RunPlan
from core.engine.runs.loading.state import ChunkReader, entities_with_errors, new_states
from core.engine.runs.stored_diffs import stored_diff
from core.engine.runs.tables import RowFate, Run, RunChunk, RunDiff
from core.platform.access.actions import enter_as_worker
from core.schema import entity_label, target_schema

MAX_NEW_ROWS = 500
MAX_CHANGED_ROWS = 50_000
"""Rows of the preview saved per entity. Counts and fates are always complete."""


@dataclass(frozen=True, slots=True)
class DryRunResult:
    """What a dry run would have written: rows for run_chunk, row_fate and run_diff."""

    chunks: list[dict[str, Any]]
    fates: list[dict[str, Any]]
    diffs: list[dict[str, Any]]


def simulate(
    context: Context, run_plan: RunPlan, tasks: list[ChunkTask], stopped: Callable[[], bool]
) -> DryRunResult | None:
    """Load all chunks, note what changed, roll everything back. None when a person stopped it meanwhile."""
    states = new_states(run_plan, entities_with_errors(context, run_plan.validation_id))
    reader = ChunkReader(context)
    new_records: dict[str, pl.DataFrame] = {}
    rows_read = rows_done = 0
    for task in tasks:
        if stopped():
            context.session.rollback()
            return None
        for result in process_chunk_tasks(context, run_plan, states, reader, [task], new_records=new_records):
            if result.new_records is not None:
                new_records[result.entity] = result.new_records
            rows_read += result.rows
            rows_done += result.rows if task.step_no in run_plan.plan.last_steps else 0
            step = f"Rehearsing {entity_label(result.entity).lower()}"
            _save_progress(context, run_plan.run_id, rows_done, rows_read, step)
    entities = {entity_plan.entity for entity_plan in run_plan.plan.entities}
    result_rows = DryRunResult(
        _rows(context, run_plan.run_id, RunChunk),
        _rows(context, run_plan.run_id, RowFate),
        [row for entity in entities for row in _diffs(context, run_plan.run_id, entity)],
    )
    context.session.rollback()
    return result_rows


def save_result(context: Context, result: DryRunResult) -> None:
    """Write the result of a dry run, in the open transaction."""
    for table, rows in ((RunChunk, result.chunks), (RowFate, result.fates), (RunDiff, result.diffs)):
        if rows:
            context.session.execute(insert(table), rows)
    context.session.flush()


def _save_progress(dry_run: Context, run_id: str, rows_done: int, rows_read: int, step: str) -> None:
    """Save the progress in a transaction of its own: that of the dry run is visible to nobody.

    `rows_done` counts rows of the files that every entity has gone through; `rows_read` those of all entities together.
    """
    with enter_as_worker(dry_run.tenant.id, dry_run.person) as context:
        totals = Run.totals.op("||")(cast(literal({"taken": rows_read}, JSONB), JSONB))
        values = {"rows_done": rows_done, "totals": totals, "step": step}
        context.session.execute(update(Run).where(Run.id == run_id).values(values))
        context.session.commit()


def _rows(context: Context, run_id: str, table: type[RunChunk | RowFate]) -> list[dict[str, Any]]:
    """List the rows of the run in `table` as dicts by column."""
    columns = table.__table__.columns
    rows = context.session.execute(select(*columns).where(columns["run_id"] == run_id))
    return [dict(row) for row in rows.mappings()]


_CHANGED_RECORDS = (
    "select target_id, before from change where tenant_id = :tenant and run_id = :run and entity = :entity"
)
_NEW_RECORDS = """select record.target_id, null::jsonb as before from new_records n, lateral unnest(n.target_ids) as record (target_id)
  where n.tenant_id = :tenant and n.run_id = :run and n.entity = :entity"""


def _diffs(context: Context, run_id: str, entity: str) -> list[dict[str, Any]]:
    """List the entity's records that the run created or changed, as rows of run_diff."""
    key = {"tenant_id": context.tenant.id, "run_id": run_id, "entity": entity}
    personal = PersonalValues.of(context.session, entity)
    diffs: list[dict[str, Any]] = []
    for kind, touched, limit in (
        ("new", _NEW_RECORDS, MAX_NEW_ROWS),
        ("changed", _CHANGED_RECORDS, MAX_CHANGED_ROWS),
    ):
        rows = context.session.execute(
            text(
                f"""select t.id, t.external_id, c.before::text as before, to_jsonb(t)::text as after from ({touched} limit :limit) c
                join "{PREFIX}{entity}" t on t.tenant_id = :tenant and t.id = c.target_id order by t.id"""
            ),
            {"tenant": context.tenant.id, "run": run_id, "entity": entity, "limit": limit},
        )
        for row in rows:
            before, after = (_image(personal, row.id, image) for image in (row.before, row.after))
            changes = field_changes(entity, before, after)
            diffs.append(
                key | stored_diff(tenant_key(context.session), key, row.external_id, kind, changes, after)
            )
    return diffs


def _image(personal: PersonalValues, target_id: str, text: str | None) -> dict[str, Any]:
    """Read a row's image from JSON; amounts become text with the digits they have, encrypted values as JSON has them."""
    image: dict[str, Any] = json.loads(text, parse_float=str) if text else {}
    if not image:
        return image
    encrypted = {
        name: bytes.fromhex(value.removeprefix("\\x"))
        for name, value in image.items()
        if value is not None and (name in personal.fields or name == SOURCE_ID)
    }
    (clear,) = personal.decrypt_rows([encrypted | {"id": target_id, "external_id": image["external_id"]}])
    return image | {name: str(value) if isinstance(value, date) else value for name, value in clear.items()}


def field_changes(entity: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Compare two images of a record; return {field: [before, after]} of the fields that differ."""
    fields = target_schema().entity(entity).fields
    return {
        name: [before.get(name), after.get(name)]
        for name in fields
        if name not in OWN_COLUMNS
        and before.get(name) != after.get(name)
        and (before or fields[name].refers_to is None)
    }
