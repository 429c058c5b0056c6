"""The rows of the table: each migration of each customer with its state and next step; a customer without one has one row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.context import Context
from core.engine.progress.portfolio import PortfolioMigration, portfolio_migrations
from core.platform.access.customers.views import Customer, team
from core.platform.access.portfolio import enter_portfolio


@dataclass(frozen=True, slots=True)
class Row:
    """A customer with one of its migrations ('' without one), the migration's state and next step, and who works for it."""

    customer: Customer
    migration_id: str
    migration: str
    state: str
    colour: str
    next_step: str
    screen: str
    assigned: tuple[str, ...]


def rows(context: Context, customers: Sequence[Customer]) -> list[Row]:
    """Gather the rows of the customers, in their order; the migration that changed last first."""
    with enter_portfolio(context.person, sign_in=context.sign_in) as portfolio:
        migrations = portfolio_migrations(portfolio)
    by_customer: dict[str, list[PortfolioMigration]] = {}
    for migration in migrations:
        by_customer.setdefault(migration.customer_id, []).append(migration)
    gathered: list[Row] = []
    for record in customers:
        entries = [_row(record, migration) for migration in by_customer.get(record.id, ())]
        gathered += entries or [_without_migration(context, record)]
    return gathered


def _row(record: Customer, migration: PortfolioMigration) -> Row:
    return Row(
        record,
        migration.migration_id,
        migration.name,
        migration.status,
        migration.colour,
        migration.next_step,
        migration.screen,
        migration.assigned,
    )


def _without_migration(context: Context, record: Customer) -> Row:
    members = [member.name for member in team(context, record.id) if member.state == "now"]
    names = tuple(dict.fromkeys(members))
    step, screen = ("Upload an export", "connect") if names else ("Assign a specialist", "customers")
    return Row(record, "", "None yet", "Not started", "gray", step, screen, names)
