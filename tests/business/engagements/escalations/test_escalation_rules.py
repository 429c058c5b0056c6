"""Levels and time limits of escalations."""

from datetime import UTC, datetime, timedelta

import pytest

from core.business.engagements.escalations.rules import (
    Stand,
    Timer,
    check_level,
    check_running,
    check_text,
    duration_text,
    level_text,
    levels,
    limits,
    next_level,
    stand,
)
from core.errors import ConflictError, InvalidInputError

START = datetime(2026, 3, 28, 22, tzinfo=UTC)
HOUR = timedelta(hours=1)


def _timer(**changes: datetime) -> Timer:
    return Timer(START + 4 * HOUR, START + 24 * HOUR, changes.get("taken_at"), changes.get("closed_at"))


def test_the_four_levels_are_those_of_the_seed_and_their_hours_are_marked_as_assumed():
    assert [level_text(level) for level in levels()] == [
        "L1 Customer Success",
        "L2 Migration Specialists",
        "L3 Engineering",
        "L4 AI/ML",
    ]
    assert all(level.is_assumed for level in levels().values())
    assert all(level.response_hours < level.resolution_hours for level in levels().values())


def test_hours_pass_day_and_night_over_a_change_of_clocks():
    respond_by, resolve_by = limits(1, START)
    assert (respond_by - START, resolve_by - START) == (4 * HOUR, 24 * HOUR)


@pytest.mark.parametrize(
    ("after", "has_taken", "limit", "words"),
    [
        (0 * HOUR, False, None, "Response due in 4 hours"),
        (3.5 * HOUR, False, None, "Response due in 30 minutes"),
        (4 * HOUR, False, None, "Response due in 1 minute"),
        (5 * HOUR, False, "response", "Response 1 hour overdue"),
        (5 * HOUR, True, None, "Resolution due in 19 hours"),
        (24 * HOUR, True, None, "Resolution due in 1 minute"),
        (26 * HOUR, True, "resolution", "Resolution 2 hours overdue"),
        (26 * HOUR, False, "resolution", "Resolution 2 hours overdue"),
        (100 * HOUR, True, "resolution", "Resolution 3 days overdue"),
    ],
)
def test_a_timer_says_what_is_due_or_overdue(after, has_taken, limit, words):
    timer = _timer(taken_at=START + HOUR) if has_taken else _timer()
    assert timer.overdue_limit(START + after) == limit
    assert timer.text(START + after) == words


def test_a_closed_level_is_never_overdue():
    timer = _timer(closed_at=START + HOUR)
    assert timer.overdue_limit(START + 900 * HOUR) is None
    assert timer.text(START + 900 * HOUR) == ""


def test_an_escalation_goes_up_level_by_level_and_ends_at_the_fourth():
    assert [next_level(level, None) for level in (1, 2, 3)] == [2, 3, 4]
    with pytest.raises(ConflictError, match="L4 AI/ML is the last level"):
        next_level(4, None)
    with pytest.raises(ConflictError, match="closed at this level"):
        next_level(1, START)


def test_a_level_is_one_of_four():
    for level in levels():
        check_level(level)
    for level in (0, 5, -1):
        with pytest.raises(InvalidInputError, match="no level"):
            check_level(level)


def test_a_level_stands_as_its_moments_say():
    assert stand(None, None, has_resolution=False) is Stand.OPEN
    assert stand(START, None, has_resolution=False) is Stand.IN_WORK
    assert stand(START, START, has_resolution=False) is Stand.HANDED_OVER
    assert stand(None, START, has_resolution=True) is Stand.RESOLVED
    check_running(None)
    with pytest.raises(ConflictError):
        check_running(START)


@pytest.mark.parametrize(
    ("duration", "words"),
    [
        (timedelta(seconds=1), "1 minute"),
        (timedelta(minutes=59, seconds=59), "59 minutes"),
        (HOUR, "1 hour"),
        (47 * HOUR, "47 hours"),
        (48 * HOUR, "2 days"),
    ],
)
def test_a_duration_is_said_in_its_largest_whole_unit(duration, words):
    assert duration_text(duration) == words


def test_a_reason_and_a_resolution_are_texts():
    assert check_text(" Rows are missing.\nSince Monday. ", "reason") == "Rows are missing.\nSince Monday."
    for text in ("", " \n", "a" * 2_001, "a\x07"):
        with pytest.raises(InvalidInputError, match="resolution is missing"):
            check_text(text, "resolution")
