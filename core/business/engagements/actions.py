"""Approve orders, in a Context of the customer."""

from __future__ import annotations

from sqlalchemy import select

from core.business.engagements.rules import APPROVED, check_approvable
from core.business.engagements.tables import Engagement
from core.context import Context
from core.errors import NotFoundError
from core.platform.access.actions import action
from core.platform.audit.actions import record


@action("order.approve")
def approve_order(context: Context, engagement_id: str) -> None:
    """Approve a pending order. NotFoundError for one of another customer, ConflictError where it is approved already."""
    query = select(Engagement).where(
        Engagement.tenant_id == context.tenant.id, Engagement.id == engagement_id
    )
    order = context.session.scalar(query.with_for_update())
    if order is None:
        raise NotFoundError("There is no such order.", hint="Open the customer's orders.")
    check_approvable(order.state)
    order.state, order.approved_at, order.approved_by = APPROVED, context.now, context.person
    record(context, "order.approve", "engagement", order.id, order=order.number)
