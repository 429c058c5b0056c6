"""Write the guided sessions of the generated orders, and the times that the specialists are booked for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select, update

from core.business.engagements.sessions.agenda import PLAN, AgendaItem, to_json
from core.business.engagements.sessions.kinds import session_kind
from core.business.engagements.sessions.tables import GuidedSession
from core.business.specialists.tables import Absence, BusyTime, Certificate, Specialist
from core.business.specialists.utilisation.hours import Span, hours_in, shifts, without
from core.db.session import TenantSession
from core.entry.demo_delivery.bookings import (
    AHEAD_DAYS,
    PlannedSession,
    WorkedOrder,
    coming_sessions,
    past_sessions,
    target_hours,
)
from core.kit.ids import new_id

PAST_DAYS = 28
"""Days before the anchor whose sessions are written: four weeks, so that each weekday counts as often."""


def leads_by_speciality(session: TenantSession) -> dict[str, list[str]]:
    """Return the people (ids) of the operator's roster by what they are certified for, in a fixed order."""
    query = (
        select(Certificate.speciality, Specialist.person_id)
        .join(
            Specialist,
            (Specialist.tenant_id == Certificate.tenant_id) & (Specialist.id == Certificate.specialist_id),
        )
        .where(Certificate.revoked_at.is_(None))
        .group_by(Certificate.speciality, Specialist.person_id, Specialist.initials)
        .order_by(Certificate.speciality, Specialist.initials)
    )
    people: dict[str, list[str]] = defaultdict(list)
    for speciality, person in session.execute(query):
        people[speciality].append(person)
    return people


def write_sessions(
    session: TenantSession, orders: Sequence[WorkedOrder], anchor: date, zones: Mapping[str, str]
) -> int:
    """Write sessions up to and after `anchor`; return how many. `zones` is customer (id) -> zone.

    The session is the program's, in the operator; sessions of an earlier writing are cancelled in the roster.
    """
    customers = sorted({order.tenant for order in orders})
    stale = BusyTime.customer_id.in_(customers) & BusyTime.cancelled_at.is_(None)
    moment = datetime.combine(anchor, datetime.min.time()).astimezone()
    session.execute(update(BusyTime).where(stale).values(cancelled_at=moment, updated_at=moment))
    planned: list[tuple[Specialist, str, PlannedSession]] = []
    carried = Decimal(0)
    for specialist in session.scalars(select(Specialist).order_by(Specialist.initials)):
        working = _working(
            session, specialist, anchor - timedelta(days=PAST_DAYS), anchor - timedelta(days=1)
        )
        led = [order for order in orders if order.lead == specialist.person_id]
        held = list(past_sessions(specialist.id, working, led, specialist.zone, carried))
        carried += target_hours(working) - hours_in([(entry.starts_at, entry.ends_at) for entry in held])
        ahead = _working(session, specialist, anchor, anchor + timedelta(days=AHEAD_DAYS))
        entries = [*held, *coming_sessions(specialist.id, ahead, led)]
        planned += [(specialist, new_id(), entry) for entry in entries]
    session.add_all([_busy(session.tenant, *entry) for entry in planned])
    session.flush()
    by_customer: dict[str, list[tuple[Specialist, str, PlannedSession]]] = defaultdict(list)
    for entry in planned:
        by_customer[entry[2].order.tenant].append(entry)
    for customer, bookings in by_customer.items():
        with session.working_in(customer):
            session.add_all([_guided(zones[customer], *booking) for booking in bookings])
    return len(planned)


def _working(session: TenantSession, specialist: Specialist, first: date, last: date) -> list[Span]:
    """List the working times of a specialist in a period, without absences."""
    absences = select(Absence.starts_at, Absence.ends_at).where(
        Absence.specialist_id == specialist.id, Absence.cancelled_at.is_(None)
    )
    away: list[Span] = [(row.starts_at, row.ends_at) for row in session.execute(absences)]
    return without(shifts(specialist.hours, specialist.zone, first, last), away)


def _busy(operator: str, specialist: Specialist, session_id: str, entry: PlannedSession) -> BusyTime:
    return BusyTime(
        tenant_id=operator,
        id=new_id(),
        created_at=entry.starts_at - timedelta(days=7),
        specialist_id=specialist.id,
        customer_id=entry.order.tenant,
        engagement_id=entry.order.engagement_id,
        session_id=session_id,
        kind=entry.kind,
        starts_at=entry.starts_at,
        ends_at=entry.ends_at,
        updated_at=entry.starts_at - timedelta(days=7),
    )


def _guided(zone: str, specialist: Specialist, session_id: str, entry: PlannedSession) -> GuidedSession:
    items = session_kind(entry.kind).items(entry.order.domain)
    return GuidedSession(
        tenant_id=entry.order.tenant,
        id=session_id,
        created_at=entry.starts_at - timedelta(days=7),
        engagement_id=entry.order.engagement_id,
        kind=entry.kind,
        state="held" if entry.is_held else "booked",
        specialist_id=specialist.id,
        specialist_person_id=specialist.person_id,
        starts_at=entry.starts_at,
        ends_at=entry.ends_at,
        zone=zone,
        specialist_zone=specialist.zone,
        uid=f"{session_id}@guided-sessions.auraconnect",
        sequence=0,
        agenda=to_json(AgendaItem(text, PLAN) for text in items),
        held_at=entry.ends_at if entry.is_held else None,
        charged_minutes=0,
        updated_at=entry.starts_at - timedelta(days=7),
    )
