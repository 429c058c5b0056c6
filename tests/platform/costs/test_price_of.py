"""What a token costs, at which moment, and which models are refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidInputError
from core.platform.costs.prices import Price, cost_micro, price_book, price_of
from core.platform.costs.rules import dollars, rate

NOVEMBER = datetime(2026, 11, 21, 12, tzinfo=UTC)
tokens = st.integers(0, 10_000_000)
rates = st.integers(0, 100_000_000)


def test_the_seeds_models_keep_the_seeds_prices_in_their_day(bob):
    """Per 1,000 tokens: gpt-4 $0.03 and $0.06, gpt-3.5-turbo $0.001 and $0.002, claude-2 $0.008 and $0.024."""
    paid = {
        name: price_of(bob, name, datetime(2024, 1, 1, tzinfo=UTC))
        for name in ("gpt-4", "gpt-3.5-turbo", "claude-2", "gpt-4-turbo")
    }
    assert {name: (price.input_micro, price.output_micro) for name, price in paid.items()} == {
        "gpt-4": (30_000_000, 60_000_000),
        "gpt-3.5-turbo": (1_000_000, 2_000_000),
        "claude-2": (8_000_000, 24_000_000),
        "gpt-4-turbo": (10_000_000, 30_000_000),
    }


@pytest.mark.parametrize(
    "model", ["gpt-4", "GPT-4", "gpt-4-0613", "gpt-4-turbo", "gpt-3.5-turbo", "claude-2", "claude-2.1"]
)
def test_a_model_that_was_shut_down_is_refused_by_its_name_and_by_its_dated_names(bob, model):
    with pytest.raises(InvalidInputError, match="shut down") as refused:
        price_of(bob, model, NOVEMBER)
    assert refused.value.facts["model"] == model


def test_a_model_ends_on_its_last_day_to_the_microsecond(bob):
    end = datetime(2026, 10, 23, tzinfo=UTC)
    assert price_of(bob, "gpt-4", end - timedelta(microseconds=1)).effective_to == end
    with pytest.raises(InvalidInputError):
        price_of(bob, "gpt-4", end)


@pytest.mark.parametrize("model", ["gpt-99", "llama-of-our-own", "", "text-embedding-3-small"])
def test_a_model_nobody_knows_a_price_for_is_refused(bob, model):
    with pytest.raises(InvalidInputError, match="no price"):
        price_of(bob, model, NOVEMBER)


def test_a_price_that_changed_holds_from_its_day_on(bob):
    """gpt-3.5-turbo halved its price in February 2024; the library dates its own changes the same way."""
    old, new = (price_of(bob, "gpt-3.5-turbo", datetime(2024, month, 20, tzinfo=UTC)) for month in (1, 3))
    assert (old.input_micro, new.input_micro) == (1_000_000, 500_000)
    assert old.effective_to == new.effective_from
    before, after = (price_of(bob, "gpt-5.6-terra", datetime(2026, month, 1, tzinfo=UTC)) for month in (7, 9))
    assert before.effective_to == after.effective_from == datetime(2026, 7, 30, tzinfo=UTC)
    assert before.input_micro > after.input_micro


def test_every_model_of_the_book_has_a_price_before_its_end(bob):
    for name, entry in price_book().items():
        end = datetime.combine(entry.retired, datetime.min.time(), UTC)
        assert price_of(bob, name, end - timedelta(days=1)).input_micro > 0


def test_the_seeds_own_example_costs_what_it_costs(bob):
    """123 in and 45 out, at which the seeds' own sum failed: $0.006390."""
    price = price_of(bob, "gpt-4", datetime(2024, 1, 1, tzinfo=UTC))
    assert dollars(cost_micro(price, 123, 0, 45)) == "$0.006390"


@given(tokens, st.integers(0, 100), tokens, rates, rates, rates)
def test_a_cost_is_exact_to_half_a_micro_dollar(paid, share, output, rate_in, rate_cached, rate_out):
    cached = paid * share // 100
    price = Price(rate_in, rate_cached, rate_out, None, None, "")
    exact = (paid - cached) * rate_in + cached * rate_cached + output * rate_out
    assert -500_000 < cost_micro(price, paid, cached, output) * 1_000_000 - exact <= 500_000


@pytest.mark.parametrize(
    ("amount", "text"), [(0, "$0.000000"), (1_234_567_890, "$1,234.567890"), (-1, "-$0.000001")]
)
def test_dollars_are_shown_to_the_micro_dollar(amount, text):
    assert dollars(amount) == text


@pytest.mark.parametrize(
    ("amount", "text"), [(100_000, "$0.10"), (25_000, "$0.025"), (30_000_000, "$30.00"), (1, "$0.000001")]
)
def test_a_price_is_shown_exactly_with_the_places_it_needs(amount, text):
    assert rate(amount) == text
