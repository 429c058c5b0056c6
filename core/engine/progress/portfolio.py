"""Show the migrations of all customers that a person reaches, with their state and next step.

The database counts them in one view. Where the counts do not decide the state (a dry run or an import is under way, a
validation may be outdated, a second person may be wanted), the customer is entered as the person and its own screens'
facts are taken, so that the portfolio and the customer's screens never disagree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, text

from core.context import Context, Portfolio
from core.engine.progress.facts import CURRENT, NOT_VALIDATED, Facts, RunFacts
from core.engine.progress.rules import Journey, journey
from core.engine.progress.views import migration_progress
from core.engine.runs.rules import LOADED, UNDER_WAY
from core.errors import NotFoundError
from core.platform.access.actions import enter, view
from core.platform.access.portfolio import portfolio_view
from core.platform.access.rules import ARCHIVED, permissions_of

_QUERY = text("select * from portfolio_migration order by changed_at desc, migration_id")
_OF_CUSTOMER = text(
    """select name, phase, files, rows, imported, held, changed_at from portfolio_migration
    where customer_id = cast(:customer as uuid) order by changed_at desc, migration_id"""
)


@dataclass(frozen=True, slots=True)
class PortfolioMigration:
    """A migration of a customer that the person reaches. `runs` is kind -> state -> how many.

    `owner` is who sells to the customer, `assigned` who works for it now, None and () where nobody does. `status` and
    `next_step` are the journey's for this person; `is_allowed`: whether the person may take that step, else `reason`
    says who may. `screen` is the path where it is taken. Times UTC.
    """

    migration_id: str
    name: str
    source: str
    customer_id: str
    customer: str
    slug: str
    is_demo: bool
    is_archived: bool
    owner_id: str | None
    owner: str | None
    assigned: tuple[str, ...]
    files: int
    rows: int
    runs: Mapping[str, Mapping[str, int]]
    phase: str
    status: str
    colour: str
    next_step: str
    screen: str
    is_allowed: bool
    reason: str
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class OwnMigration:
    """A migration as the customer's contact sees it: its phase, and rows of the files; those of the newest import."""

    name: str
    phase: str
    files: int
    rows: int
    imported: int
    held: int
    changed_at: datetime


@view("progress.read")
def own_migrations(context: Context) -> list[OwnMigration]:
    """List how far the tenant's migrations are, the one that changed last first."""
    rows = context.session.execute(_OF_CUSTOMER, {"customer": context.tenant.id})
    return [OwnMigration(*row) for row in rows]


@portfolio_view("portfolio.read")
def portfolio_migrations(portfolio: Portfolio) -> list[PortfolioMigration]:
    """List the migrations of all customers the person reaches, the one that changed last first."""
    rows = portfolio.session.execute(_QUERY).mappings().all()
    journeys = {str(row["migration_id"]): _journey(row) for row in rows}
    for customer in {row["customer_id"] for row in rows if journeys[str(row["migration_id"])] is None}:
        journeys |= _from_customer(portfolio, str(customer))
    return [_migration(row, at) for row in rows if (at := journeys[str(row["migration_id"])]) is not None]


def _from_customer(portfolio: Portfolio, customer: str) -> dict[str, Journey]:
    """Derive the journeys of a customer's migrations as its own screens do; {} where its access ended meanwhile."""
    try:
        with enter(portfolio.person, customer) as context:
            return {migration.id: migration.journey for migration in migration_progress(context)}
    except NotFoundError:
        return {}


def _journey(row: RowMapping) -> Journey | None:
    """Derive the journey of a migration from its counts; None where they do not decide it."""
    states = _states(row["runs"])
    imported: RunFacts | None = None
    if row["import_id"] is not None:
        if not row["is_settled"] or row["import_state"] not in LOADED or states & UNDER_WAY:
            return None
        imported = RunFacts(
            str(row["import_id"]),
            row["import_state"],
            current=True,
            held=int(row["held"]),
            file_rows=row["import_rows"],
            imported=int(row["imported"]),
            not_mapped=int(row["not_mapped"]),
            at=row["import_at"],
        )
    elif states or row["validated_at"] is not None:
        return None
    facts = Facts(
        files=row["files"],
        rows=row["rows"],
        fields=row["fields"],
        reviewed=row["reviewed"],
        weak=row["weak"],
        unsuggested=max(0, row["columns"] - row["firsts"]),
        planned=row["planned"],
        imported=imported,
        validation=CURRENT if imported else NOT_VALIDATED,
    )
    permissions = permissions_of(row["role"], is_demo=row["is_demo"])
    return journey(facts, permissions & ARCHIVED if row["archived_at"] else permissions)


def _states(runs: Mapping[str, Mapping[str, int]]) -> set[str]:
    return {state for states in runs.values() for state in states}


def _migration(row: RowMapping, at: Journey) -> PortfolioMigration:
    values: dict[str, Any] = {name: row[name] for name in _SAME}
    assigned: Sequence[str] = row["assigned"]
    return PortfolioMigration(
        **values,
        migration_id=str(row["migration_id"]),
        customer_id=str(row["customer_id"]),
        is_archived=row["archived_at"] is not None,
        owner_id=None if row["owner_id"] is None else str(row["owner_id"]),
        assigned=tuple(assigned),
        phase=at.status.phase,
        status=at.status.label,
        colour=at.status.colour,
        next_step=at.action.label,
        screen=at.action.screen,
        is_allowed=at.action.enabled,
        reason=at.action.reason,
    )


_SAME = (
    "name",
    "source",
    "customer",
    "slug",
    "is_demo",
    "owner",
    "files",
    "rows",
    "runs",
    "created_at",
    "changed_at",
)
"""Columns of the view that are shown as they are."""
