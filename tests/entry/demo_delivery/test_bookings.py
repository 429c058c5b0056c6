"""Generated sessions lie in working hours, never overlap, and fill the share of the hours that the demo shows."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from core.business.specialists.utilisation.hours import Span, hours_in, shared, shifts
from core.entry.demo_delivery.bookings import SHARE, Calendars, WorkedOrder, past_sessions

FIRST = date(2026, 10, 12)
WEEK = {day: [["08:00", "12:00"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
ORDERS = [
    WorkedOrder("t1", "e1", "lead", date(2026, 10, 1), date(2026, 10, 20)),
    WorkedOrder("t2", "e2", "lead", date(2026, 10, 15), None),
]


def _working(days: int, zone: str = "America/New_York") -> list[Span]:
    return shifts(WEEK, zone, FIRST, FIRST + timedelta(days=days - 1))


@given(st.integers(1, 60), st.sampled_from(["America/New_York", "Europe/Berlin", "Africa/Harare"]))
def test_sessions_lie_in_working_hours_and_never_overlap(days: int, zone: str) -> None:
    working = _working(days, zone)
    sessions = list(past_sessions("s", working, ORDERS, zone))
    for session in sessions:
        assert any(start <= session.starts_at and session.ends_at <= end for start, end in working)
    for before, after in itertools.pairwise(sessions):
        assert before.ends_at <= after.starts_at


def test_four_weeks_are_booked_to_the_share_within_one_session() -> None:
    working = _working(28)
    sessions = list(past_sessions("s", working, ORDERS, "America/New_York"))
    booked = hours_in([(session.starts_at, session.ends_at) for session in sessions])
    target = hours_in(working) * SHARE
    assert abs(booked - target) <= 2


def test_a_session_belongs_to_an_order_that_was_worked_on_that_day() -> None:
    sessions = past_sessions("s", _working(28), ORDERS, "America/New_York")
    days = {(session.order.engagement_id, session.starts_at.date()) for session in sessions}
    assert all(day <= date(2026, 10, 20) for order, day in days if order == "e1")
    assert all(day >= date(2026, 10, 15) for order, day in days if order == "e2")


def test_a_customer_meets_nobody_twice_at_a_time_where_another_order_can_be_chosen() -> None:
    busy = (datetime(2026, 10, 19, 12, tzinfo=UTC), datetime(2026, 10, 19, 16, tzinfo=UTC))
    calendars = Calendars({}, {"t1": [busy]})
    sessions = list(past_sessions("s", _working(10), ORDERS, "America/New_York", calendars=calendars))
    meanwhile = [session for session in sessions if shared([(session.starts_at, session.ends_at)], [busy])]
    assert {session.order.tenant for session in meanwhile} == {"t2"}
    assert len(calendars.booked["t1"]) + len(calendars.booked["t2"]) == len(sessions) + 1


def test_nobody_without_orders_is_booked() -> None:
    assert list(past_sessions("s", _working(5), [], "Africa/Harare")) == []
    assert Decimal(0) < SHARE < 1
