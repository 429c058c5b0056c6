"""A figure is median, p10 and p90 of enough migrations; of too few it is none, and says how many are missing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.business.sales.figures.measures import MEASURES, MINIMUM_SAMPLE
from core.business.sales.figures.rules import Observation, figures_of, numbers_of, percentile, worst

numbers = st.decimals(min_value=0, max_value=10_000, places=2)


def observations(
    values: list[Decimal], key: str = "elapsed_days", currency: str = "USD"
) -> list[Observation]:
    return [
        Observation(date(2026, 1, 1 + index % 28), {key: value}, currency)
        for index, value in enumerate(values)
    ]


def test_eleven_migrations_give_their_sixth_second_and_tenth_value():
    figure = figures_of(observations([Decimal(day) for day in range(1, 12)]), "USD")["elapsed_days"]
    assert (figure.low, figure.value, figure.high) == (2, 6, 10)
    assert (figure.sample, figure.as_of, figure.unit, figure.missing) == (11, date(2026, 1, 11), "days", "")


def test_nine_migrations_give_no_value_and_say_what_is_missing():
    figure = figures_of(observations([Decimal(2)] * (MINIMUM_SAMPLE - 1)), "USD")["elapsed_days"]
    assert (figure.value, figure.low, figure.high, figure.sample) == (None, None, None, 9)
    assert figure.missing == "9 of 10 finished migrations needed"


def test_amounts_of_another_currency_are_left_out_and_nothing_is_nothing_in_all():
    dollars = observations([Decimal(1)] * 10, "training_cost")
    euros = observations([Decimal(999)] * 10, "training_cost", "EUR")
    zero = observations([Decimal(0)] * 10, "training_cost", "EUR")
    assert figures_of([*dollars, *euros], "USD")["training_cost"].high == 1
    figure = figures_of([*dollars, *zero], "USD")["training_cost"]
    assert (figure.sample, figure.unit) == (20, "USD")


@given(st.lists(numbers, min_size=MINIMUM_SAMPLE, max_size=60))
def test_low_value_and_high_lie_in_order_between_the_least_and_the_largest(values):
    figure = figures_of(observations(values, "unexplained_amount"), "USD")["unexplained_amount"]
    assert min(values) <= figure.low <= figure.value <= figure.high <= max(values)


@given(st.lists(numbers, min_size=1, max_size=40))
def test_half_of_the_values_lie_on_either_side_of_the_median(values):
    ordered = sorted(values)
    median = percentile(ordered, Decimal("0.5"))
    assert sum(value <= median for value in ordered) >= len(ordered) / 2
    assert sum(value >= median for value in ordered) >= len(ordered) / 2


def test_no_values_have_no_percentile():
    with pytest.raises(ValueError, match="no values"):
        percentile([], Decimal("0.5"))


def test_stored_numbers_are_read_from_text_and_from_reports_and_nothing_else_is():
    stored = {
        "elapsed_days": "3.5",
        "complaints": {"value": "2", "source": "owner"},
        "currency": "USD",
        "items": "NaN",
        "rows_total": "many",
        "days_closed": {"source": "owner"},
        "never_heard": "1",
    }
    assert numbers_of(stored) == {"elapsed_days": Decimal("3.5"), "complaints": Decimal(2)}


@pytest.mark.parametrize(
    ("key", "expected"), [("elapsed_days", 9), ("rows_conserved_percent", 2), ("items", 9)]
)
def test_a_promise_is_held_against_the_worst(key, expected):
    assert worst(MEASURES[key], [Decimal(2), Decimal(9), Decimal(4)]) == expected
    assert worst(MEASURES[key], []) is None
