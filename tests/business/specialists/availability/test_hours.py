from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.business.specialists.availability.hours import (
    clock_pieces,
    days_away,
    local_range,
    minute_of_day,
    open_intervals,
    read_hours,
)
from core.business.specialists.availability.intervals import Interval
from core.errors import InvalidInputError

SPRING, AUTUMN = date(2026, 3, 8), date(2026, 11, 1)
NEW_YORK = "America/New_York"


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def test_hours_follow_the_clock_of_their_zone_over_the_change_in_spring() -> None:
    hours = read_hours(NEW_YORK, {"fri": [["09:00", "12:00"]], "mon": [["09:00", "12:00"]]})
    assert open_intervals(hours, Interval(utc(2026, 3, 6), utc(2026, 3, 10))) == [
        Interval(utc(2026, 3, 6, 14), utc(2026, 3, 6, 17)),
        Interval(utc(2026, 3, 9, 13), utc(2026, 3, 9, 16)),
    ]


def test_an_hour_that_the_clock_skips_gives_nothing() -> None:
    assert local_range(NEW_YORK, SPRING, 120, 180) == []
    assert local_range(NEW_YORK, SPRING, 60, 210) == [Interval(utc(2026, 3, 8, 6), utc(2026, 3, 8, 7, 30))]


def test_an_hour_that_stands_twice_gives_both() -> None:
    assert local_range(NEW_YORK, AUTUMN, 60, 90) == [
        Interval(utc(2026, 11, 1, 5), utc(2026, 11, 1, 5, 30)),
        Interval(utc(2026, 11, 1, 6), utc(2026, 11, 1, 6, 30)),
    ]
    assert local_range(NEW_YORK, AUTUMN, 0, 120) == [Interval(utc(2026, 11, 1, 4), utc(2026, 11, 1, 7))]


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        (NEW_YORK, SPRING, 23.0),
        (NEW_YORK, AUTUMN, 25.0),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
        ("Africa/Harare", SPRING, 24.0),
        ("Pacific/Apia", date(2011, 12, 30), 0.0),
    ],
)
def test_a_day_is_as_long_as_its_clock_makes_it(zone: str, day: date, hours: float) -> None:
    length = sum((interval.length for interval in days_away(zone, day, day)), timedelta())
    assert length == timedelta(hours=hours)


def test_pieces_of_a_day_without_a_change_are_one() -> None:
    assert len(clock_pieces("Africa/Harare", SPRING)) == 1
    assert [offset for _, offset in clock_pieces(NEW_YORK, SPRING)] == [
        timedelta(hours=-5),
        timedelta(hours=-4),
    ]


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(
        [NEW_YORK, "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Kiritimati"]
    ),
    st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    st.tuples(st.integers(0, 95), st.integers(1, 96)).filter(lambda pair: pair[0] < pair[1]),
)
def test_a_moment_is_inside_where_the_wall_clock_says_so(
    zone: str, day: date, quarters: tuple[int, int]
) -> None:
    start, end = quarters[0] * 15, quarters[1] * 15
    inside = local_range(zone, day, start, end)
    moment = utc(day.year, day.month, day.day) - timedelta(hours=20)
    for _ in range(4 * 68):
        local = moment.astimezone(ZoneInfo(zone))
        expected = local.date() == day and start <= local.hour * 60 + local.minute < end
        assert any(interval.start <= moment < interval.end for interval in inside) is expected, local
        moment += timedelta(minutes=15)


def test_hours_are_read_in_order_and_counted() -> None:
    hours = read_hours("UTC", {"mon": [["13:00", "17:00"], ["9:00", "12:00"]], "sun": [["22:00", "24:00"]]})
    assert hours.ranges[0] == ((540, 720), (780, 1020))
    assert hours.weekly_minutes == 9 * 60
    assert read_hours("UTC", {}).is_empty


@pytest.mark.parametrize(
    ("weekly", "words"),
    [
        ({"monday": [["09:00", "10:00"]]}, "no day of the week"),
        ({"mon": [["09:00"]]}, "not from and until"),
        ({"mon": [["10:00", "09:00"]]}, "not before"),
        ({"mon": [["10:00", "10:00"]]}, "not before"),
        ({"mon": [["09:00", "12:00"], ["11:00", "13:00"]]}, "overlap"),
        ({"mon": [["9", "12:00"]]}, "not a time of day"),
        ({"mon": [["09:60", "12:00"]]}, "not a time of day"),
        ({"mon": [["09:00", "24:01"]]}, "not a time of day"),
        ({"mon": [["०९:००", "12:00"]]}, "not a time of day"),
    ],
)
def test_hours_that_are_none_are_refused(weekly: dict[str, list[list[str]]], words: str) -> None:
    with pytest.raises(InvalidInputError, match=words):
        read_hours("UTC", weekly)


def test_the_end_of_a_day_is_a_time() -> None:
    assert (minute_of_day("00:00"), minute_of_day("24:00")) == (0, 1440)
