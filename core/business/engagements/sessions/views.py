"""Show the guided sessions of a customer's orders: list, details with minutes, what is used, and slots that are offered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select

from core.business.engagements.sessions.agenda import AgendaItem, from_json
from core.business.engagements.sessions.allowance import Meter
from core.business.engagements.sessions.announcing import when
from core.business.engagements.sessions.customer_hours import customer_side
from core.business.engagements.sessions.desk import find_order, find_session, order_meter, team_people
from core.business.engagements.sessions.kinds import session_kind, session_rules
from core.business.engagements.sessions.minutes import Minutes, decrypt_minutes, decrypt_reason
from core.business.engagements.sessions.rules import BOOKABLE, SessionNames, SessionState
from core.business.engagements.sessions.tables import GuidedSession
from core.business.specialists.availability.intervals import Interval
from core.business.specialists.availability.reading import (
    BookableSpecialist,
    find_specialist,
    specialist_side,
    specialists_of,
)
from core.business.specialists.availability.slots import free_slots, spread
from core.context import Context
from core.db.session import TenantSession
from core.platform.access.actions import view
from core.platform.access.customers.both import operator_of
from core.platform.access.tables import Person
from core.platform.audit.actions import note_reading

SLOTS_A_DAY = 6


@dataclass(frozen=True, slots=True)
class SessionView(SessionNames):
    """A guided session. `when` is its time by the clocks of both sides; `reason` is of the last change."""

    id: str
    order_id: str
    kind: str
    state: str
    specialist_id: str
    specialist: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    specialist_zone: str
    when: str
    agenda: Sequence[AgendaItem]
    reason: str | None
    held_at: datetime | None
    charged_minutes: int
    has_minutes: bool
    sequence: int

    @property
    def is_booked(self) -> bool:
        return self.state == SessionState.BOOKED


@dataclass(frozen=True, slots=True)
class OrderSessions:
    """The sessions of an order in the order of their time, and the meter of its consultation.

    `team` are the specialists who can be booked; `missing` are kinds that are neither booked nor held. `can_book`: the
    order is in a state in which sessions are booked.
    """

    order_id: str
    number: str
    sessions: Sequence[SessionView]
    meter: Meter
    team: Sequence[BookableSpecialist]
    missing: Sequence[str]
    can_book: bool


@dataclass(frozen=True, slots=True)
class OfferedSlots:
    """Slots in which both sides are free, some of each day. `beyond` are the minutes that would be charged."""

    specialist: BookableSpecialist
    customer_zone: str
    slots: Sequence[Interval]
    beyond: int
    meter: Meter


@view("guided_session.read")
def order_sessions(context: Context, engagement_id: str) -> OrderSessions:
    """Show the sessions of an order. NotFoundError for an order of another customer."""
    order = find_order(context.session, engagement_id)
    rows = _rows(context, GuidedSession.engagement_id == order.id)
    present = {row.kind for row in rows if row.state != SessionState.CANCELLED}
    return OrderSessions(
        order.id,
        order.number,
        rows,
        order_meter(context.session, order),
        _team(context, order.id),
        [kind for kind in session_rules().kinds if kind not in present],
        order.state in BOOKABLE,
    )


@view("guided_session.read")
def guided_session(context: Context, session_id: str) -> SessionView:
    """Return a session of the customer. NotFoundError for one of another."""
    row = find_session(context.session, session_id)
    [details] = _rows(context, GuidedSession.id == row.id)
    return details


@view("guided_session.read")
def session_minutes(context: Context, session_id: str) -> Minutes | None:
    """Return the minutes of a session, None before any are written; that they are read is noted."""
    row = find_session(context.session, session_id)
    minutes = decrypt_minutes(context.session, row.id, row.minutes)
    if minutes is not None:
        note_reading(context, "guided_session", row.id, data="minutes", purpose="minutes of a session")
    return minutes


@view("guided_session.edit")
def offered_slots(
    context: Context,
    engagement_id: str,
    kind: str,
    specialist_id: str,
    *,
    but_session: str | None = None,
    from_at: datetime | None = None,
) -> OfferedSlots:
    """Offer slots for a session of an order with a specialist, after the minimum notice and within the horizon.

    `but_session` is the session that moves: its own time is no obstacle. `from_at` begins the horizon later.
    """
    return slots_for(context, engagement_id, kind, specialist_id, but_session=but_session, from_at=from_at)


def slots_for(
    context: Context,
    engagement_id: str,
    kind: str,
    specialist_id: str,
    *,
    but_session: str | None = None,
    from_at: datetime | None = None,
) -> OfferedSlots:
    """Find the slots that a view offers which asked for the permission."""
    order, rules = find_order(context.session, engagement_id), session_rules()
    start = max(context.now + rules.notice, from_at or context.now)
    period = Interval(start, start + rules.horizon)
    customer = customer_side(context.session, context.tenant.zone, period, but_session=but_session)
    with at_operator(context) as operator:
        specialist = find_specialist(operator, specialist_id)
        side = specialist_side(operator, specialist_id, period, but_session=but_session)
    length = session_kind(kind).length
    slots = spread(free_slots(side, customer, length, period), context.tenant.zone, a_day=SLOTS_A_DAY)
    count = order_meter(context.session, order)
    beyond = 0 if but_session else count.beyond(int(length / timedelta(minutes=1)))
    return OfferedSlots(specialist, context.tenant.zone, slots, beyond, count)


def _rows(context: Context, condition: ColumnElement[bool]) -> list[SessionView]:
    query = (
        select(GuidedSession, Person.name)
        .join(Person, Person.id == GuidedSession.specialist_person_id)
        .where(GuidedSession.tenant_id == context.tenant.id, condition)
        .order_by(GuidedSession.starts_at, GuidedSession.id)
    )
    return [
        SessionView(
            row.id,
            row.engagement_id,
            row.kind,
            row.state,
            row.specialist_id,
            name,
            row.starts_at,
            row.ends_at,
            row.zone,
            row.specialist_zone,
            when(row),
            from_json(row.agenda),
            decrypt_reason(context.session, row.id, row.reason),
            row.held_at,
            row.charged_minutes,
            row.minutes is not None,
            row.sequence,
        )
        for row, name in context.session.execute(query)
    ]


def _team(context: Context, engagement_id: str) -> list[BookableSpecialist]:
    if not context.may("guided_session.edit"):
        return []
    people = team_people(context.session, engagement_id)
    if not people or operator_of(context) is None:
        return []
    with at_operator(context) as operator:
        return specialists_of(operator, people)


def at_operator(context: Context) -> TenantSession:
    """Open a session of the program at the operator, to read who is free: nobody sees why somebody is away."""
    return TenantSession(operator_of(context) or "", context.person, system=True)
