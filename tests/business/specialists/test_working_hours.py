"""Working hours over zones and clock changes, what two sides share, and utilisation from them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from core.business.specialists.utilisation.hours import (
    DEFAULT_HOURS,
    daily_overlap,
    hours_in,
    shared,
    shifts,
    united,
    without,
)
from core.business.specialists.utilisation.rules import TeamUtilisation, Utilisation, measured, ordered

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
SPANS = st.lists(
    st.tuples(st.integers(0, 400), st.integers(0, 60)).map(
        lambda pair: (
            EPOCH + timedelta(minutes=15 * pair[0]),
            EPOCH + timedelta(minutes=15 * (pair[0] + pair[1])),
        )
    ),
    max_size=8,
)


def test_a_working_day_keeps_its_clock_times_over_both_clock_changes() -> None:
    for sunday, before, after in ((date(2026, 3, 8), 14, 13), (date(2026, 11, 1), 13, 14)):
        spans = shifts(
            DEFAULT_HOURS, "America/New_York", sunday - timedelta(days=2), sunday + timedelta(days=1)
        )
        assert [begins.hour for begins, _ in spans] == [before, after]
        assert hours_in(spans) == 16


def test_hours_that_touch_or_overlap_count_once_and_a_day_may_end_at_midnight() -> None:
    hours = {"mon": [["09:00", "12:00"], ["11:00", "13:00"], ["20:00", "24:00"]], "tue": [["00:00", "01:00"]]}
    spans = shifts(hours, "Africa/Harare", date(2026, 11, 30), date(2026, 12, 1))
    assert len(spans) == 2
    assert hours_in(spans) == 9


@given(SPANS, SPANS)
def test_what_is_shared_and_what_remains_are_all_of_a_side(first, second) -> None:
    assert hours_in(shared(first, second)) + hours_in(without(first, second)) == hours_in(first)
    assert shared(first, second) == shared(second, first)
    assert not shared(without(first, second), second)
    assert united(united(first)) == united(first)


def test_overlap_is_counted_per_working_day_of_the_customer() -> None:
    def overlap(zone: str, customer_zone: str) -> Decimal:
        return daily_overlap(DEFAULT_HOURS, zone, DEFAULT_HOURS, customer_zone, date(2026, 11, 28))

    assert overlap("America/Los_Angeles", "America/Denver") == 7
    assert overlap("Europe/Lisbon", "Africa/Harare") == 6
    assert overlap("Asia/Tokyo", "America/New_York") == 0
    assert overlap("Africa/Harare", "Africa/Harare") == 8


def test_overlap_reaches_over_midnight_and_the_ends_of_the_week() -> None:
    night = {day: [["22:00", "24:00"], ["00:00", "06:00"]] for day in DEFAULT_HOURS}
    assert daily_overlap(night, "Asia/Tokyo", DEFAULT_HOURS, "Europe/London", date(2026, 11, 28)) > 3
    assert daily_overlap(DEFAULT_HOURS, "UTC", {}, "UTC", date(2026, 11, 28)) == 0


def test_overlap_follows_the_weeks_between_two_clock_changes() -> None:
    def overlap(day: date) -> Decimal:
        return daily_overlap(DEFAULT_HOURS, "Europe/Berlin", DEFAULT_HOURS, "America/New_York", day)

    assert overlap(date(2026, 3, 4)) == 2
    assert overlap(date(2026, 3, 18)) == 3  # New York changed, Berlin did not yet
    assert overlap(date(2026, 4, 1)) == 2


def person(name: str, hours: str, available: str) -> Utilisation:
    return Utilisation(name, name, Decimal(hours), Decimal(available), Decimal(0), 1)


def test_utilisation_counts_absences_out_and_sessions_outside_of_hours_in() -> None:
    working = shifts(DEFAULT_HOURS, "UTC", date(2026, 11, 23), date(2026, 11, 29))
    absence = (datetime(2026, 11, 26, tzinfo=UTC), datetime(2026, 11, 28, tzinfo=UTC))
    sessions = [
        (datetime(2026, 11, 23, 9, tzinfo=UTC), datetime(2026, 11, 23, 15, tzinfo=UTC)),
        (datetime(2026, 11, 24, 18, tzinfo=UTC), datetime(2026, 11, 24, 20, tzinfo=UTC)),
    ]
    result = measured("id", "Ana", working, [absence], sessions)
    assert (result.booked_hours, result.available, result.absent, result.sessions) == (8, 24, 16, 2)
    assert result.percent == Decimal("33.3")
    assert (result.free, result.over) == (16, 0)


def test_the_teams_utilisation_is_all_hours_by_all_hours() -> None:
    people = ordered([person("Cy", "0", "0"), person("Bo", "10", "40"), person("Al", "22", "20")])
    team = TeamUtilisation(date(2026, 11, 23), date(2026, 11, 29), people)
    assert [row.name for row in people] == ["Al", "Bo", "Cy"]
    assert team.percent == Decimal("53.3")
    assert (people[0].percent, people[0].over, people[2].percent) == (Decimal("110.0"), 2, None)
    assert TeamUtilisation(team.first, team.last, []).percent is None
