from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.business.engagements.sessions.allowance import (
    UsedTime,
    charge,
    charges,
    duration,
    included_minutes,
    meter,
)
from core.business.engagements.sessions.rules import SessionState

START = datetime(2026, 6, 1, 9, tzinfo=UTC)
BOOKED, HELD, CANCELLED = SessionState.BOOKED, SessionState.HELD, SessionState.CANCELLED


def used(key: int, state: SessionState, minutes: int, charged: int = 0) -> UsedTime:
    return UsedTime(f"s{key}", state, START + timedelta(days=key), minutes, charged)


def test_packages_say_what_is_counted() -> None:
    assert included_minutes("restaurant", "professional") == 120
    assert included_minutes("restaurant", "starter") == 0
    assert included_minutes("restaurant", "enterprise") is None
    assert included_minutes("school", "any") is None
    assert included_minutes("restaurant", "gone") is None


def test_the_allowance_of_professional_is_one_discovery_and_what_follows_is_charged() -> None:
    sessions = [used(1, BOOKED, 120), used(2, BOOKED, 180)]
    assert charges(sessions, 120) == {"s1": 0, "s2": 180}
    count = meter(sessions, 120, "USD")
    assert (count.used, count.charged, count.remaining) == (300, 180, 0)
    assert count.price_of(count.beyond(60)) == Decimal("150.00")
    assert count.words == "5 h of 2 h used, 3 h charged"


def test_a_session_is_charged_for_what_goes_beyond() -> None:
    count = meter([used(1, HELD, 60)], 120, "USD")
    assert (count.beyond(60), count.beyond(180)) == (0, 120)
    assert count.words == "1 h of 2 h used"


def test_a_package_without_consultation_says_so() -> None:
    assert (
        meter([used(1, BOOKED, 90)], 0, "USD").words == "none included, 1 h 30 min used, 1 h 30 min charged"
    )


def test_a_cancelled_session_gives_its_time_back_to_those_that_follow() -> None:
    assert charges([used(1, CANCELLED, 120), used(2, BOOKED, 120)], 120) == {"s1": 0, "s2": 0}


def test_what_was_charged_when_it_was_held_stays_charged() -> None:
    sessions = [used(1, BOOKED, 120), used(2, HELD, 180, charged=180)]
    assert charges(sessions, 120) == {"s2": 180, "s1": 0}


def test_an_order_with_a_team_of_its_own_is_charged_nothing() -> None:
    count = meter([used(1, HELD, 240), used(2, BOOKED, 240)], None, "USD")
    assert (count.is_metered, count.charged, count.beyond(240)) == (False, 0, 0)
    assert count.words == "Sessions are part of the service"


def test_a_currency_without_a_price_is_counted_and_not_priced() -> None:
    assert meter([], 0, "ZWG").price_of(60) is None


@pytest.mark.parametrize(
    ("minutes", "currency", "amount"),
    [(50, "USD", "125.00"), (1, "USD", "2.50"), (1, "JPY", "3"), (0, "USD", "0.00")],
)
def test_a_charge_is_rounded_once(minutes: int, currency: str, amount: str) -> None:
    assert charge(minutes, Decimal(150), currency) == Decimal(amount)


def test_durations_read_as_people_say_them() -> None:
    assert [duration(minutes) for minutes in (0, 45, 120, 150)] == ["0 min", "45 min", "2 h", "2 h 30 min"]


@given(
    st.lists(
        st.tuples(st.sampled_from([BOOKED, CANCELLED]), st.sampled_from([60, 120, 180, 240])), max_size=8
    ),
    st.integers(0, 600),
)
def test_included_and_charged_time_make_up_all_that_is_used(
    rows: list[tuple[SessionState, int]], included: int
) -> None:
    sessions = [used(number, state, minutes) for number, (state, minutes) in enumerate(rows)]
    count = meter(sessions, included, "USD")
    assert count.charged == max(count.used - included, 0)
    assert count.beyond(60) == max(count.used + 60 - included, 0) - count.charged
