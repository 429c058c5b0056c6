"""What follows from a transition of an order, in its transaction: promises, what is due at go-live,
the end of team, tasks and instalments.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import update

from core.business.billing.payments.recording import go_live_reached, waive_open
from core.business.engagements.lookup import today_of
from core.business.engagements.milestones.promising import promise_all, reach
from core.business.engagements.milestones.rules import MilestoneKey
from core.business.engagements.rules import TaskState
from core.business.engagements.states.rules import Event
from core.business.engagements.tables import Engagement, Task
from core.business.engagements.team.members import end_team
from core.context import Context

ENDED: Mapping[Event, str] = {
    Event.COMPLETE: "The order was completed",
    Event.CANCEL: "The order was cancelled",
}
"""Event after which nothing is done of an order -> why what is open of it ends."""


def apply_effects(context: Context, order: Engagement, event: Event) -> None:
    """Do what follows from an event that an order has taken."""
    if event in {Event.APPROVE, Event.START}:
        promise_all(context, order)
    elif event == Event.GO_LIVE:
        reach(context, order, MilestoneKey.GO_LIVE, today_of(context))
        go_live_reached(context.session, order.id, today_of(context))
    elif event == Event.COMPLETE:
        _cancel_tasks(context, order, ENDED[event])
        end_team(context.session, order.id, context.now)
    elif event == Event.CANCEL:
        _cancel_tasks(context, order, ENDED[event])
        end_team(context.session, order.id, context.now, "cancelled")
        waive_open(context.session, order.id, context.now, ENDED[event])


def _cancel_tasks(context: Context, order: Engagement, reason: str) -> None:
    context.session.execute(
        update(Task)
        .where(
            Task.tenant_id == order.tenant_id,
            Task.engagement_id == order.id,
            Task.state == TaskState.OPEN,
        )
        .values(
            state=TaskState.CANCELLED,
            closed_at=context.now,
            closed_by=context.person,
            closed_reason=reason,
            updated_at=context.now,
        )
        .execution_options(synchronize_session=False)
    )
