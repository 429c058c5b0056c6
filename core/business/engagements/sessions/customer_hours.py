"""The hours in which a customer takes part in sessions: set them, show them, and read when the customer is free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from core.business.engagements.sessions.kinds import session_rules
from core.business.engagements.sessions.rules import SessionState
from core.business.engagements.sessions.tables import CustomerHours, GuidedSession
from core.business.specialists.availability.hours import WeeklyHours, days_away, read_hours
from core.business.specialists.availability.intervals import Interval
from core.business.specialists.availability.slots import Side
from core.context import Context
from core.db.session import TenantSession
from core.errors import InvalidInputError
from core.kit.ids import new_id
from core.platform.access.actions import action, view
from core.platform.audit.actions import record

MAX_CLOSED_DAYS = 100


@dataclass(frozen=True, slots=True)
class HoursView:
    """Hours by weekday in the customer's zone, and days without any; `is_assumed` where nobody has set them."""

    zone: str
    hours: WeeklyHours
    closed_on: tuple[date, ...]
    is_assumed: bool


@view("guided_session.read")
def customer_hours(context: Context) -> HoursView:
    """Return the hours of the customer, those that are assumed where nobody has set them."""
    return stored_hours(context.session, context.tenant.zone)


@action("guided_session.hours")
def set_customer_hours(context: Context, hours: WeeklyHours, closed_on: Sequence[date] = ()) -> None:
    """Set the hours of the customer, by its own clock. InvalidInputError for hours that are none."""
    read = read_hours(context.tenant.zone, hours)
    if read.is_empty:
        raise InvalidInputError("There are no hours.", hint="Name at least one day with from and until.")
    if len(closed_on) > MAX_CLOSED_DAYS:
        raise InvalidInputError(f"There are more than {MAX_CLOSED_DAYS} closed days.")
    row = CustomerHours(
        tenant_id=context.tenant.id,
        id=new_id(),
        created_at=context.now,
        hours=read.as_stored(),
        closed_on=sorted({day.isoformat() for day in closed_on}),
        person_id=context.person,
    )
    context.session.add(row)
    record(
        context,
        "guided_session.hours",
        "customer_hours",
        row.id,
        weekly_minutes=read.weekly_minutes,
        closed_days=len(row.closed_on),
    )


def stored_hours(session: TenantSession, zone: str) -> HoursView:
    """Read the newest hours in a session of the customer's; `zone` is the customer's."""
    query = (
        select(CustomerHours)
        .where(CustomerHours.tenant_id == session.tenant)
        .order_by(CustomerHours.created_at.desc(), CustomerHours.id.desc())
        .limit(1)
    )
    row = session.scalar(query)
    if row is None:
        return HoursView(zone, session_rules().customer_hours, (), is_assumed=True)
    days = tuple(date.fromisoformat(day) for day in row.closed_on)
    return HoursView(zone, row.hours, days, is_assumed=False)


def customer_side(
    session: TenantSession, zone: str, period: Interval, *, but_session: str | None = None
) -> Side:
    """Read when the customer is closed or meets us already in a period; `but_session` is one that moves."""
    hours = stored_hours(session, zone)
    query = select(GuidedSession.starts_at, GuidedSession.ends_at).where(
        GuidedSession.tenant_id == session.tenant,
        GuidedSession.state != SessionState.CANCELLED,
        GuidedSession.starts_at < period.end,
        GuidedSession.ends_at > period.start,
    )
    if but_session is not None:
        query = query.where(GuidedSession.id != but_session)
    return Side(
        read_hours(zone, hours.hours),
        [interval for day in hours.closed_on for interval in days_away(zone, day, day)],
        [Interval(*row) for row in session.execute(query)],
    )
