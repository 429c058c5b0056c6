"""Approve orders, in a Context of the customer."""

from __future__ import annotations

from core.business.engagements.states.moving import change_state
from core.business.engagements.states.rules import Event
from core.context import Context
from core.platform.access.actions import action


@action("order.approve")
def approve_order(context: Context, engagement_id: str) -> None:
    """Approve a pending order: its milestones are promised from today on.

    NotFoundError for one of another customer, ConflictError where it is approved already.
    """
    change_state(context, engagement_id, Event.APPROVE)
