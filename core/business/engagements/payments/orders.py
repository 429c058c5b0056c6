"""Find the order whose payments are asked for."""

from __future__ import annotations

from sqlalchemy import select

from core.business.engagements.tables import Engagement
from core.context import Context
from core.errors import NotFoundError
from core.kit.ids import is_id


def find_order(context: Context, engagement_id: str) -> Engagement:
    """Return an order of the customer. NotFoundError for one of another."""
    query = select(Engagement).where(
        Engagement.tenant_id == context.tenant.id,
        Engagement.id == (engagement_id if is_id(engagement_id) else None),
    )
    order = context.session.scalar(query)
    if order is None:
        raise NotFoundError("There is no such order.", hint="Open the customer's orders.")
    return order
