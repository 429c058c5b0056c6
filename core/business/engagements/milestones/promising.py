"""Write the milestones of an order, in an open transaction of the customer's: promised at the approval, reached later."""

from __future__ import annotations

from datetime import date

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from core.business.engagements.history import add_entry
from core.business.engagements.lookup import day_at
from core.business.engagements.milestones.rules import MilestoneKey, plan_of, promised_days
from core.business.engagements.tables import Engagement, Milestone
from core.context import Context
from core.kit.ids import new_id

REACHED, PROMISED, REOPENED = "milestone_reached", "milestone_promised", "milestone_reopened"
"""Kinds of entries in an order's history about its milestones."""


def promise_all(context: Context, order: Engagement) -> None:
    """Promise the ten milestones of an approved order by the plan of its package; those that stand stay as they are."""
    start = day_at(context, order.approved_at or context.now)
    days = promised_days(plan_of(order.domain, order.package), start, order.go_live_on)
    rows = [
        {
            "tenant_id": order.tenant_id,
            "id": new_id(),
            "created_at": context.now,
            "engagement_id": order.id,
            "key": key.value,
            "position": position,
            "promised_on": days[key],
            "first_promised_on": days[key],
            "updated_at": context.now,
        }
        for position, key in enumerate(MilestoneKey, 1)
    ]
    keys = ["tenant_id", "engagement_id", "key"]
    context.session.execute(insert(Milestone).values(rows).on_conflict_do_nothing(index_elements=keys))


def reach(context: Context, order: Engagement, key: MilestoneKey, day: date) -> bool:
    """Set the day on which a milestone was reached, with its entry in the history; False where it was reached before."""
    milestone_id = context.session.execute(
        update(Milestone)
        .where(
            Milestone.tenant_id == order.tenant_id,
            Milestone.engagement_id == order.id,
            Milestone.key == key.value,
            Milestone.reached_on.is_(None),
        )
        .values(reached_on=day, reached_by=context.person, updated_at=context.now)
        .returning(Milestone.id)
        .execution_options(synchronize_session=False)
    ).first()
    if milestone_id is None:
        return False
    add_entry(context, order.id, REACHED, milestone=key.value, day=day.isoformat())
    return True
