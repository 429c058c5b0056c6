"""Tasks of findings open once, close by themselves and are never ticked; dependencies never lead back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.business.engagements.rules import TaskState
from core.business.engagements.tasks.rules import (
    BLOCKED_BY,
    Changes,
    Finding,
    FindingKind,
    FindingTask,
    changes,
    check_done_by_hand,
    check_title,
    due_status,
    leads_back,
    title_of,
)
from core.errors import ConflictError, InvalidInputError

HELD = Finding(FindingKind.HELD_ROWS, "m1", "Correct 3 held rows of Bella")
TASK = FindingTask("t1", HELD.key, TaskState.OPEN, HELD.title)
TODAY = date(2026, 11, 28)


def applied(tasks: list[FindingTask], result: Changes) -> list[FindingTask]:
    """The tasks after the changes, as the database would hold them."""
    titles = dict(result.retitle)
    stored = [
        replace(
            task,
            title=titles.get(task.id, task.title),
            state=TaskState.DONE
            if task.id in result.close
            else TaskState.OPEN
            if task.id in result.reopen
            else task.state,
        )
        for task in tasks
    ]
    new_tasks = [
        FindingTask(f"new {finding.key}", finding.key, TaskState.OPEN, finding.title)
        for finding in result.open
    ]
    return stored + new_tasks


def test_a_finding_opens_one_task_and_the_task_closes_with_it() -> None:
    assert changes([HELD], []).open == (HELD,)
    assert changes([HELD], [TASK]).count == 0
    assert changes([], [TASK]).close == ("t1",)


def test_a_finding_that_comes_back_opens_its_task_again() -> None:
    assert changes([HELD], [replace(TASK, state=TaskState.DONE)]).reopen == ("t1",)


def test_another_count_changes_the_title_of_the_task() -> None:
    grown = replace(HELD, title="Correct 4 held rows of Bella")
    assert changes([grown], [TASK]) == Changes(retitle=(("t1", grown.title),))


def test_a_task_that_a_person_cancelled_stays_cancelled() -> None:
    cancelled = replace(TASK, state=TaskState.CANCELLED)
    assert changes([HELD], [cancelled]).count == changes([], [cancelled]).count == 0


FINDINGS = st.builds(
    Finding, st.sampled_from(FindingKind), st.sampled_from(["m1", "m2"]), st.sampled_from(["One", "Two"])
)


@given(st.lists(st.lists(FINDINGS, max_size=6), max_size=6))
def test_applied_twice_the_same_findings_change_nothing_and_only_they_are_open(rounds) -> None:
    tasks: list[FindingTask] = []
    for findings in rounds:
        tasks = applied(tasks, changes(findings, tasks))
        assert changes(findings, tasks).count == 0
        still_open = [task.finding for task in tasks if task.state == TaskState.OPEN]
        assert sorted(still_open) == sorted({finding.key for finding in findings})


def test_titles_say_what_is_to_be_done() -> None:
    assert title_of(FindingKind.UNDECIDED_FIELDS, "Bella", 1) == "Decide 1 field of Bella"
    assert title_of(FindingKind.HELD_ROWS, "Bella", 1200) == "Correct 1,200 held rows of Bella"
    assert title_of(FindingKind.RECONCILIATION, "Bella") == "Settle the reconciliation of Bella"
    assert title_of(FindingKind.CERTIFICATE, "Ana Ng") == "Renew the certificate of Ana Ng"
    assert set(BLOCKED_BY) == set(FindingKind)


def test_nobody_ticks_the_task_of_a_finding() -> None:
    with pytest.raises(ConflictError, match="closes by itself"):
        check_done_by_hand(TaskState.OPEN, HELD.key, [])


def test_a_task_waits_for_the_tasks_before_it() -> None:
    check_done_by_hand(TaskState.OPEN, None, [])
    with pytest.raises(ConflictError, match="1 task must be done first: Order the printer"):
        check_done_by_hand(TaskState.OPEN, None, ["Order the printer"])
    for state in (TaskState.DONE, TaskState.CANCELLED):
        with pytest.raises(ConflictError, match=f"is {state} already"):
            check_done_by_hand(state, None, [])


def test_a_title_is_one_line_of_some_words() -> None:
    assert check_title("  Order \n the printer ") == "Order the printer"
    for wrong in ("", "   ", "x" * 201):
        with pytest.raises(InvalidInputError):
            check_title(wrong)


def test_a_dependency_that_leads_back_is_recognised() -> None:
    edges = {"b": ["a"], "c": ["b"]}
    assert leads_back("a", "c", edges)
    assert leads_back("a", "a", {})
    assert not leads_back("c", "a", edges)
    assert not leads_back("d", "x", {"x": ["y"], "y": ["x"]})


@pytest.mark.parametrize(
    ("due", "state", "text"),
    [
        (-3, TaskState.OPEN, "3 d late"),
        (0, TaskState.OPEN, "Due today"),
        (2, TaskState.OPEN, "Open"),
        (-3, TaskState.DONE, "Done"),
        (-3, TaskState.CANCELLED, "Cancelled"),
        (None, TaskState.OPEN, "Open"),
    ],
)
def test_how_a_task_stands_is_said_in_words(due, state, text) -> None:
    due_on = None if due is None else TODAY + timedelta(days=due)
    assert due_status(due_on, state, TODAY) == text
