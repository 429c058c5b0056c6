"""Show what an order is in, since when and why, and its next step with what is missing before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.business.engagements.lookup import find_order
from core.business.engagements.states.guards import guard_facts
from core.business.engagements.states.rules import TRANSITIONS, Event, events_of, missing, next_event
from core.context import Context
from core.platform.access.actions import view


@dataclass(frozen=True, slots=True)
class Step:
    """An event that the order's state takes. `missing` says in words what comes first, `is_allowed` whether this person may.

    `may_state`: a manager's statement would stand in for the reconciliation that alone is missing.
    """

    event: Event
    label: str
    missing: tuple[str, ...]
    is_allowed: bool
    may_state: bool = False

    @property
    def is_possible(self) -> bool:
        return self.is_allowed and not self.missing

    @property
    def help(self) -> str:
        """Why the button is disabled; '' where it is not."""
        if self.missing:
            return ". ".join(self.missing)
        return "" if self.is_allowed else "Your role may not do this"


@dataclass(frozen=True, slots=True)
class OrderDesk:
    """Where an order is. `next_step` moves it on, None at an end; `more` are the events beside the way, those allowed."""

    id: str
    number: str
    state: str
    since: datetime
    reason: str | None
    resumes_to: str | None
    next_step: Step | None
    more: tuple[Step, ...]


@view("order.follow")
def order_desk(context: Context, engagement_id: str) -> OrderDesk:
    """Return where an order is and what may happen to it. NotFoundError for an order of another customer."""
    order = find_order(context.session, engagement_id)

    def step(event: Event) -> Step:
        facts = guard_facts(context.session, order, event)
        sentences = missing(order.state, event, facts)
        may_state = (
            bool(sentences)
            and context.may("order.decide")
            and not missing(order.state, event, facts, statement="stated")
        )
        allowed = context.may(TRANSITIONS[event].permission)
        return Step(event, TRANSITIONS[event].label, tuple(sentences), allowed, may_state)

    following = next_event(order.state)
    steps = [step(event) for event in events_of(order.state) if event != following]
    return OrderDesk(
        order.id,
        order.number,
        order.state,
        order.state_since or order.approved_at or order.ordered_at,
        order.state_reason,
        order.resumes_to,
        step(following) if following else None,
        tuple(entry for entry in steps if entry.is_allowed),
    )
