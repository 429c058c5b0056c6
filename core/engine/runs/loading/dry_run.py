"""Simulate a run: load every chunk in one transaction that is rolled back, and save what it would have done."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import cast, insert, literal, select, text, update
from sqlalchemy.dialects.postgresql import JSONB

from core.context import Context
from core.db.target import OWN_COLUMNS, PREFIX
from core.engine.runs.loading.chunk import process_chunk_tasks
from core.engine.runs.loading.ledger import ChunkTask
from core.engine.runs.loading.state import LoadState
from core.engine.runs.tables import RowFate, Run, RunChunk, RunDiff
from core.platform.access.actions import enter_as_worker
from core.schema import entity_label, target_schema

NEW_SHOWN = 500
CHANGED_SHOWN = 50_000
"""Rows of the preview kept per entity. The counts are always complete; so are the fates."""


@dataclass(frozen=True, slots=True)
class DryRunResult:
    """What a dry run would have written: rows for run_chunk, row_fate and run_diff."""

    chunks: list[dict[str, Any]]
    fates: list[dict[str, Any]]
    diffs: list[dict[str, Any]]


def simulate(state: LoadState, tasks: list[ChunkTask], stopped: Callable[[], bool]) -> DryRunResult | None:
    """Load all chunks, note what changed, roll everything back. None when a person stopped it meanwhile."""
    session = state.context.session
    taken = rows = 0
    last = state.plan.last_steps
    for task in tasks:
        if stopped():
            session.rollback()
            return None
        for result in process_chunk_tasks(state, [task]):
            taken += result.rows
            rows += result.rows if task.step_no in last else 0
            _progress(state, rows, taken, f"Rehearsing {entity_label(result.entity).lower()}")
    outcome = DryRunResult(
        _rows(state, RunChunk),
        _rows(state, RowFate),
        [row for entity in {plan.entity for plan in state.plan.entities} for row in _diffs(state, entity)],
    )
    session.rollback()
    return outcome


def save_result(context: Context, result: DryRunResult) -> None:
    """Write the result of a dry run, in the open transaction."""
    for table, rows in ((RunChunk, result.chunks), (RowFate, result.fates), (RunDiff, result.diffs)):
        if rows:
            context.session.execute(insert(table), rows)
    context.session.flush()


def _progress(state: LoadState, rows: int, taken: int, step: str) -> None:
    """Note how far it is in a transaction of its own: nobody sees that of the dry run.

    `rows` of the files that every entity has gone through; `taken` over all entities together.
    """
    with enter_as_worker(state.context.tenant.id, state.context.person) as context:
        totals = Run.totals.op("||")(cast(literal({"taken": taken}, JSONB), JSONB))
        values = {"rows_done": rows, "totals": totals, "step": step}
        context.session.execute(update(Run).where(Run.id == state.run.id).values(values))
        context.session.commit()


def _rows(state: LoadState, table: type[RunChunk | RowFate]) -> list[dict[str, Any]]:
    columns = table.__table__.columns
    rows = state.context.session.execute(select(*columns).where(columns["run_id"] == state.run.id))
    return [dict(row) for row in rows.mappings()]


_CHANGED = (
    "select target_id, before from change where tenant_id = :tenant and run_id = :run and entity = :entity"
)
_NEW = """select made.target_id, null::jsonb as before from new_records n, lateral unnest(n.target_ids) as made (target_id)
  where n.tenant_id = :tenant and n.run_id = :run and n.entity = :entity"""


def _diffs(state: LoadState, entity: str) -> list[dict[str, Any]]:
    key = {"tenant_id": state.context.tenant.id, "run_id": state.run.id, "entity": entity}
    diffs: list[dict[str, Any]] = []
    for kind, touched, limit in (("new", _NEW, NEW_SHOWN), ("changed", _CHANGED, CHANGED_SHOWN)):
        rows = state.context.session.execute(
            text(
                f"""select t.external_id, c.before::text as before, to_jsonb(t)::text as after from ({touched} limit :limit) c
                join "{PREFIX}{entity}" t on t.tenant_id = :tenant and t.id = c.target_id order by t.id"""
            ),
            {"tenant": state.context.tenant.id, "run": state.run.id, "entity": entity, "limit": limit},
        )
        diffs += [
            key
            | {
                "external_id": row.external_id,
                "kind": kind,
                "fields": field_changes(entity, _image(row.before), _image(row.after)),
            }
            for row in rows
        ]
    return diffs


def _image(text: str | None) -> dict[str, Any]:
    """A row's image; amounts stay the digits they are, as text."""
    return json.loads(text, parse_float=str) if text else {}


def field_changes(entity: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """{field: [before, after]} of the fields that differ."""
    fields = target_schema().entity(entity).fields
    return {
        name: [before.get(name), after.get(name)]
        for name in fields
        if name not in OWN_COLUMNS
        and before.get(name) != after.get(name)
        and (before or fields[name].refers_to is None)
    }
