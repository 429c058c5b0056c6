"""Months, limits, prices and sums of AI costs as tables of cases; no database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.platform.costs import rules
from core.platform.costs.prices import (
    BookEntry,
    DatedPrice,
    Price,
    book_prices,
    cost_micro,
    micro,
    normal_name,
    price_book,
)
from core.platform.costs.spending import (
    Answers,
    Call,
    Experience,
    Part,
    by_day,
    cost_per_accepted,
    parts,
    total,
)
from core.platform.costs.views import Forecast, Hour, Meter, PriceLine

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
DOLLARS = Price(2_000_000, 500_000, 8_000_000, None, None, "test")


@pytest.mark.parametrize(
    ("used", "limit", "answer"),
    [
        (79, 100, False),
        (80, 100, True),
        (100, 100, True),
        (150, 100, True),
        (10**9, None, False),
        (0, 1, False),
    ],
)
def test_a_limit_is_near_from_80_percent_on(used, limit, answer):
    assert rules.is_near(used, limit) is answer


@pytest.mark.parametrize(
    ("at", "zone", "month"),
    [
        (datetime(2026, 12, 1, 4, 59, tzinfo=UTC), "America/New_York", "2026-11"),
        (datetime(2026, 12, 1, 5, tzinfo=UTC), "America/New_York", "2026-12"),
        (datetime(2026, 11, 30, 15, tzinfo=UTC), "Asia/Tokyo", "2026-12"),
    ],
)
def test_a_month_is_that_of_the_customers_zone(at, zone, month):
    assert rules.month_of(at, zone) == month


@pytest.mark.parametrize(
    ("month", "zone", "first", "after"),
    [
        ("2026-11", "UTC", datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)),
        ("2026-12", "UTC", datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)),
        # the clock goes back in November: the month has an hour more
        (
            "2026-11",
            "America/New_York",
            datetime(2026, 11, 1, 4, tzinfo=UTC),
            datetime(2026, 12, 1, 5, tzinfo=UTC),
        ),
        ("2024-02", "UTC", datetime(2024, 2, 1, tzinfo=UTC), datetime(2024, 3, 1, tzinfo=UTC)),
    ],
)
def test_a_month_reaches_to_the_first_moment_of_the_next(month, zone, first, after):
    assert rules.month_bounds(month, zone) == (first, after)


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(lambda at: at.replace(tzinfo=UTC)),
    st.sampled_from(["UTC", "America/New_York", "Asia/Kolkata", "Pacific/Auckland"]),
)
def test_every_moment_lies_within_its_month(at, zone):
    first, after = rules.month_bounds(rules.month_of(at, zone), zone)
    assert first <= at < after


@pytest.mark.parametrize(
    ("amount", "text"),
    [(100_000, "$0.10"), (25_000, "$0.025"), (2_500_000, "$2.50"), (1, "$0.000001"), (0, "$0.00")],
)
def test_a_rate_has_two_places_or_as_many_as_it_needs(amount, text):
    assert rules.rate(amount) == text


@pytest.mark.parametrize(
    ("tokens_in", "tokens_cached", "tokens_out", "amount"),
    [
        (1_000_000, 0, 0, 2_000_000),
        (1_000_000, 1_000_000, 0, 500_000),
        (0, 0, 1_000_000, 8_000_000),
        (1_000, 400, 100, 2_200),
        (1, 0, 0, 2),
        (0, 0, 0, 0),
        (1, 1, 0, 1),  # half a micro-dollar is rounded up
    ],
)
def test_a_call_costs_its_tokens_at_their_three_rates(tokens_in, tokens_cached, tokens_out, amount):
    assert cost_micro(DOLLARS, tokens_in, tokens_cached, tokens_out) == amount


@pytest.mark.parametrize(
    ("amount", "micro_dollars"), [("2.5", 2_500_000), ("0.0000005", 1), ("0.0000004", 0), ("0.15", 150_000)]
)
def test_dollars_become_whole_micro_dollars_rounded_half_up(amount, micro_dollars):
    assert micro(Decimal(amount)) == micro_dollars


def test_a_model_is_looked_up_without_case_and_blanks():
    assert normal_name("  GPT-5-Mini ") == "gpt-5-mini"


@pytest.mark.parametrize(
    ("start", "end", "holds"),
    [
        (None, None, True),
        (NOON, None, True),
        (None, NOON, False),
        (NOON + timedelta(microseconds=1), None, False),
        (NOON - timedelta(days=1), NOON + timedelta(microseconds=1), True),
    ],
)
def test_a_price_holds_from_its_first_moment_until_before_its_last(start, end, holds):
    assert Price(1, 1, 1, start, end, "test").holds(NOON) is holds


def dated(day, dollars, cached=None):
    return DatedPrice(
        **{"from": day, "input": dollars, "cached": cached, "output": dollars, "source": "a list"}
    )


def test_prices_of_the_book_follow_each_other_without_a_gap_until_the_model_is_shut_down():
    entry = BookEntry(
        retired=date(2026, 1, 1), prices=(dated(date(2024, 1, 1), "2"), dated(date(2025, 1, 1), "1", "0.5"))
    )
    old, new = book_prices(entry)
    assert (old.input_micro, old.cached_micro) == (2_000_000, 2_000_000)
    assert (new.input_micro, new.cached_micro) == (1_000_000, 500_000)
    assert old.effective_to == new.effective_from == datetime(2025, 1, 1, tzinfo=UTC)
    assert new.effective_to == datetime(2026, 1, 1, tzinfo=UTC)


def test_the_price_book_has_each_model_by_its_normal_name_with_its_prices_in_order():
    for model, entry in price_book().items():
        assert model == normal_name(model)
        starts = [price.first for price in entry.prices]
        assert starts == sorted(set(starts)), model
        assert entry.prices or entry.retired, model


@pytest.mark.parametrize(
    ("start", "end", "state"),
    [
        (None, None, "in force"),
        (NOON + timedelta(days=1), None, "to come"),
        (None, NOON, "ended"),
        (None, NOON + timedelta(days=1), "in force"),
    ],
)
def test_a_line_of_the_price_list_tells_its_state(start, end, state):
    assert PriceLine("m", Price(1, 1, 1, start, end, "test"), None, "").state(NOON) == state


@pytest.mark.parametrize(
    ("limit", "used", "reserved", "tokens_left", "is_near"),
    [
        (100, 50, 20, 30, False),
        (100, 60, 20, 20, True),
        (100, 90, 20, 0, True),
        (None, 10**9, 0, None, False),
    ],
)
def test_a_meter_counts_reserved_tokens_as_taken(limit, used, reserved, tokens_left, is_near):
    meter = Meter("month", "This month", limit, used, reserved, None)
    assert (meter.tokens_left, meter.is_near) == (tokens_left, is_near)


@pytest.mark.parametrize(
    ("tokens", "tokens_left", "fits"), [(10, 10, True), (11, 10, False), (10**9, None, True)]
)
def test_a_forecast_fits_what_the_limits_leave(tokens, tokens_left, fits):
    assert Forecast(1, tokens, 0, tokens_left, tokens_left).fits is fits


@pytest.mark.parametrize(("tokens", "is_above"), [(100, False), (101, True)])
def test_an_hour_is_above_its_alert_only_beyond_it(tokens, is_above):
    assert Hour(tokens, 100).is_above is is_above


def call(number, cost, outcome="answered", operation="field_mapping", day=27):
    return Call(
        str(number), NOON, date(2026, 11, day), None, operation, "p", "m", 1, 10, 4, 5, cost, outcome, None, "", None
    )  # fmt: skip


def test_the_dearest_group_comes_first_then_the_one_with_more_calls_then_by_name():
    calls = [
        call(1, 5, operation="b"),
        call(2, 5, operation="a"),
        call(3, 9, operation="c"),
        call(4, 3, operation="d"),
        call(5, 2, operation="d"),
    ]
    assert list(parts(calls, "operation")) == ["c", "d", "a", "b"]


def test_a_total_adds_calls_tokens_and_money():
    assert total([call(1, 5), call(2, 7)]) == Part(2, 20, 8, 10, 12)
    assert total([]) == Part()
    assert Part(2, 20, 8, 10, 12).tokens == 30


def test_a_trend_ends_with_its_last_day_and_leaves_other_days_out():
    trend = by_day([call(1, 5, day=25), call(2, 7, day=27), call(3, 9, day=20)], date(2026, 11, 27), 3)
    assert [(day.day, part.cost_micro) for day, part in trend.items()] == [(25, 5), (26, 0), (27, 7)]


@pytest.mark.parametrize(
    ("outcome", "failed"),
    [("answered", False), ("cached", False), ("reserved", False), ("timeout", True), ("a new word", True)],
)
def test_a_call_failed_where_it_is_over_without_an_answer(outcome, failed):
    assert call(1, 0, outcome).failed is failed


@pytest.mark.parametrize(
    ("costs", "accepted", "share"),
    [((10,), 4, 3), ((9,), 4, 2), ((10,), 20, 1), ((3, 4), 2, 4)],
)
def test_the_cost_of_an_accepted_mapping_is_rounded_half_up(costs, accepted, share):
    calls = [call(number, cost) for number, cost in enumerate(costs)]
    assert cost_per_accepted(calls, {"0": Answers(accepted, accepted)}) == (share, accepted)


def test_calls_of_other_operations_and_unknown_calls_do_not_count_for_mappings():
    calls = [call(0, 10), call(1, 90, operation="analyze")]
    assert cost_per_accepted(calls, {"0": Answers(2, 2), "elsewhere": Answers(5, 5)}) == (5, 2)
    assert cost_per_accepted(calls, {"0": Answers(2, 0)}) == (None, 0)


@pytest.mark.parametrize(
    ("fields", "tokens", "per_field"), [(0, 0, None), (0, 900, None), (3, 10, 4), (5, 10, 2)]
)
def test_experience_rounds_the_tokens_of_a_field_up(fields, tokens, per_field):
    assert Experience(fields, tokens).per_field == per_field
