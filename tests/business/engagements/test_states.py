"""Every state of an order against every event: what follows, what must be done first, and how a refusal reads."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.business.engagements.milestones.rules import MilestoneKey
from core.business.engagements.rules import FINAL, STATES, WAY, OrderState
from core.business.engagements.states.rules import (
    TRANSITIONS,
    Event,
    Guard,
    GuardFacts,
    check_reason,
    events_of,
    missing,
    next_event,
    not_yet,
    target_of,
)
from core.errors import ConflictError, InvalidInputError
from core.platform.access.rules import PERMISSIONS

EXPECTED = {
    ("pending", "approve"): "approved",
    ("approved", "start"): "in_progress",
    ("in_progress", "migrate_data"): "data_migration",
    ("data_migration", "set_up"): "system_setup",
    ("system_setup", "train"): "training",
    ("training", "test"): "testing",
    ("testing", "go_live"): "go_live",
    ("go_live", "complete"): "completed",
    ("on_hold", "resume"): "training",  # the state before the hold
    **{
        (state, "hold"): "on_hold"
        for state in (
            *("approved", "in_progress", "data_migration", "system_setup"),
            *("training", "testing", "go_live"),
        )
    },
    **{
        (state, "cancel"): "cancelled"
        for state in (
            *("pending", "approved", "in_progress", "data_migration", "system_setup"),
            *("training", "testing", "go_live", "on_hold"),
        )
    },
}
"""Written by hand: every pair that is not here is refused."""

ALL_MET = GuardFacts(
    has_lead=True, has_data=True, is_reconciled=True, reached=frozenset(MilestoneKey), blocking_tasks=()
)
PAIRS = [(state, event) for state in OrderState for event in Event]


@pytest.mark.parametrize(("state", "event"), PAIRS)
def test_every_state_takes_the_events_of_the_table_and_refuses_all_others_in_words(state, event) -> None:
    if (state, event) in EXPECTED:
        assert target_of(state, event, "training") == EXPECTED[state, event]
        return
    with pytest.raises(ConflictError) as refused:
        target_of(state, event)
    text = str(refused.value)
    assert text.startswith(("An order ", "This order is "))
    assert text.count(".") >= 2
    assert "_" not in text
    assert refused.value.facts["state"] == state


def test_the_table_has_no_more_pairs_than_those_written_by_hand() -> None:
    assert {(state, event) for state in OrderState for event in events_of(state)} == set(EXPECTED)


@pytest.mark.parametrize(
    ("state", "event", "text"),
    [
        ("pending", "start", "An order that waits for approval cannot be started."),
        ("approved", "approve", "This order is approved already."),
        ("training", "go_live", "An order in training cannot go live."),
        ("on_hold", "test", "An order on hold cannot begin testing."),
        ("completed", "cancel", "An order that is completed cannot be cancelled."),
        ("cancelled", "cancel", "This order is cancelled already."),
        ("go_live", "resume", "An order that is live cannot be resumed."),
    ],
)
def test_a_refusal_says_what_the_order_is_and_what_it_cannot(state, event, text) -> None:
    with pytest.raises(ConflictError) as refused:
        target_of(state, Event(event))
    assert refused.value.message == text


def test_a_refusal_names_what_is_possible_instead() -> None:
    with pytest.raises(ConflictError) as refused:
        target_of("approved", Event.GO_LIVE)
    assert refused.value.hint == "What is possible now: start project, put on hold and cancel order."
    with pytest.raises(ConflictError) as final:
        target_of("cancelled", Event.START)
    assert final.value.hint == "Nothing of it changes any more."


@given(st.lists(st.sampled_from(Event), max_size=40))
def test_no_row_of_events_leaves_the_states_or_an_end(events) -> None:
    state, held_from = OrderState.PENDING, None
    for event in events:
        if event not in events_of(state):
            continue
        before = state
        state = target_of(state, event, held_from)
        assert before not in FINAL
        assert (state == held_from) if event == Event.RESUME else True
        held_from = before if event == Event.HOLD else None
        assert (held_from is not None) == (state == OrderState.ON_HOLD)
    assert state in STATES


def test_the_next_step_walks_the_nine_states_in_their_order() -> None:
    walked = [OrderState.PENDING]
    while event := next_event(walked[-1]):
        walked.append(target_of(walked[-1], event))
    assert tuple(walked) == WAY
    assert next_event(OrderState.ON_HOLD) == Event.RESUME
    assert next_event(OrderState.CANCELLED) is None


@pytest.mark.parametrize(("state", "event"), sorted(pair for pair in EXPECTED))
def test_with_everything_done_nothing_is_missing(state, event) -> None:
    assert missing(state, Event(event), ALL_MET) == []


GUARDS = {
    "start": {Guard.LEAD},
    "migrate_data": {Guard.LEAD, Guard.MILESTONES, Guard.DATA},
    "set_up": {Guard.MILESTONES},
    "train": {Guard.MILESTONES},
    "test": {Guard.MILESTONES},
    "go_live": {Guard.MILESTONES, Guard.RECONCILIATION, Guard.TASKS},
    "complete": {Guard.MILESTONES, Guard.TASKS},
}


@pytest.mark.parametrize("event", Event)
def test_each_event_has_the_guards_that_were_decided(event) -> None:
    assert set(TRANSITIONS[event].guards) == GUARDS.get(event, set())
    assert TRANSITIONS[event].permission in PERMISSIONS


@pytest.mark.parametrize(
    ("state", "event", "facts", "sentences"),
    [
        ("approved", "start", replace(ALL_MET, has_lead=False), ["Assign a lead specialist first"]),
        (
            "in_progress",
            "migrate_data",
            replace(ALL_MET, has_data=False, reached=frozenset()),
            [
                "Milestone Project kickoff must be reached first",
                "No data of the customer has come in yet",
            ],
        ),
        (
            "data_migration",
            "set_up",
            replace(ALL_MET, reached=frozenset({"kickoff", "data_collection"})),
            ["Milestones Data analysis and Data migration must be reached first"],
        ),
        (
            "testing",
            "go_live",
            replace(ALL_MET, is_reconciled=False, blocking_tasks=("Correct 3 held rows",)),
            [
                "The reconciliation has not passed; a manager may state why to go live without it",
                "1 task must be done first",
            ],
        ),
        (
            "go_live",
            "complete",
            replace(ALL_MET, reached=ALL_MET.reached - {"closure"}, blocking_tasks=("A", "B")),
            ["Milestone Project closure must be reached first", "2 tasks must be done first"],
        ),
    ],
)
def test_what_is_missing_is_said_in_words(state, event, facts, sentences) -> None:
    assert missing(state, Event(event), facts) == sentences


def test_a_statement_stands_in_for_the_reconciliation_and_for_nothing_else() -> None:
    nothing = GuardFacts()
    without = missing("testing", Event.GO_LIVE, nothing)
    stated = missing("testing", Event.GO_LIVE, nothing, statement="The old system is gone.")
    assert set(without) - set(stated) == {
        "The reconciliation has not passed; a manager may state why to go live without it"
    }
    assert missing("testing", Event.GO_LIVE, nothing, statement="  ") == without


def test_what_is_not_met_is_refused_in_one_sentence_after_the_other() -> None:
    error = not_yet(["Assign a lead specialist first"], Event.START)
    assert error.message == "This order cannot be started yet. Assign a lead specialist first."
    assert error.facts["missing"] == ["Assign a lead specialist first"]


def test_a_hold_and_a_cancellation_want_a_reason_of_some_words() -> None:
    assert check_reason(Event.HOLD, "  The owner is away ") == "The owner is away"
    assert check_reason(Event.TRAIN, "") == ""
    for event in (Event.HOLD, Event.CANCEL):
        with pytest.raises(InvalidInputError):
            check_reason(event, "   ")
    with pytest.raises(InvalidInputError):
        check_reason(Event.TRAIN, "x" * 501)
