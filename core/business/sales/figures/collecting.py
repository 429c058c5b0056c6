"""Record the finished migrations of a customer with the figures that the engine knows, in the operator's table.

A migration is finished by its first import that is completed and was not rolled back. It has one row; collected again,
the row follows what has changed since (a rollback), and what people reported stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import select

from core.business.engagements.tables import Engagement
from core.business.sales.tables import FinishedMigration, Prospect
from core.context import Context
from core.engine.mapping.tables import MappingField
from core.engine.runs.reconciliation.accounting import account
from core.engine.runs.reconciliation.accounting_rules import Outcome
from core.engine.runs.reconciliation.money_account import money_account
from core.engine.runs.rules import RunState
from core.engine.runs.tables import Run
from core.engine.sources.tables import Migration, SourceFile
from core.kit.ids import new_id
from core.platform.access.tables import TenantRecord
from core.platform.audit.actions import record
from core.platform.costs.packages import package_of

_ITEM_ENTITIES = {"restaurant": "menu_item", "school": "student"}
_LEFT_OUT = (Outcome.EXCLUDED, Outcome.SKIPPED, Outcome.NO_CONSENT, Outcome.NOT_MAPPED)
_DAY, _MINUTE, _HUNDRED = Decimal(86_400), Decimal(60), Decimal(100)


@dataclass(frozen=True, slots=True)
class _Finished:
    """A migration with its finishing import (None where all were rolled back) and what is stored of it."""

    migration: Migration
    started_at: datetime
    finished_at: datetime
    measured: dict[str, str]


def operator_of(context: Context) -> str | None:
    """Return the operator (id) of the context's customer, as the person at work sees it; None where they see none."""
    query = select(TenantRecord.id).where(
        TenantRecord.kind == "operator", TenantRecord.is_demo == context.tenant.is_demo
    )
    return context.session.scalar(query)


def collect_from_customer(context: Context, operator: str) -> int:
    """Record or bring up to date the customer's finished migrations; return how many changed. Commits.

    The context is the program's in the customer, whose rows stay where they are: only figures leave.
    """
    orders = list(context.session.scalars(select(Engagement).order_by(Engagement.ordered_at.desc())))
    finished = list(_finished_migrations(context))
    packages = {entry.migration.id: package_of(context, entry.migration.id) for entry in finished}
    migrations = [entry.migration.id for entry in finished]
    with context.session.working_in(operator):
        query = select(FinishedMigration).where(FinishedMigration.migration_id.in_(migrations))
        stored = {row.migration_id: row for row in context.session.scalars(query)}
        prospect = context.session.scalar(
            select(Prospect.id).where(Prospect.customer_id == context.tenant.id).order_by(Prospect.created_at)
        )
        migrations_to_log = [
            entry.migration.id
            for entry in finished
            if _store(
                context,
                operator,
                entry,
                stored.get(entry.migration.id),
                _origin(orders, prospect, packages[entry.migration.id]),
            )
        ]
    for migration_id in migrations_to_log:
        record(context, "figures.collect", "migration", migration_id)
    context.session.commit()
    return len(migrations_to_log)


def _origin(orders: Sequence[Engagement], prospect: str | None, package: str) -> dict[str, Any]:
    """Return package, locations and prospect: of the customer's newest order, else of the migration."""
    if orders:
        order = orders[0]
        return {"package": order.package, "locations": order.locations, "prospect_id": order.prospect_id}
    return {"package": package, "locations": 1, "prospect_id": prospect}


def _store(
    context: Context,
    operator: str,
    entry: _Finished,
    row: FinishedMigration | None,
    origin: Mapping[str, Any],
) -> bool:
    """Add the row or change what differs in it; return whether anything did."""
    values: dict[str, Any] = {
        "name": context.tenant.name,
        "domain": context.tenant.domain,
        "source_system": entry.migration.source,
        "started_at": entry.started_at,
        "finished_at": entry.finished_at,
        "measured": entry.measured,
        **origin,
    }
    if row is None:
        if "elapsed_days" not in entry.measured:
            return False  # rolled back before it was ever recorded
        context.session.add(
            FinishedMigration(
                tenant_id=operator,
                id=new_id(),
                created_at=context.now,
                customer_id=context.tenant.id,
                migration_id=entry.migration.id,
                is_generated=False,
                reported={},
                **values,
            )
        )
        return True
    differing = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in differing.items():
        setattr(row, name, value)
    return bool(differing)


