"""Let the customer's contact choose the time of their own sessions, by the rules that hold for the staff.

They book the next session that an order awaits with whoever leads it, and move one that is not about to begin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from core.business.engagements.sessions.actions import write_booking, write_move
from core.business.engagements.sessions.agenda import AgendaItem, open_questions
from core.business.engagements.sessions.desk import find_order, find_session, team_people
from core.business.engagements.sessions.kinds import session_kind, session_rules
from core.business.engagements.sessions.rules import BOOKABLE, SessionState, check_booked
from core.business.engagements.sessions.tables import GuidedSession
from core.business.engagements.sessions.views import OfferedSlots, at_operator, slots_for
from core.business.engagements.tables import Engagement
from core.business.specialists.availability.reading import BookableSpecialist, specialists_of
from core.context import Context
from core.errors import ConflictError
from core.platform.access.actions import action, enter_as_worker, view
from core.platform.access.customers.both import operator_of
from core.platform.delivery.support import support_of


@dataclass(frozen=True, slots=True)
class AwaitedSession:
    """The next session that an order awaits, and who it would be with."""

    order_id: str
    kind: str
    specialist: str

    @property
    def title(self) -> str:
        return session_kind(self.kind).title


@view("guided_session.own")
def awaited_session(context: Context, engagement_id: str) -> AwaitedSession | None:
    """Return the session that the contact can book now: the first kind that is neither booked nor held.

    None where there is none, nobody leads the order yet, or it is not worked on. NotFoundError for another customer's.
    """
    order = find_order(context.session, engagement_id)
    kind, lead = _awaited_kind(context, order), _lead(context, order)
    return AwaitedSession(order.id, kind, lead.name) if kind and lead else None


@view("guided_session.own")
def own_slots(context: Context, engagement_id: str, kind: str) -> OfferedSlots:
    """Offer slots for a session of an order with who leads it. ConflictError where nobody does."""
    order = find_order(context.session, engagement_id)
    return slots_for(context, order.id, kind, _required_lead(context, order).id)


@view("guided_session.own")
def own_moving_slots(context: Context, session_id: str) -> OfferedSlots:
    """Offer other slots for a booked session, with the same specialist."""
    row = find_session(context.session, session_id)
    return slots_for(context, row.engagement_id, row.kind, row.specialist_id, but_session=row.id)


@action("guided_session.own")
def book_own_session(
    context: Context, engagement_id: str, kind: str, starts_at: datetime, *, accept_charge: bool = False
) -> str:
    """Book the session that an order awaits with who leads it; return its id.

    ConflictError for another than the next one, and for all that is refused to the staff.
    """
    order = find_order(context.session, engagement_id)
    lead = _required_lead(context, order)
    title = session_kind(kind).title
    if order.state in BOOKABLE and kind != _awaited_kind(context, order):
        raise ConflictError(f"The {title} session is not the next one to book.", hint="Reload the page.")
    questions = _questions(context, order.migration_id)
    return write_booking(context, order.id, kind, lead.id, starts_at, questions, accept_charge=accept_charge)


@action("guided_session.own")
def move_own_session(context: Context, session_id: str, starts_at: datetime, reason: str) -> None:
    """Move a booked session to another offered time, with a reason. ConflictError where it is about to begin."""
    row = find_session(context.session, session_id)
    check_booked(row.state)
    rules = session_rules()
    if not is_movable(row.starts_at, context.now):
        raise ConflictError(
            f"This session begins in less than {rules.notice_hours} hours.",
            hint=f"Call or write to us: {support_of(context.tenant.domain).contact}.",
        )
    write_move(context, row.id, starts_at, reason)


def is_movable(starts_at: datetime, now: datetime) -> bool:
    """Tell whether a contact can still move a session that begins at a moment. Pure."""
    return starts_at >= now + session_rules().notice


def _awaited_kind(context: Context, order: Engagement) -> str | None:
    if order.state not in BOOKABLE:
        return None
    query = select(GuidedSession.kind).where(
        GuidedSession.tenant_id == context.tenant.id,
        GuidedSession.engagement_id == order.id,
        GuidedSession.state != SessionState.CANCELLED,
    )
    present = set(context.session.scalars(query))
    return next((kind for kind in session_rules().kinds if kind not in present), None)


def _lead(context: Context, order: Engagement) -> BookableSpecialist | None:
    people = team_people(context.session, order.id, role="lead")
    if not people or operator_of(context) is None:
        return None
    with at_operator(context) as operator:
        return next(iter(specialists_of(operator, people)), None)


def _required_lead(context: Context, order: Engagement) -> BookableSpecialist:
    lead = _lead(context, order)
    if lead is None:
        raise ConflictError("Your order has no specialist yet.", hint="We tell you as soon as it has one.")
    return lead


def _questions(context: Context, migration_id: str | None) -> Sequence[AgendaItem]:
    """Read the open questions of the migration as the program does: a contact does not see migrations.

    They hold counts and names of fields, and stand in the invitation whoever books.
    """
    with enter_as_worker(context.tenant.id, context.person) as worker:
        return open_questions(worker, migration_id)
