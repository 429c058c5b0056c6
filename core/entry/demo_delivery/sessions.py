"""Write the guided sessions of the generated orders, and the times that the specialists are booked for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from core.business.engagements.sessions.agenda import PLAN, AgendaItem, to_json
from core.business.engagements.sessions.kinds import session_kind, session_rules
from core.business.engagements.sessions.tables import GuidedSession
from core.business.engagements.team.certificates import HeldCertificate
from core.business.specialists.tables import Absence, BusyTime, Certificate, Specialist
from core.business.specialists.utilisation.hours import Span, hours_in, shifts, without
from core.db.session import TenantSession
from core.entry.demo_delivery.bookings import (
    Calendars,
    PlannedSession,
    WorkedOrder,
    past_sessions,
    target_hours,
)
from core.entry.demo_delivery.coming import coming_sessions
from core.kit.ids import new_id

PAST_DAYS = 28
"""Days before the anchor whose sessions are written: four weeks, so that each weekday counts as often."""
AHEAD_DAYS = 14


def certificates_by_person(session: TenantSession) -> dict[str, list[HeldCertificate]]:
    """Return what the people (ids) of the operator's roster are certified for, in a fixed order of the people."""
    query = (
        select(
            Specialist.person_id,
            Certificate.speciality,
            Certificate.level,
            Certificate.issued_on,
            Certificate.expires_on,
        )
        .join(
            Specialist,
            (Specialist.tenant_id == Certificate.tenant_id) & (Specialist.id == Certificate.specialist_id),
        )
        .where(Certificate.revoked_at.is_(None))
        .order_by(Specialist.initials, Specialist.person_id, Certificate.number)
    )
    people: dict[str, list[HeldCertificate]] = defaultdict(list)
    for person, speciality, level, issued_on, expires_on in session.execute(query):
        people[person].append(HeldCertificate(speciality, level, issued_on, expires_on))
    return dict(people)


def write_sessions(
    session: TenantSession,
    orders: Sequence[WorkedOrder],
    anchor: date,
    zones: Mapping[str, str],
    since: datetime,
) -> int:
    """Write sessions up to the day before `anchor`, and those ahead after `since`; return how many.

    `zones` is customer (id) -> zone. The session is the program's, in the operator; sessions of an earlier writing are
    cancelled in the roster.
    """
    customers = sorted({order.tenant for order in orders})
    stale = BusyTime.customer_id.in_(customers) & BusyTime.cancelled_at.is_(None)
    session.execute(update(BusyTime).where(stale).values(cancelled_at=since, updated_at=since))
    specialists = session.scalars(select(Specialist).order_by(Specialist.initials)).all()
    calendars = Calendars({customer: _customer_times(zones[customer], since) for customer in customers})
    planned: list[Booking] = []
    carried = Decimal(0)
    for specialist in specialists:
        working = _working(
            session, specialist, anchor - timedelta(days=PAST_DAYS), anchor - timedelta(days=1)
        )
        led = [order for order in orders if order.lead == specialist.person_id]
        held = list(past_sessions(specialist.id, working, led, specialist.zone, carried, calendars))
        carried += target_hours(working) - hours_in([(entry.starts_at, entry.ends_at) for entry in held])
        planned += [Booking(specialist, new_id(), entry, since) for entry in held]
    for specialist in specialists:
        first = since.astimezone(ZoneInfo(specialist.zone)).date()
        ahead = _working(session, specialist, first, first + timedelta(days=AHEAD_DAYS))
        at_work = [order for order in orders if specialist.person_id in {order.lead, order.reviewer}]
        entries = coming_sessions(specialist.id, ahead, at_work, calendars, since)
        planned += [Booking(specialist, new_id(), entry, since) for entry in entries]
    _add(session, planned, zones)
    return len(planned)


@dataclass(frozen=True, slots=True)
class Booking:
    """A session that is planned with a specialist; `id` is that of its row, `now` the moment of the writing."""

    specialist: Specialist
    id: str
    plan: PlannedSession
    now: datetime

    @property
    def booked_at(self) -> datetime:
        return min(self.plan.starts_at - timedelta(days=7), self.now)


def _add(session: TenantSession, planned: Sequence[Booking], zones: Mapping[str, str]) -> None:
    """Add the rows: times of the roster at the operator, sessions at each customer."""
    session.add_all([_busy(session.tenant, booking) for booking in planned])
    session.flush()
    by_customer: dict[str, list[Booking]] = defaultdict(list)
    for booking in planned:
        by_customer[booking.plan.order.tenant].append(booking)
    for customer, bookings in by_customer.items():
        with session.working_in(customer):
            session.add_all([_guided(zones[customer], booking) for booking in bookings])


def _customer_times(zone: str, since: datetime) -> list[Span]:
    """List the times ahead in which a customer takes part who has not said otherwise."""
    first = since.astimezone(ZoneInfo(zone)).date()
    return shifts(session_rules().customer_hours, zone, first, first + timedelta(days=AHEAD_DAYS))


def _working(session: TenantSession, specialist: Specialist, first: date, last: date) -> list[Span]:
    """List the working times of a specialist in a period, without absences."""
    absences = select(Absence.starts_at, Absence.ends_at).where(
        Absence.specialist_id == specialist.id, Absence.cancelled_at.is_(None)
    )
    away: list[Span] = [(row.starts_at, row.ends_at) for row in session.execute(absences)]
    return without(shifts(specialist.hours, specialist.zone, first, last), away)


def _busy(operator: str, booking: Booking) -> BusyTime:
    entry = booking.plan
    return BusyTime(
        tenant_id=operator,
        id=new_id(),
        created_at=booking.booked_at,
        specialist_id=booking.specialist.id,
        customer_id=entry.order.tenant,
        engagement_id=entry.order.engagement_id,
        session_id=booking.id,
        kind=entry.kind,
        starts_at=entry.starts_at,
        ends_at=entry.ends_at,
        updated_at=booking.booked_at,
    )


def _guided(zone: str, booking: Booking) -> GuidedSession:
    entry, specialist = booking.plan, booking.specialist
    items = session_kind(entry.kind).items(entry.order.domain)
    return GuidedSession(
        tenant_id=entry.order.tenant,
        id=booking.id,
        created_at=booking.booked_at,
        engagement_id=entry.order.engagement_id,
        kind=entry.kind,
        state="held" if entry.is_held else "booked",
        specialist_id=specialist.id,
        specialist_person_id=specialist.person_id,
        starts_at=entry.starts_at,
        ends_at=entry.ends_at,
        zone=zone,
        specialist_zone=specialist.zone,
        uid=f"{booking.id}@guided-sessions.auraconnect",
        sequence=0,
        agenda=to_json(AgendaItem(text, PLAN) for text in items),
        held_at=entry.ends_at if entry.is_held else None,
        charged_minutes=0,
        updated_at=booking.booked_at,
    )
