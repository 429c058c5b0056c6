"""Show a customer the days of an order: its milestones, promised, expected and reached, and its guided sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from core.business.engagements.milestones.forecasts import Forecast
from core.business.engagements.milestones.views import milestones
from core.business.engagements.ordering.milestone_words import standing
from core.business.engagements.sessions.tables import GuidedSession
from core.context import Context
from core.errors import NotFoundError
from core.platform.access.actions import view
from core.platform.access.tables import Person

_CANCELLED, _HELD = "cancelled", "held"


@dataclass(frozen=True, slots=True)
class MilestoneDay:
    """A milestone; `forecast` is when it is expected, None once it is reached; `status` says how it stands."""

    title: str
    promised_on: date | None
    forecast: Forecast | None
    reached_on: date | None
    status: str


@dataclass(frozen=True, slots=True)
class SessionTime:
    """A guided session that is booked or was held, and who leads it ('' for a former colleague)."""

    id: str
    title: str
    starts_at: datetime
    ends_at: datetime
    is_held: bool
    specialist: str


@view("order.read")
def my_milestones(context: Context, engagement_id: str) -> list[MilestoneDay]:
    """List the milestones of an order in their order; none before its approval, nor of an order of another customer."""
    today = context.today
    try:
        rows = milestones(context, engagement_id)
    except NotFoundError:
        return []
    return [
        MilestoneDay(row.title, row.promised_on, row.forecast, row.reached_on, standing(row, today))
        for row in rows
    ]


@view("order.read")
def my_sessions(context: Context, engagement_id: str) -> list[SessionTime]:
    """List the sessions of an order by their time, without cancelled ones; none of an order of another customer."""
    query = (
        select(GuidedSession, Person.name)
        .outerjoin(Person, Person.id == GuidedSession.specialist_person_id)
        .where(
            GuidedSession.tenant_id == context.tenant.id,
            GuidedSession.engagement_id == engagement_id,
            GuidedSession.state != _CANCELLED,
        )
        .order_by(GuidedSession.starts_at, GuidedSession.id)
    )
    return [
        SessionTime(
            row.id,
            f"{row.kind.replace('_', '-').capitalize()} session",
            row.starts_at,
            row.ends_at,
            row.state == _HELD,
            name or "",
        )
        for row, name in context.session.execute(query)
    ]