def _finished_migrations(context: Context) -> Iterator[_Finished]:
    """Yield the customer's migrations that have, or had, a completed import."""
    runs = list(context.session.scalars(select(Run).order_by(Run.created_at, Run.id)))
    for migration in context.session.scalars(select(Migration).order_by(Migration.created_at)):
        of_migration = [run for run in runs if run.migration_id == migration.id]
        imports = [run for run in of_migration if run.kind == "import"]
        completed = [run for run in imports if run.state == RunState.COMPLETED and run.finished_at]
        rolled_back = [run for run in imports if run.state == RunState.ROLLED_BACK]
        started_at = context.session.scalar(
            select(SourceFile.created_at)
            .where(SourceFile.migration_id == migration.id)
            .order_by(SourceFile.created_at)
            .limit(1)
        )
        started_at = min([started_at or migration.created_at, *(run.created_at for run in of_migration[:1])])
        if completed:
            first = min(completed, key=lambda run: run.finished_at or context.now)
            finished_at = first.finished_at or context.now
            measured = _measured(context, of_migration, first, started_at, finished_at)
        elif rolled_back:
            finished_at = max(run.finished_at or run.updated_at for run in rolled_back)
            measured = {}
        else:
            continue
        measured["rollbacks"] = str(len(rolled_back))
        yield _Finished(migration, started_at, finished_at, measured)


def _measured(
    context: Context, runs: Sequence[Run], finishing: Run, started_at: datetime, finished_at: datetime
) -> dict[str, str]:
    """Return the figures of a migration as its finishing import left it, as text."""
    seconds = sum(Decimal(repr(run.worked_seconds)) for run in runs if run.created_at <= finishing.created_at)
    elapsed = Decimal(repr((finished_at - started_at).total_seconds()))
    values = {
        "elapsed_days": _share(elapsed, _DAY),
        "machine_minutes": _share(Decimal(seconds), _MINUTE),
        **_rows(context, finishing),
        **_mapping(context, finishing.migration_id),
        **_money(context, finishing),
    }
    items = finishing.totals.get("entities", {}).get(_ITEM_ENTITIES.get(context.tenant.domain, ""))
    if items is not None:
        values["items"] = Decimal(items["migrated"])
    return {key: format(value, "f") for key, value in values.items()} | {"currency": context.tenant.currency}


def _rows(context: Context, run: Run) -> dict[str, Decimal]:
    account_of_run = account(context, run.id)
    rows = account_of_run.rows
    if not rows or not account_of_run.final:
        return {}
    counts = {outcome: account_of_run.count(outcome) for outcome in Outcome}
    entities, target = run.totals.get("entities", {}), run.totals.get("target_rows", {})
    missing = sum(abs(counted["migrated"] - target.get(entity, 0)) for entity, counted in entities.items())
    missing = max(missing, sum(abs(gap.expected - gap.actual) for gap in account_of_run.gaps))
    missing_rows = account_of_run.unaccounted + counts[Outcome.FAILED] + counts[Outcome.PENDING] + missing
    return {
        "rows_total": Decimal(rows),
        "rows_imported": Decimal(counts[Outcome.IMPORTED]),
        "rows_excluded": Decimal(sum(counts[outcome] for outcome in _LEFT_OUT)),
        "rows_held": Decimal(counts[Outcome.HELD]),
        "rows_failed": Decimal(counts[Outcome.FAILED]),
        "rows_held_percent": _percent(counts[Outcome.HELD], rows),
        "rows_conserved_percent": _percent(max(0, rows - missing_rows), rows),
    }


def _mapping(context: Context, migration_id: str) -> dict[str, Decimal]:
    query = select(MappingField.status, MappingField.target, MappingField.suggested_target).where(
        MappingField.migration_id == migration_id, MappingField.decided_by.is_not(None)
    )
    reviewed_fields = list(context.session.execute(query))
    suggested = [row for row in reviewed_fields if row.suggested_target]
    unchanged = [row for row in suggested if row.status == "accepted" and row.target == row.suggested_target]
    values = {"fields_edited": Decimal(sum(row.status == "edited" for row in reviewed_fields))}
    if suggested:
        values["mapping_precision"] = _percent(len(unchanged), len(suggested))
    return values


def _money(context: Context, run: Run) -> dict[str, Decimal]:
    money = money_account(context, run.id)
    if money is None or money.undecided or money.unread:
        return {}  # not known: amounts that nobody decided about, or that could not be read
    return {"unexplained_amount": sum((abs(part.unexplained) for part in money.sums), Decimal(0))}


def _percent(part: int, total: int) -> Decimal:
    """Return a share in percent, never rounded up to 100."""
    share = _share(Decimal(part) * _HUNDRED, Decimal(total))
    return min(share, Decimal("99.9999")) if part < total else share


def _share(amount: Decimal, divisor: Decimal) -> Decimal:
    return (amount / divisor).quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)
