"""The breaker: closed until five failures in a row, then open for a while, then one call tries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from core.platform.ai import breaker

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
MODEL = ("https://models.example", "m")


class Clock:
    """The monotonic clock of the breaker, moved by hand."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def monotonic(self) -> float:
        return self.seconds


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(breaker, "time", clock)
    breaker.reset()
    yield clock
    breaker.reset()


def fail(times, reason="It failed.", model=MODEL):
    for number in range(times):
        breaker.record_failure(*model, reason, NOON + timedelta(seconds=number))


def test_a_model_may_be_asked_until_it_has_failed_five_times_in_a_row(clock):
    assert breaker.is_closed(*MODEL)
    fail(breaker.FAILURES - 1)
    assert breaker.is_closed(*MODEL)
    fail(1)
    assert not breaker.is_closed(*MODEL)


def test_a_success_between_failures_starts_the_count_again(clock):
    fail(breaker.FAILURES - 1)
    breaker.record_success(*MODEL)
    fail(breaker.FAILURES - 1)
    assert breaker.is_closed(*MODEL)


def test_after_its_rest_one_call_tries_and_the_next_waits_for_its_outcome(clock):
    fail(breaker.FAILURES)
    clock.seconds += breaker.REST_SECONDS - 0.1
    assert not breaker.is_closed(*MODEL)
    clock.seconds += 0.1
    assert breaker.is_closed(*MODEL)
    assert not breaker.is_closed(*MODEL)
    breaker.record_success(*MODEL)
    assert breaker.is_closed(*MODEL)
    assert breaker.is_closed(*MODEL)


def test_a_try_that_fails_opens_it_for_another_rest(clock):
    fail(breaker.FAILURES)
    clock.seconds += breaker.REST_SECONDS
    assert breaker.is_closed(*MODEL)
    clock.seconds += 1
    fail(1)
    clock.seconds += breaker.REST_SECONDS - 1
    assert not breaker.is_closed(*MODEL)


def test_each_model_of_each_server_has_a_breaker_of_its_own(clock):
    fail(breaker.FAILURES)
    assert breaker.is_closed(MODEL[0], "another")
    assert breaker.is_closed("https://elsewhere.example", MODEL[1])


def test_the_last_failure_has_the_newest_reason_and_the_time_of_the_first(clock):
    assert breaker.last_failure(*MODEL) is None
    fail(2, "It was slow.")
    breaker.record_failure(*MODEL, "It was away.", NOON + timedelta(hours=1))
    assert breaker.last_failure(*MODEL) == ("It was away.", NOON)
    breaker.record_success(*MODEL)
    assert breaker.last_failure(*MODEL) is None


def test_a_reset_forgets_every_failure(clock):
    fail(breaker.FAILURES)
    breaker.reset()
    assert breaker.is_closed(*MODEL)
    assert breaker.last_failure(*MODEL) is None
