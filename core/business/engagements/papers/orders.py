"""Find the order that something is written about, in a Context of its customer."""

from __future__ import annotations

from sqlalchemy import select

from core.business.engagements.tables import Engagement
from core.context import Context
from core.errors import NotFoundError
from core.platform.access.rules import CUSTOMER


def find_order(context: Context, engagement_id: str, *, lock: bool = False) -> Engagement:
    """Return an order of the customer. NotFoundError for one of another.

    `lock`: until the end of the transaction nobody else who locks it writes about it.
    """
    query = select(Engagement).where(
        Engagement.tenant_id == context.tenant.id, Engagement.id == engagement_id
    )
    order = context.session.scalar(query.with_for_update() if lock else query)
    if order is None:
        raise NotFoundError("There is no such order.", hint="Open the customer's orders.")
    return order


def is_contact(context: Context) -> bool:
    """Tell whether the person is a contact of the customer, who sees what is shared and nothing else."""
    return context.role == CUSTOMER
