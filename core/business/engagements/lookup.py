"""Find an order of the customer, in an open transaction."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from core.business.engagements.tables import Engagement
from core.context import Context
from core.db.session import TenantSession
from core.errors import NotFoundError


def find_order(session: TenantSession, engagement_id: str, *, lock: bool = False) -> Engagement:
    """Return an order of the session's customer; `lock`: nobody else changes it until the transaction ends.

    NotFoundError for an order of another customer.
    """
    query = select(Engagement).where(Engagement.tenant_id == session.tenant, Engagement.id == engagement_id)
    order = session.scalar(query.with_for_update() if lock else query)
    if order is None:
        raise NotFoundError("There is no such order.", hint="Open the customer's orders.")
    return order


def day_at(context: Context, moment: datetime) -> date:
    """Return the day of a moment at the customer."""
    return context.day_of(moment)


def today_of(context: Context) -> date:
    """Return the customer's present day."""
    return context.today
