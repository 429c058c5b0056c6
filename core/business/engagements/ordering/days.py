"""Show a customer the days of an order: its milestones, promised and reached, and its guided sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from core.business.engagements.milestones.rules import TITLES, status
from core.business.engagements.sessions.tables import GuidedSession
from core.business.engagements.tables import Milestone
from core.context import Context
from core.platform.access.actions import view
from core.platform.access.tables import Person

_CANCELLED, _HELD = "cancelled", "held"


@dataclass(frozen=True, slots=True)
class MilestoneDay:
    """A milestone; `status` words how it stands against its promise."""

    title: str
    promised_on: date | None
    reached_on: date | None
    status: str


@dataclass(frozen=True, slots=True)
class SessionTime:
    """A guided session that is booked or was held, and who leads it ('' for a former colleague)."""

    title: str
    starts_at: datetime
    ends_at: datetime
    is_held: bool
    specialist: str


@view("order.read")
def my_milestones(context: Context, engagement_id: str) -> list[MilestoneDay]:
    """List the milestones of an order in their order; none before its approval, nor of an order of another customer."""
    today = context.today
    query = (
        select(Milestone)
        .where(Milestone.tenant_id == context.tenant.id, Milestone.engagement_id == engagement_id)
        .order_by(Milestone.position)
    )
    return [
        MilestoneDay(
            TITLES.get(row.key, row.key),
            row.promised_on,
            row.reached_on,
            status(row.promised_on, row.reached_on, None, today),
        )
        for row in context.session.scalars(query)
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
            f"{row.kind.replace('_', '-').capitalize()} session",
            row.starts_at,
            row.ends_at,
            row.state == _HELD,
            name or "",
        )
        for row, name in context.session.execute(query)
    ]
