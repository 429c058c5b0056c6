"""Book, move, cancel and hold guided sessions, in a Context of the customer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from core.business.billing.charges import add_charge
from core.business.engagements.sessions.agenda import AgendaItem, agenda, open_questions, to_json
from core.business.engagements.sessions.allowance import duration
from core.business.engagements.sessions.announcing import announce, note_history, when
from core.business.engagements.sessions.desk import (
    Desk,
    check_in_team,
    desk_of,
    find_order,
    find_session,
    lock_customer,
    order_meter,
    settle_charges,
)
from core.business.engagements.sessions.ending import cancel_booked, note_change
from core.business.engagements.sessions.kinds import session_kind
from core.business.engagements.sessions.minutes import encrypt_minutes, encrypt_reason
from core.business.engagements.sessions.rules import (
    SessionState,
    check_begun,
    check_booked,
    check_not_begun,
    check_notice,
    check_order_state,
    clean_minutes,
    clean_reason,
    slot_of,
)
from core.business.engagements.sessions.tables import GuidedSession
from core.business.engagements.tables import Engagement
from core.business.specialists.availability.intervals import Interval
from core.business.specialists.availability.reading import BookableSpecialist
from core.context import Context
from core.errors import ConflictError
from core.kit.ids import new_id
from core.kit.money import show
from core.platform.access.actions import action
from core.platform.audit.actions import record

PAYABLE_AFTER = timedelta(days=14)
"""When a charge for consultation beyond the package is due, after the session was held."""


@action("guided_session.edit")
def book_session(
    context: Context,
    engagement_id: str,
    kind: str,
    specialist_id: str,
    starts_at: datetime,
    *,
    accept_charge: bool = False,
) -> str:
    """Book a session of an order with a specialist of its team; return its id. `starts_at` is aware.

    ConflictError where one side is not free, or where it goes beyond what the package includes and nobody accepted the
    charge; InvalidInputError without the minimum notice.
    """
    order = find_order(context.session, engagement_id)
    questions = open_questions(context, order.migration_id)
    return write_booking(
        context, order.id, kind, specialist_id, starts_at, questions, accept_charge=accept_charge
    )


@action("guided_session.edit")
def move_session(
    context: Context, session_id: str, starts_at: datetime, reason: str, *, specialist_id: str | None = None
) -> None:
    """Move a booked session to another time, and to another specialist of the team where one is named."""
    write_move(context, session_id, starts_at, reason, specialist_id=specialist_id)


@action("guided_session.edit")
def cancel_session(context: Context, session_id: str, reason: str) -> None:
    """Cancel a booked session; its time counts for nothing and is charged to nobody."""
    text = clean_reason(reason)
    with desk_of(context) as desk:
        row = find_session(desk.session, session_id, lock=True)
        check_booked(row.state)
        cancel_booked(desk, find_order(desk.session, row.engagement_id), row, text, context.now)


@action("guided_session.edit")
def hold_session(context: Context, session_id: str, minutes: str, decision_lines: Sequence[str] = ()) -> None:
    """Write the minutes and decisions of a session that took place; the first time it counts as held, and is charged.

    They can be corrected afterwards: the newest hold. ConflictError before it has begun, or where it was cancelled.
    """
    text, lines = clean_minutes(minutes, decision_lines)
    session = context.session
    lock_customer(session)
    row = find_session(session, session_id, lock=True)
    is_first = row.state != SessionState.HELD
    if is_first:
        check_booked(row.state)
        check_begun(row.starts_at, context.now)
    row.minutes = encrypt_minutes(session, row.id, text, lines)
    row.updated_at = context.now
    if is_first:
        order = find_order(session, row.engagement_id)
        settle_charges(session, order)
        row.state, row.held_at, row.reason = SessionState.HELD, context.now, None
        _charge(context, order, row)
        note_history(session, "session_held", order, row)
    record(
        context,
        "guided_session.hold",
        "guided_session",
        row.id,
        session=row.kind,
        decisions=len(lines),
        charged_minutes=row.charged_minutes,
    )


@action("guided_session.edit")
def refresh_agenda(context: Context, session_id: str) -> int:
    """Fill the agenda of a booked session anew from what is open now; return how many lines it has."""
    row = find_session(context.session, session_id, lock=True)
    check_booked(row.state)
    order = find_order(context.session, row.engagement_id)
    questions = open_questions(context, order.migration_id)
    items = agenda(session_kind(row.kind), context.tenant.domain, questions)
    row.agenda, row.updated_at = to_json(items), context.now
    record(context, "guided_session.agenda", "guided_session", row.id, session=row.kind, lines=len(items))
    return len(items)


def write_booking(
    context: Context,
    engagement_id: str,
    kind: str,
    specialist_id: str,
    starts_at: datetime,
    questions: Sequence[AgendaItem],
    *,
    accept_charge: bool,
) -> str:
    """Book a session inside an action that asked for the permission; `questions` are those of its agenda. Return its id."""
    slot = slot_of(kind, starts_at)
    check_notice(slot, context.now)
    items = agenda(session_kind(kind), context.tenant.domain, questions)
    with desk_of(context) as desk:
        order = find_order(desk.session, engagement_id)
        check_order_state(order.state)
        specialist = desk.specialist(specialist_id)
        check_in_team(desk.session, order.id, specialist)
        desk.check_free(specialist.id, slot)
        _check_charge(desk, order, slot, accept_charge=accept_charge)
        row = _new_row(context, order, specialist, kind, slot)
        row.agenda = to_json(items)
        desk.session.add(row)
        settle_charges(desk.session, order)
        desk.occupy(row)
        announce(desk.session, "session_booked", order, row)
        note_change(desk, "guided_session.book", row)
    return row.id


def write_move(
    context: Context, session_id: str, starts_at: datetime, reason: str, *, specialist_id: str | None = None
) -> None:
    """Move a session inside an action that asked for the permission."""
    text = clean_reason(reason)
    with desk_of(context) as desk:
        row = find_session(desk.session, session_id, lock=True)
        check_booked(row.state)
        check_not_begun(row.starts_at, context.now)
        slot = slot_of(row.kind, starts_at)
        check_notice(slot, context.now)
        order = find_order(desk.session, row.engagement_id)
        check_order_state(order.state)
        specialist = desk.specialist(specialist_id or row.specialist_id)
        check_in_team(desk.session, order.id, specialist)
        desk.check_free(specialist.id, slot, but_session=row.id)
        was, before = when(row), row.specialist_person_id
        row.starts_at, row.ends_at = slot.start, slot.end
        row.specialist_id, row.specialist_person_id = specialist.id, specialist.person_id
        row.specialist_zone, row.zone = specialist.zone, context.tenant.zone
        row.sequence, row.updated_at = row.sequence + 1, context.now
        row.reason = encrypt_reason(desk.session, row.id, text)
        settle_charges(desk.session, order)
        desk.occupy(row)
        former = [before] if before != specialist.person_id else []
        announce(desk.session, "session_moved", order, row, reason=text, former=former, was=was)
        note_change(desk, "guided_session.move", row)


def _new_row(
    context: Context, order: Engagement, specialist: BookableSpecialist, kind: str, slot: Interval
) -> GuidedSession:
    session_id = new_id()
    return GuidedSession(
        tenant_id=context.tenant.id,
        id=session_id,
        created_at=context.now,
        engagement_id=order.id,
        kind=kind,
        state=SessionState.BOOKED,
        specialist_id=specialist.id,
        specialist_person_id=specialist.person_id,
        starts_at=slot.start,
        ends_at=slot.end,
        zone=context.tenant.zone,
        specialist_zone=specialist.zone,
        uid=f"{session_id}@guided-sessions.auraconnect",
        sequence=0,
        charged_minutes=0,
        person_id=context.person,
        updated_at=context.now,
    )


def _check_charge(desk: Desk, order: Engagement, slot: Interval, *, accept_charge: bool) -> None:
    """Raise ConflictError where a session goes beyond what the package includes and nobody accepted the charge."""
    count = order_meter(desk.session, order)
    beyond = count.beyond(int(slot.length.total_seconds()) // 60)
    if not beyond or accept_charge:
        return
    price = count.price_of(beyond)
    amount = f", charged with {show(price, order.currency)}" if price is not None else ""
    raise ConflictError(
        f"This session goes {duration(beyond)} beyond the consultation of the package{amount}.",
        hint="Accept the charge to book it.",
        minutes=beyond,
    )


def _charge(context: Context, order: Engagement, row: GuidedSession) -> None:
    """Add the charge of a session that was just held, where a price is known in the order's currency."""
    price = order_meter(context.session, order).price_of(row.charged_minutes)
    if not row.charged_minutes or price is None:
        return
    text = f"{session_kind(row.kind).title} session, {duration(row.charged_minutes)} beyond the package"
    today = context.today
    due_on = today + PAYABLE_AFTER
    row.instalment_id = add_charge(context.session, order.id, price, text, due_on, context.now)
