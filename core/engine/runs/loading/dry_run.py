"""The dry run: the very same road, in one transaction that is rolled back. What it would have done is kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import cast, insert, literal, select, text, update
from sqlalchemy.dialects.postgresql import JSONB

from core.context import Context
from core.db.target import OWN_COLUMNS, PREFIX
from core.engine.runs.loading.chunk import load_chunks
from core.engine.runs.loading.ledger import Task
from core.engine.runs.loading.state import Walk
from core.engine.runs.tables import RowFate, Run, RunChunk, RunDiff
from core.platform.access.actions import enter_as_worker
from core.schema import entity_label, target_schema

NEW_SHOWN = 500
CHANGED_SHOWN = 50_000
"""Rows of the preview kept per entity. The counts are always complete; so are the fates."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a dry run found: rows for run_chunk, row_fate and run_diff, as they would have been committed."""

    chunks: list[dict[str, Any]]
    fates: list[dict[str, Any]]
    diffs: list[dict[str, Any]]


def rehearse(road: Walk, tasks: list[Task], stopped: Callable[[], bool]) -> Rehearsal | None:
    """Walks all chunks and takes everything back. None when a person stopped it on the way."""
    session = road.context.session
    taken = rows = 0
    last = road.plan.last_steps
    for task in tasks:
        if stopped():
            session.rollback()
            return None
        for loaded in load_chunks(road, [task]):
            taken += loaded.rows
            rows += loaded.rows if task[0] in last else 0
            _progress(road, rows, taken, f"Rehearsing {entity_label(loaded.entity).lower()}")
    result = Rehearsal(
        _rows(road, RunChunk),
        _rows(road, RowFate),
        [row for entity in {plan.entity for plan in road.plan.entities} for row in _diffs(road, entity)],
    )
    session.rollback()
    return result


def keep(context: Context, result: Rehearsal) -> None:
    """Writes what the dry run found, in the open transaction."""
    for table, rows in ((RunChunk, result.chunks), (RowFate, result.fates), (RunDiff, result.diffs)):
        if rows:
            context.session.execute(insert(table), rows)
    context.session.flush()


def _progress(road: Walk, rows: int, taken: int, step: str) -> None:
    """Note how far it is in a transaction of its own: nobody sees the rehearsal's.

    `rows` of the files that every entity has gone through; `taken` over all entities together.
    """
    with enter_as_worker(road.context.tenant.id, road.context.person) as context:
        totals = Run.totals.op("||")(cast(literal({"taken": taken}, JSONB), JSONB))
        values = {"rows_done": rows, "totals": totals, "step": step}
        context.session.execute(update(Run).where(Run.id == road.run.id).values(values))
        context.session.commit()


def _rows(road: Walk, table: type[RunChunk | RowFate]) -> list[dict[str, Any]]:
    columns = table.__table__.columns
    found = road.context.session.execute(select(*columns).where(columns["run_id"] == road.run.id))
    return [dict(row) for row in found.mappings()]


_CHANGED = (
    "select target_id, before from change where tenant_id = :tenant and run_id = :run and entity = :entity"
)
_NEW = """select made.target_id, null::jsonb as before from new_records n, lateral unnest(n.target_ids) as made (target_id)
  where n.tenant_id = :tenant and n.run_id = :run and n.entity = :entity"""


def _diffs(road: Walk, entity: str) -> list[dict[str, Any]]:
    own = {"tenant_id": road.context.tenant.id, "run_id": road.run.id, "entity": entity}
    found: list[dict[str, Any]] = []
    for kind, touched, limit in (("new", _NEW, NEW_SHOWN), ("changed", _CHANGED, CHANGED_SHOWN)):
        rows = road.context.session.execute(
            text(
                f"""select t.external_id, c.before::text as before, to_jsonb(t)::text as after from ({touched} limit :limit) c
                join "{PREFIX}{entity}" t on t.tenant_id = :tenant and t.id = c.target_id order by t.id"""
            ),
            {"tenant": road.context.tenant.id, "run": road.run.id, "entity": entity, "limit": limit},
        )
        found += [
            own
            | {
                "external_id": row.external_id,
                "kind": kind,
                "fields": field_changes(entity, _image(row.before), _image(row.after)),
            }
            for row in rows
        ]
    return found


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
