"""Move orders from state to state, in a Context of the customer.

The guards stand in the WHERE of the UPDATE, not in a look before it: of two people who press at the same moment one moves
the order, and the other is told what it is now.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import update

from core.business.engagements.history import add_entry
from core.business.engagements.lookup import find_order
from core.business.engagements.rules import OrderState
from core.business.engagements.sessions.desk import desk_of
from core.business.engagements.sessions.ending import cancel_sessions_to_come
from core.business.engagements.states.effects import ENDED, apply_effects
from core.business.engagements.states.guards import conditions, guard_facts
from core.business.engagements.states.rules import (
    TRANSITIONS,
    Event,
    check_reason,
    missing,
    not_yet,
    refusal,
    target_of,
)
from core.business.engagements.states.telling import tell_customer
from core.business.engagements.tables import Engagement
from core.context import Context
from core.errors import ConflictError, InvalidInputError
from core.platform.access.actions import action, require
from core.platform.access.customers.both import operator_of
from core.platform.audit.actions import record

STATEMENT = "statement"
"""Detail of a go-live's entry: its reason is the statement in place of a passed reconciliation."""


@action("order.work")
def move_order(context: Context, engagement_id: str, event: str, reason: str = "") -> OrderState:
    """Move an order on by an event, put it on hold or resume it; return its state.

    ConflictError in words where its state or a guard refuses it, also because somebody else was quicker.
    """
    name = known_event(event)
    require(context, TRANSITIONS[name].permission)
    if name in ENDED:
        return _end(context, engagement_id, name, reason)
    return change_state(context, engagement_id, name, reason)


@action("order.decide")
def cancel_order(context: Context, engagement_id: str, reason: str) -> OrderState:
    """Cancel an order with what is open of it; its team's access ends. ConflictError for one that is over."""
    return _end(context, engagement_id, Event.CANCEL, reason)


@action("order.decide")
def go_live_with_statement(context: Context, engagement_id: str, reason: str) -> OrderState:
    """Go live without a passed reconciliation: the reason is kept in the history. All other guards hold."""
    if not reason.strip():
        raise InvalidInputError(
            "A statement is missing.", hint="Say why the order goes live without reconciliation."
        )
    return change_state(context, engagement_id, Event.GO_LIVE, reason, is_stated=True)


def known_event(event: str) -> Event:
    """Return the event of a name. InvalidInputError for none."""
    try:
        return Event(event)
    except ValueError:
        raise InvalidInputError(
            f"There is no step {event[:20]!r}.", hint=f"There are {', '.join(Event)}."
        ) from None


def change_state(
    context: Context, engagement_id: str, event: Event, reason: str = "", *, is_stated: bool = False
) -> OrderState:
    """Take an event to an order in the open transaction, with its history and all that follows from it; return the state."""
    reason = check_reason(event, reason)
    order = find_order(context.session, engagement_id)
    before, held_from = order.state, order.resumes_to
    target = target_of(before, event, held_from)
    columns = _columns(context, event, before, held_from, target, reason)
    statement = (
        update(Engagement)
        .where(
            Engagement.tenant_id == context.tenant.id,
            Engagement.id == engagement_id,
            Engagement.state == before,
            Engagement.resumes_to.is_not_distinct_from(held_from),
            *conditions(order, event, is_stated=is_stated),
        )
        .values(columns)
        .returning(Engagement.id)
        .execution_options(synchronize_session=False)
    )
    if context.session.execute(statement).first() is None:
        raise _refused(context, order, event, statement=reason if is_stated else "")
    context.session.refresh(order)
    details: dict[str, object] = {STATEMENT: True} if is_stated else {}
    add_entry(
        context,
        order.id,
        event.value,
        from_state=before,
        to_state=target.value,
        reason=reason,
        by_program=False,
        **details,
    )
    name = f"order.{event.value}" if event in {Event.APPROVE, Event.CANCEL} else "order.move"
    record(context, name, "engagement", order.id, order=order.number, before=before, after=target.value)
    apply_effects(context, order, event)
    tell_customer(context, order, event)
    return target


def _end(context: Context, engagement_id: str, event: Event, reason: str) -> OrderState:
    """Take an event to an order after which nothing is done of it: its sessions to come are cancelled with it, or nothing is.

    Their time stands in the operator's calendar too. A customer without an operator has no sessions.
    """
    if operator_of(context) is None:
        return change_state(context, engagement_id, event, reason)
    with desk_of(context) as desk:
        state = change_state(replace(context, session=desk.session), engagement_id, event, reason)
        order = find_order(desk.session, engagement_id)
        cancel_sessions_to_come(desk, order, ENDED[event], context.now)
    context.session.expire_all()  # it was changed in another transaction
    return state


def _columns(
    context: Context, event: Event, before: str, held_from: str | None, target: OrderState, reason: str
) -> dict[str, Any]:
    columns: dict[str, Any] = {
        "state": target.value,
        "state_since": context.now,
        "state_reason": reason or None,
        "resumes_to": before if event == Event.HOLD else None,
    }
    if event == Event.APPROVE:
        columns |= {"approved_at": context.now, "approved_by": context.person}
    elif event == Event.COMPLETE:
        columns |= {"completed_at": context.now, "successful": True}
    elif event == Event.CANCEL and (held_from or before) not in {OrderState.PENDING, OrderState.APPROVED}:
        columns["successful"] = False
    return columns


def _refused(context: Context, order: Engagement, event: Event, *, statement: str) -> ConflictError:
    """Word why the UPDATE changed nothing: somebody was quicker, or a guard is not met."""
    context.session.refresh(order)
    if order.state not in TRANSITIONS[event].sources:
        return refusal(order.state, event)
    facts = guard_facts(context.session, order, event)
    sentences = missing(order.state, event, facts, statement=statement)
    if sentences:
        return not_yet(sentences, event)
    return ConflictError(
        "Somebody changed this order at the same moment.", hint="Reload the page.", state=order.state
    )
