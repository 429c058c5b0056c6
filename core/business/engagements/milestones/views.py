"""Show the milestones of an order: promised, forecast from finished orders, reached, and how they stand in words."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select, text

from core.business.engagements.lookup import day_at, find_order, today_of
from core.business.engagements.milestones.forecasts import APPROVAL, Forecast, History, forecasts
from core.business.engagements.milestones.rules import (
    STATE_OF,
    TITLES,
    MilestoneKey,
    days_late,
    plan_of,
    status,
)
from core.business.engagements.rules import FINAL, OrderState
from core.business.engagements.tables import Engagement, Milestone
from core.context import Context
from core.platform.access.actions import view

_EPOCH = date(2000, 1, 1)
_HISTORY = text("select finished, key, days from milestone_spans(:domain)")


@dataclass(frozen=True, slots=True)
class MilestoneView:
    """A milestone. `first_promised_on` is the promise before any change; `forecast` is None once it is reached.

    `status` says how it stands; `late` counts days past the promise, up to the day it was reached or today.
    `is_assumed`: the plan's days come from no source of ours.
    """

    key: str
    title: str
    state: OrderState
    promised_on: date | None
    first_promised_on: date | None
    forecast: Forecast | None
    reached_on: date | None
    status: str
    late: int
    is_assumed: bool

    @property
    def is_open(self) -> bool:
        return self.reached_on is None


@view("order.read")
def milestones(context: Context, engagement_id: str) -> list[MilestoneView]:
    """List the milestones of an order in their order; none before the approval.

    NotFoundError for an order of another customer.
    """
    order = find_order(context.session, engagement_id)
    query = select(Milestone).where(
        Milestone.tenant_id == context.tenant.id, Milestone.engagement_id == engagement_id
    )
    rows = list(context.session.scalars(query.order_by(Milestone.position)))
    plan, today = plan_of(order.domain, order.package), today_of(context)
    expected = _forecasts(context, order, rows) if rows and order.state not in FINAL else {}
    return [
        MilestoneView(
            row.key,
            TITLES[row.key],
            STATE_OF[row.key],
            row.promised_on,
            row.first_promised_on,
            forecast := expected.get(MilestoneKey(row.key)),
            row.reached_on,
            _status(order, row, forecast, today),
            0 if _is_given_up(order, row) else days_late(row.promised_on, row.reached_on, today),
            plan.assumed,
        )
        for row in rows
    ]


def _is_given_up(order: Engagement, row: Milestone) -> bool:
    return order.state in FINAL and row.reached_on is None


def _status(order: Engagement, row: Milestone, forecast: Forecast | None, today: date) -> str:
    if _is_given_up(order, row):
        return "Not reached"
    return status(row.promised_on, row.reached_on, forecast.day if forecast else None, today)


def _forecasts(context: Context, order: Engagement, rows: list[Milestone]) -> dict[MilestoneKey, Forecast]:
    if order.approved_at is None:
        return {}
    reached = {row.key: row.reached_on for row in rows if row.reached_on is not None}
    reached[APPROVAL] = day_at(context, order.approved_at)
    plan = plan_of(order.domain, order.package)
    return forecasts(reached, plan, _history(context, order.domain), today_of(context))


def _history(context: Context, domain: str) -> History:
    """Read how long orders of a line of business took to their milestones, which the database tells without whose they are."""
    orders: defaultdict[int, dict[str, date]] = defaultdict(lambda: {APPROVAL: _EPOCH})
    for row in context.session.execute(_HISTORY, {"domain": domain}):
        orders[row.finished][row.key] = _EPOCH + timedelta(days=row.days)
    return list(orders.values())
