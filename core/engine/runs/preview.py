"""Show what a dry run would do: new and changed records field by field, why rows are held, what changes in money."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select, text

from core.context import Context
from core.db.keys import tenant_key
from core.engine.runs.lookup import get_run
from core.engine.runs.stored_diffs import read_diff
from core.engine.runs.tables import RunDiff
from core.kit.masking import is_personal, mask
from core.platform.access.actions import view
from core.platform.audit.actions import note_reading
from core.schema import target_schema


@dataclass(frozen=True, slots=True)
class DiffRow:
    """A record that a dry run would create or change. Without the permission, ids of people's own records are masked.

    fields  name -> [before, after]; empty where the record is written without a change of its fields
    hidden  the fields whose values the role may not see; they stand in `fields` with None for both
    """

    entity: str
    external_id: str
    kind: str
    fields: dict[str, list[Any]]
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MoneyChange:
    """A money field of changed records: how many change, and the sum of the changes with their signs."""

    entity: str
    field: str
    records: int
    change: Decimal


@view("run.read")
def diff(
    context: Context, run_id: str, *, entity: str | None = None, kind: str | None = None, limit: int = 500
) -> list[DiffRow]:
    """List new and changed records of a dry run; personal values are hidden from roles that may not see them."""
    query = select(RunDiff).where(RunDiff.run_id == run_id).order_by(RunDiff.kind, RunDiff.seq).limit(limit)
    if entity:
        query = query.where(RunDiff.entity == entity)
    if kind:
        query = query.where(RunDiff.kind == kind)
    clear = context.may("personal.read")
    rows = context.session.scalars(query).all()
    people = {row.entity for row in rows if any(is_personal(row.entity, name) for name in row.fields)}
    if clear and people:
        note_reading(context, "run", run_id, data=", ".join(sorted(people)), purpose="dry run preview")
    key = tenant_key(context.session)
    return [_diff_row(key, row, clear=clear) for row in rows]


def _diff_row(key: bytes, row: RunDiff, *, clear: bool) -> DiffRow:
    external_id, changes = read_diff(key, row)
    hidden = () if clear else tuple(name for name in changes if is_personal(row.entity, name))
    fields = {name: [None, None] if name in hidden else pair for name, pair in changes.items()}
    is_shown = clear or not target_schema().entity(row.entity).is_about_person
    return DiffRow(row.entity, external_id if is_shown else mask(external_id), row.kind, fields, hidden)


@view("run.read")
def money_changes(context: Context, run_id: str) -> list[MoneyChange]:
    """Sum up what a dry run would change in the amounts of existing records, by field."""
    names = [field.key for field in target_schema().fields(context.tenant.domain) if field.kind == "money"]
    query = text(
        "select d.entity, f.key, count(*) as records,"
        " sum(coalesce(f.value->>1, '0')::numeric - coalesce(f.value->>0, '0')::numeric) as change"
        " from run_diff d, jsonb_each(d.fields) f where d.tenant_id = :tenant and d.run_id = :run"
        " and d.kind = 'changed' and d.entity || '.' || f.key = any(:names) group by 1, 2 order by 1, 2"
    )
    rows = context.session.execute(query, {"tenant": context.tenant.id, "run": run_id, "names": names})
    return [MoneyChange(row.entity, row.key, row.records, row.change) for row in rows]


@view("run.read")
def diff_counts(context: Context, run_id: str) -> dict[str, dict[str, int]]:
    """Count new, changed, same and held records by entity. Complete, whatever the preview shows."""
    run = get_run(context, run_id)
    by_reason: dict[tuple[str, str, str], int] = {
        (row.entity, row.fate, row.reason): int(row.rows)
        for row in context.session.execute(
            text(
                "select entity, fate, case when fate = 'migrated' or reason = 'repeated_row' then reason else '' end as reason,"
                " sum(rows) as rows from row_fate where tenant_id = :tenant and run_id = :run group by 1, 2, 3"
            ),
            {"tenant": context.tenant.id, "run": run.id},
        )
    }
    counts: dict[str, dict[str, int]] = {}
    for entity in run.totals.get("entities", {}):
        of = {key[1:]: rows for key, rows in by_reason.items() if key[0] == entity}
        counts[entity] = {
            "new": of.get(("migrated", ""), 0) + of.get(("migrated", "duplicate"), 0),
            "changed": of.get(("migrated", "changed"), 0),
            "same": of.get(("merged", ""), 0),
            "held": of.get(("quarantined", ""), 0) + of.get(("failed", ""), 0),
        }
    return counts
