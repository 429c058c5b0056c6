"""Sessions ahead lie in the hours of both sides and after the moment of writing, and nobody has two at a time."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.business.engagements.sessions.kinds import session_rules
from core.business.specialists.utilisation.hours import Span, hours_in, shared, shifts
from core.entry.demo_delivery.bookings import Calendars, PlannedSession, WorkedOrder, on_grid
from core.entry.demo_delivery.coming import SHARES, WEEKLY_PER_ORDER, coming_sessions
from core.entry.demo_delivery.people import FULL_WEEK, LATE_WEEK

ZONES = ("America/Chicago", "Africa/Harare", "America/New_York", "Europe/Berlin")
CHANGES = (datetime(2026, 10, 24, tzinfo=UTC), datetime(2027, 3, 13, tzinfo=UTC))
MOMENTS = st.one_of(
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC)),
    st.builds(
        lambda change, hours: change + timedelta(hours=hours), st.sampled_from(CHANGES), st.integers(0, 72)
    ),
)


def _order(number: int, state: str = "data_migration", *, zone_number: int = 0) -> WorkedOrder:
    tenant = f"{ZONES[zone_number % len(ZONES)]}|{number}"
    return WorkedOrder(tenant, f"e{number}", "lead", date(2025, 1, 1), None, state=state)


def _hours(zone: str, weekly: object, since: datetime) -> list[Span]:
    return shifts(weekly, zone, since.date() - timedelta(days=1), since.date() + timedelta(days=16))


def _calendars(orders: list[WorkedOrder], since: datetime) -> Calendars:
    zones = {order.tenant: order.tenant.partition("|")[0] for order in orders}
    weekly = session_rules().customer_hours
    return Calendars({tenant: _hours(zone, weekly, since) for tenant, zone in zones.items()})


@given(MOMENTS, st.integers(1, 6))
def test_no_session_is_outside_of_hours_and_none_overlaps(since: datetime, count: int) -> None:
    orders = [_order(number, zone_number=number) for number in range(count)]
    calendars = _calendars(orders, since)
    planned: list[PlannedSession] = []
    for specialist, (zone, weekly) in enumerate(
        [("America/New_York", FULL_WEEK), ("Asia/Kolkata", LATE_WEEK)]
    ):
        working = _hours(zone, weekly, since)
        sessions = list(coming_sessions(str(specialist), working, orders, calendars, since))
        for session in sessions:
            span = (session.starts_at, session.ends_at)
            length = [(span[0], span[1])]
            assert span[0] >= since
            assert hours_in(shared(length, working)) == hours_in(length)
            assert hours_in(shared(length, calendars.hours[session.order.tenant])) == hours_in(length)
        planned += sessions
    for key in (lambda entry: entry.specialist, lambda entry: entry.order.tenant):
        for _, group in itertools.groupby(
            sorted(planned, key=lambda entry: (key(entry), entry.starts_at)), key
        ):
            for before, after in itertools.pairwise(group):
                assert before.ends_at <= after.starts_at


@given(MOMENTS)
def test_an_order_has_two_sessions_a_week_at_most_and_the_week_is_not_filled(since: datetime) -> None:
    orders = [_order(number) for number in range(12)]
    working = _hours("America/New_York", FULL_WEEK, since)
    sessions = list(coming_sessions("s", working, orders, _calendars(orders, since), since))
    week = [session for session in sessions if session.starts_at < since + timedelta(days=7)]
    assert max(Counter(session.order.engagement_id for session in week).values()) <= WEEKLY_PER_ORDER
    available = hours_in(shared(working, [(since, since + timedelta(days=7))]))
    assert hours_in([(session.starts_at, session.ends_at) for session in week]) <= available * SHARES[0]


@given(MOMENTS)
def test_whoever_shows_the_demo_has_a_session_on_the_next_day_of_work(since: datetime) -> None:
    orders = [_order(1), _order(2, "testing"), _order(3, "go_live")]
    working = _hours("America/New_York", FULL_WEEK, since)
    first = next(coming_sessions("bob", working, orders, _calendars(orders, since), since))
    begun = [span for span in working if span[1] - max(span[0], since) >= timedelta(hours=3.5)]
    assert first.starts_at < begun[1][1]


def test_orders_that_are_on_hold_approved_or_over_have_none() -> None:
    since = datetime(2026, 11, 30, 12, tzinfo=UTC)
    over = WorkedOrder(
        "Africa/Harare|9", "e9", "lead", date(2026, 1, 1), date(2026, 11, 1), state="completed"
    )
    orders = [_order(1, "on_hold"), _order(2, "approved"), over]
    working = _hours("America/New_York", FULL_WEEK, since)
    assert list(coming_sessions("s", working, orders, _calendars(orders, since), since)) == []


def test_sessions_begin_at_full_and_half_hours() -> None:
    assert on_grid(datetime(2026, 11, 30, 12, 1, 5, tzinfo=UTC)) == datetime(2026, 11, 30, 12, 30, tzinfo=UTC)
    assert on_grid(datetime(2026, 11, 30, 12, 30, tzinfo=UTC)) == datetime(2026, 11, 30, 12, 30, tzinfo=UTC)
