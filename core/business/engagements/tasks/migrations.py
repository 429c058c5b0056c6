"""Say which migration an order moves: its findings become tasks of that order alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from core.business.engagements.history import add_entry
from core.business.engagements.lookup import find_order
from core.business.engagements.rules import AT_WORK, OrderState
from core.business.engagements.tables import Engagement
from core.business.engagements.tasks.stored import workable_order
from core.context import Context
from core.db.session import TenantSession
from core.engine.sources.tables import Migration
from core.errors import ConflictError, NotFoundError
from core.kit.ids import is_id
from core.platform.access.actions import action, view
from core.platform.audit.actions import record

OPEN = AT_WORK | {OrderState.APPROVED, OrderState.ON_HOLD}
"""States of orders that a migration may be meant for."""


@dataclass(frozen=True, slots=True)
class OrderMigration:
    """Which migration (id) an order moves, None where nobody said so; `choices` are those of the customer by name.

    `is_unclear` where several orders are open: the findings of no migration are this order's until one is named.
    """

    migration_id: str | None
    choices: Mapping[str, str]
    is_unclear: bool


@view("order.follow")
def order_migration(context: Context, engagement_id: str) -> OrderMigration:
    """Return which migration an order moves, and those that can be named. NotFoundError for another customer's order."""
    order = find_order(context.session, engagement_id)
    query = select(Migration.id, Migration.name).where(Migration.tenant_id == context.tenant.id)
    names = {row.id: row.name for row in context.session.execute(query.order_by(Migration.created_at.desc()))}
    is_unclear = order.migration_id is None and len(_open_orders(context.session)) > 1
    return OrderMigration(order.migration_id, names, is_unclear and order.state in OPEN)


@action("order.work")
def name_migration(context: Context, engagement_id: str, migration_id: str | None) -> None:
    """Say which migration an order moves (None: nobody knows yet).

    NotFoundError for one of another customer, ConflictError for one that another open order moves.
    """
    order = workable_order(context.session, engagement_id)
    if migration_id is not None:
        query = select(Migration.id).where(
            Migration.tenant_id == context.tenant.id,
            Migration.id == (migration_id if is_id(migration_id) else None),
        )
        if context.session.scalar(query) is None:
            raise NotFoundError("There is no such migration.", hint="Choose one of the customer's.")
        for earlier in _open_orders(context.session):
            if earlier.migration_id == migration_id and earlier.id != order.id:
                raise ConflictError(
                    f"This migration is that of {earlier.number}.",
                    hint="Choose another, or take it from there.",
                )
    if order.migration_id == migration_id:
        return
    order.migration_id = migration_id
    add_entry(context, order.id, "migration_named", migration=migration_id)
    record(context, "order.migration", "engagement", order.id, order=order.number, migration=migration_id)


def is_of_order(session: TenantSession, order: Engagement, migration_id: str) -> bool:
    """Tell whether the findings of a migration are those of an order.

    A migration that is named is of the order that names it; one that nobody names is of the customer's only open order.
    """
    if order.migration_id is not None:
        return order.migration_id == migration_id
    namings = select(Engagement.id).where(
        Engagement.tenant_id == session.tenant, Engagement.migration_id == migration_id
    )
    return session.scalar(namings.limit(1)) is None and [row.id for row in _open_orders(session)] == [
        order.id
    ]


def _open_orders(session: TenantSession) -> list[Engagement]:
    query = select(Engagement).where(Engagement.tenant_id == session.tenant, Engagement.state.in_(OPEN))
    return list(session.scalars(query.order_by(Engagement.number)))
