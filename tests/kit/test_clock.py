"""Time is asked in one place, in UTC, and tests can hold it."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from core.kit import clock

NOON = datetime(2026, 3, 8, 12, tzinfo=UTC)


def test_the_present_is_in_utc():
    assert clock.now().utcoffset() == timedelta(0)


def test_a_frozen_clock_stands_still_and_runs_again_afterwards():
    with clock.frozen(NOON):
        assert clock.now() == clock.now() == NOON
    assert clock.now() != NOON


def test_each_look_moves_the_clock_on_by_its_step():
    with clock.frozen(NOON, step=timedelta(minutes=1)):
        assert [clock.now() for _ in range(3)] == [NOON + timedelta(minutes=n) for n in range(3)]


def test_a_frozen_moment_of_another_zone_is_told_in_utc():
    new_york = timezone(timedelta(hours=-5))
    with clock.frozen(datetime(2026, 1, 1, 7, tzinfo=new_york)):
        assert clock.now().isoformat() == "2026-01-01T12:00:00+00:00"


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"), clock.frozen(NOON.replace(tzinfo=None)):
        pass


def test_an_error_inside_sets_the_clock_free():
    with pytest.raises(KeyError), clock.frozen(NOON):
        raise KeyError
    assert clock.now() != NOON
