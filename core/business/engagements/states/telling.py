"""Tell the customer's contacts what becomes of their order: a message for each transition that they care about.

Why an order is paused is told as one of three classes; the reason that the staff wrote stays with the staff. Orders of
a generated history are told to nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from core.business.billing.payments.stored import read_plan
from core.business.billing.status import Standing
from core.business.engagements.lookup import today_of
from core.business.engagements.rules import TaskState
from core.business.engagements.states.rules import Event
from core.business.engagements.tables import Engagement, Task
from core.context import Context
from core.platform.access.rules import CUSTOMER
from core.platform.events.actions import emit
from core.platform.events.recipients import people_in_roles

_KINDS: Mapping[Event, str] = {
    Event.APPROVE: "order_approved",
    Event.HOLD: "order_on_hold",
    Event.RESUME: "order_resumed",
    Event.GO_LIVE: "order_live",
    Event.COMPLETE: "order_completed",
    Event.CANCEL: "order_cancelled",
}
_STEPS: Mapping[Event, str] = {
    Event.START: "Your project has begun",
    Event.MIGRATE_DATA: "We move your data now",
    Event.SET_UP: "We set up your system now",
    Event.TRAIN: "Your training begins",
    Event.TEST: "We test with you now",
}
FOR_CUSTOMER = "We wait for something that only you can give us."
FOR_PAYMENT = "A payment is overdue."
FOR_US = "You have nothing to do."
"""Why an order is paused, as the customer is told."""


def tell_customer(context: Context, order: Engagement, event: Event) -> None:
    """Emit the message of a transition to the customer's contacts, in the open transaction."""
    if order.is_generated:
        return
    facts: dict[str, Any] = {"order": order.number, "engagement_id": order.id}
    if event in _STEPS:
        kind, facts["step"] = "order_moved_on", _STEPS[event]
    else:
        kind = _KINDS[event]
    if event == Event.HOLD:
        facts["why"] = pause_class(context, order)
    contacts = people_in_roles(context.session, (CUSTOMER,))
    emit(context, kind, to=contacts, **facts)


def pause_class(context: Context, order: Engagement) -> str:
    """Say why an order is paused: for what the customer owes us first, then for a payment, else for us."""
    own_tasks = select(Task.id).where(
        Task.tenant_id == context.tenant.id,
        Task.engagement_id == order.id,
        Task.side == "customer",
        Task.state == TaskState.OPEN,
    )
    if context.session.scalar(own_tasks.limit(1)) is not None:
        return FOR_CUSTOMER
    parts = read_plan(context.session, order.id, today_of(context)).status.parts
    is_overdue = any(status.standing is Standing.OVERDUE for status in parts)
    return FOR_PAYMENT if is_overdue else FOR_US
