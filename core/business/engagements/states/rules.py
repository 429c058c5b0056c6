"""Decide what may follow each state of an order, what must be done first, and how a refusal reads. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.business.engagements.milestones.rules import TITLES, milestones_of
from core.business.engagements.rules import AT_WORK, WAY, OrderState
from core.errors import ConflictError, InvalidInputError
from core.kit.wording import counted, listed

MAX_REASON = 500


class Event(StrEnum):
    """What a person does to an order."""

    APPROVE = "approve"
    START = "start"
    MIGRATE_DATA = "migrate_data"
    SET_UP = "set_up"
    TRAIN = "train"
    TEST = "test"
    GO_LIVE = "go_live"
    COMPLETE = "complete"
    HOLD = "hold"
    RESUME = "resume"
    CANCEL = "cancel"


class Guard(StrEnum):
    """A condition of a transition."""

    LEAD = "lead"  # a lead specialist is assigned
    DATA = "data"  # files of the customer are there, or the milestone of their collection is reached
    MILESTONES = "milestones"  # all milestones of the state that is left are reached
    RECONCILIATION = (
        "reconciliation"  # the newest import of each migration is completed, or a manager says why not
    )
    TASKS = "tasks"  # no task that blocks is open


@dataclass(frozen=True, slots=True)
class Transition:
    """A step from states to a state. `target` None: back to the state before the hold.

    `permission` is what the person needs; `label` names the button, `verb` completes "An order … cannot …".
    """

    event: Event
    sources: frozenset[OrderState]
    target: OrderState | None
    label: str
    verb: str
    permission: str
    guards: tuple[Guard, ...] = ()
    needs_reason: bool = False


_OPEN = frozenset(WAY[:8])


def _step(event: Event, target: OrderState, label: str, verb: str, *guards: Guard) -> Transition:
    source = WAY[WAY.index(target) - 1]
    return Transition(event, frozenset({source}), target, label, verb, "order.work", guards)


TRANSITIONS: Mapping[Event, Transition] = {
    transition.event: transition
    for transition in (
        Transition(
            Event.APPROVE,
            frozenset({OrderState.PENDING}),
            OrderState.APPROVED,
            "Approve order",
            "be approved",
            "order.approve",
        ),
        _step(Event.START, OrderState.IN_PROGRESS, "Start project", "be started", Guard.LEAD),
        _step(
            Event.MIGRATE_DATA,
            OrderState.DATA_MIGRATION,
            "Begin data migration",
            "begin data migration",
            Guard.LEAD,
            Guard.MILESTONES,
            Guard.DATA,
        ),
        _step(
            Event.SET_UP,
            OrderState.SYSTEM_SETUP,
            "Begin system setup",
            "begin system setup",
            Guard.MILESTONES,
        ),
        _step(Event.TRAIN, OrderState.TRAINING, "Begin training", "begin training", Guard.MILESTONES),
        _step(Event.TEST, OrderState.TESTING, "Begin testing", "begin testing", Guard.MILESTONES),
        _step(
            Event.GO_LIVE,
            OrderState.GO_LIVE,
            "Go live",
            "go live",
            Guard.MILESTONES,
            Guard.RECONCILIATION,
            Guard.TASKS,
        ),
        _step(
            Event.COMPLETE,
            OrderState.COMPLETED,
            "Complete order",
            "be completed",
            Guard.MILESTONES,
            Guard.TASKS,
        ),
        Transition(
            Event.HOLD,
            frozenset({OrderState.APPROVED, *AT_WORK}),
            OrderState.ON_HOLD,
            "Put on hold",
            "be put on hold",
            "order.work",
            needs_reason=True,
        ),
        Transition(
            Event.RESUME,
            frozenset({OrderState.ON_HOLD}),
            None,
            "Resume order",
            "be resumed",
            "order.work",
        ),
        Transition(
            Event.CANCEL,
            _OPEN | {OrderState.ON_HOLD},
            OrderState.CANCELLED,
            "Cancel order",
            "be cancelled",
            "order.decide",
            needs_reason=True,
        ),
    )
}
"""Event -> its transition: whatever is not here does not happen."""

_IS: Mapping[str, str] = {
    OrderState.PENDING: "that waits for approval",
    OrderState.APPROVED: "that is not started yet",
    OrderState.IN_PROGRESS: "in progress",
    OrderState.DATA_MIGRATION: "in data migration",
    OrderState.SYSTEM_SETUP: "in system setup",
    OrderState.TRAINING: "in training",
    OrderState.TESTING: "in testing",
    OrderState.GO_LIVE: "that is live",
    OrderState.COMPLETED: "that is completed",
    OrderState.ON_HOLD: "on hold",
    OrderState.CANCELLED: "that is cancelled",
}
_ALREADY: Mapping[str, str] = {
    OrderState.APPROVED: "approved",
    OrderState.IN_PROGRESS: "started",
    OrderState.DATA_MIGRATION: "in data migration",
    OrderState.SYSTEM_SETUP: "in system setup",
    OrderState.TRAINING: "in training",
    OrderState.TESTING: "in testing",
    OrderState.GO_LIVE: "live",
    OrderState.COMPLETED: "completed",
    OrderState.ON_HOLD: "on hold",
    OrderState.CANCELLED: "cancelled",
}


@dataclass(frozen=True, slots=True)
class GuardFacts:
    """What the guards of an order ask for. `reached` are keys of milestones, `blocking_tasks` titles of open tasks that block."""

    has_lead: bool = False
    has_data: bool = False
    is_reconciled: bool = False
    reached: frozenset[str] = frozenset()
    blocking_tasks: tuple[str, ...] = ()


def next_event(state: str) -> Event | None:
    """Return what moves an order in this state on to the next; None at an end."""
    if state == OrderState.ON_HOLD:
        return Event.RESUME
    for transition in TRANSITIONS.values():
        if transition.target in WAY and state in transition.sources:
            return transition.event
    return None


def events_of(state: str) -> list[Event]:
    """List what may happen to an order in this state, in the order of Event."""
    return [event for event, transition in TRANSITIONS.items() if state in transition.sources]


def target_of(state: str, event: Event, held_from: str | None = None) -> OrderState:
    """Return the state that follows; `held_from` is the state before a hold. ConflictError in words where none does."""
    transition = TRANSITIONS[event]
    if state not in transition.sources:
        raise refusal(state, event)
    return transition.target or OrderState(held_from or OrderState.APPROVED)


def refusal(state: str, event: Event) -> ConflictError:
    """Word why an order in this state does not take the event."""
    transition = TRANSITIONS[event]
    possible = [TRANSITIONS[step].label.lower() for step in events_of(state)]
    hint = f"What is possible now: {listed(possible)}." if possible else "Nothing of it changes any more."
    if transition.target == state:
        return ConflictError(
            f"This order is {_ALREADY[state]} already.", hint="Reload the page.", state=state
        )
    return ConflictError(
        f"An order {_IS[state]} cannot {transition.verb}.", hint=hint, state=state, event=event.value
    )


def missing(state: str, event: Event, facts: GuardFacts, *, statement: str = "") -> list[str]:
    """List in words what must be done before the event; `statement` stands in for a reconciliation. Empty: it may happen."""
    sentences: list[str] = []
    for guard in TRANSITIONS[event].guards:
        if guard == Guard.LEAD and not facts.has_lead:
            sentences.append("Assign a lead specialist first")
        elif guard == Guard.DATA and not facts.has_data:
            sentences.append("No data of the customer has come in yet")
        elif guard == Guard.MILESTONES:
            sentences += _open_milestones(state, facts.reached)
        elif guard == Guard.RECONCILIATION and not (facts.is_reconciled or statement.strip()):
            sentences.append(
                "The reconciliation has not passed; a manager may state why to go live without it"
            )
        elif guard == Guard.TASKS and facts.blocking_tasks:
            sentences.append(f"{counted(len(facts.blocking_tasks), 'task')} must be done first")
    return sentences


def _open_milestones(state: str, reached: frozenset[str]) -> list[str]:
    titles = [TITLES[key] for key in milestones_of(state) if key not in reached]
    if not titles:
        return []
    noun = "Milestone" if len(titles) == 1 else "Milestones"
    return [f"{noun} {listed(titles)} must be reached first"]


def not_yet(sentences: Sequence[str], event: Event) -> ConflictError:
    """Word the refusal of an event whose conditions are not met."""
    return ConflictError(
        f"This order cannot {TRANSITIONS[event].verb} yet. {'. '.join(sentences)}.",
        hint="Do this first, then try again.",
        missing=list(sentences),
    )


def check_reason(event: Event, reason: str) -> str:
    """Return the reason without blanks at its ends. InvalidInputError where the event wants one, or it is too long."""
    reason = reason.strip()
    if TRANSITIONS[event].needs_reason and not reason:
        raise InvalidInputError("A reason is missing.", hint="Say why in a few words.")
    if len(reason) > MAX_REASON:
        raise InvalidInputError(
            f"The reason has more than {MAX_REASON} characters.", hint="Say it in fewer words."
        )
    return reason
