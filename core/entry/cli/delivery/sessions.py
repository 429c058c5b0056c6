"""Commands of guided sessions: list those of an order, offer times, book, move and cancel; the hours of a customer."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from core.business.engagements.sessions.actions import book_session, cancel_session, move_session
from core.business.engagements.sessions.customer_hours import customer_hours, set_customer_hours
from core.business.engagements.sessions.kinds import session_kind
from core.business.engagements.sessions.rules import both_times
from core.business.engagements.sessions.views import (
    OrderSessions,
    SessionView,
    guided_session,
    offered_slots,
    order_sessions,
)
from core.business.engagements.views import order_states
from core.business.specialists.roster.rules import parse_spans, spans_text
from core.context import Context
from core.entry.cli.answer import Answer, table
from core.entry.cli.session import tenant_session
from core.errors import ConflictError, InvalidInputError, NotFoundError


def listing(args: Namespace) -> Answer:
    """List the sessions of an order and what they use of the package's consultation."""
    with tenant_session(args) as context:
        sessions = order_sessions(context, _order_id(context, args.order))
    document = {
        "order": sessions.number,
        "sessions": [_document(row) for row in sessions.sessions],
        "included_minutes": sessions.meter.included,
        "used_minutes": sessions.meter.used,
        "charged_minutes": sessions.meter.charged,
    }
    rows = [(row.title, row.state_text, row.when, row.specialist, row.id) for row in sessions.sessions]
    text = table(("session", "state", "when", "specialist", "id"), rows) if rows else "No session is booked."
    return Answer(document, f"Order {sessions.number}: {sessions.meter.words}.\n\n{text}")


def slots(args: Namespace) -> Answer:
    """Offer times in which both sides are free."""
    with tenant_session(args) as context:
        sessions = order_sessions(context, _order_id(context, args.order))
        offer = offered_slots(context, sessions.order_id, args.kind, _specialist(sessions, args))
    zones = offer.customer_zone, offer.specialist.zone
    document = {
        "kind": args.kind,
        "specialist": offer.specialist.name,
        "specialist_id": offer.specialist.id,
        "beyond_minutes": offer.beyond,
        "slots": [{"starts_at": slot.start, "ends_at": slot.end} for slot in offer.slots],
    }
    rows = [(slot.start.isoformat(timespec="minutes"), both_times(slot, *zones)) for slot in offer.slots]
    text = table(("--at", "when"), rows) if rows else "No time is free for both sides."
    return Answer(document, text)


def book(args: Namespace) -> Answer:
    """Book a session with who leads the team, or a specialist who is named."""
    with tenant_session(args) as context:
        sessions = order_sessions(context, _order_id(context, args.order))
        session_id = book_session(
            context,
            sessions.order_id,
            args.kind,
            _specialist(sessions, args),
            args.at,
            accept_charge=args.accept_charge,
        )
        view = guided_session(context, session_id)
    return Answer(_document(view), f"{session_kind(args.kind).title} is booked: {view.when}.")


def move(args: Namespace) -> Answer:
    """Move a session."""
    with tenant_session(args) as context:
        move_session(context, args.session, args.at, args.reason, specialist_id=args.specialist)
        view = guided_session(context, args.session)
    return Answer(_document(view), f"{view.title} is moved: {view.when}.")


def cancel(args: Namespace) -> Answer:
    """Cancel a session."""
    with tenant_session(args) as context:
        cancel_session(context, args.session, args.reason)
        view = guided_session(context, args.session)
    return Answer(_document(view), f"{view.title} is cancelled.")


def hours(args: Namespace) -> Answer:
    """Show the hours in which a customer takes part in sessions, by its own clock; with days, set the whole week first."""
    days = [word.partition("=") for word in args.day or ()]
    if args.closed and not days:
        raise InvalidInputError("Closed days are set with the week.", hint="Name the hours with --day too.")
    with tenant_session(args) as context:
        if days:
            week = {name.strip().lower(): parse_spans(spans) for name, _, spans in days}
            set_customer_hours(context, week, args.closed or ())
        view = customer_hours(context)
    document: dict[str, Any] = {
        "zone": view.zone,
        "hours": {day: spans_text(spans) for day, spans in view.hours.items()},
        "closed_on": [day.isoformat() for day in view.closed_on],
        "is_assumed": view.is_assumed,
    }
    lines = [*document["hours"].items(), *(("closed", day) for day in document["closed_on"])]
    source = ", assumed" if view.is_assumed else ""
    return Answer(document, f"{view.zone}{source}\n\n{table(('day', 'hours'), lines)}")


def _order_id(context: Context, number: str) -> str:
    for row in order_states(context):
        if number.upper() == row.number or number == row.id:
            return row.id
    raise NotFoundError(f"There is no order {number!r}.", hint="Show all: aura order show --tenant …")


def _specialist(sessions: OrderSessions, args: Namespace) -> str:
    if args.specialist:
        return str(args.specialist)
    if not sessions.team:
        raise ConflictError("Nobody is in the team of this order.", hint="Assign a specialist first.")
    return sessions.team[0].id


def _document(view: SessionView) -> dict[str, Any]:
    return {
        "id": view.id,
        "kind": view.kind,
        "state": view.state,
        "starts_at": view.starts_at,
        "ends_at": view.ends_at,
        "zone": view.zone,
        "specialist": view.specialist,
        "specialist_zone": view.specialist_zone,
        "agenda": [item.text for item in view.agenda],
        "charged_minutes": view.charged_minutes,
        "sequence": view.sequence,
        "reason": view.reason,
    }
