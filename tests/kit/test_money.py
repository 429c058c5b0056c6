"""Money is exact, and rounded the way a till does it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kit import money

amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=4)


@pytest.mark.parametrize(
    ("amount", "cents"),
    [("0.125", "0.13"), ("0.135", "0.14"), ("-0.125", "-0.13"), ("2.5", "2.50"), ("0.0049", "0.00")],
)
def test_half_a_cent_is_rounded_away_from_zero(amount, cents):
    assert money.round_to_cents(Decimal(amount)) == Decimal(cents)


@given(amounts)
def test_rounding_moves_an_amount_by_half_a_cent_at_most(amount):
    assert abs(money.round_to_cents(amount) - amount) <= Decimal("0.005")


@given(amounts)
def test_rounding_twice_changes_nothing(amount):
    once = money.round_to_cents(amount)
    assert money.round_to_cents(once) == once


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("1234.5", "USD", "$1,234.50"),
        ("-3", "USD", "-$3.00"),
        ("4.23", "usd", "$4.23"),
        ("1999.5", "JPY", "JPY 2,000"),
        ("1.2345", "KWD", "KWD 1.235"),
        ("1000000", "EUR", "€1,000,000.00"),
        ("12", "ZWG", "ZiG 12.00"),
    ],
)
def test_an_amount_is_shown_with_its_currency_and_its_coins(amount, currency, text):
    assert money.show(Decimal(amount), currency) == text


def test_no_amount_is_shown_as_a_dash_never_as_zero():
    assert money.show(None) == "–"


@given(amounts)
def test_what_is_shown_in_dollars_reads_back_as_the_rounded_amount(amount):
    digits = money.show(amount).replace("$", "").replace(",", "")
    assert Decimal(digits) == money.round_to_cents(amount)


@pytest.mark.parametrize(
    ("currency", "digits"),
    [("USD", 2), ("eur", 2), ("JPY", 0), ("krw", 0), ("KWD", 3), ("bhd", 3), ("XYZ", 2)],
)
def test_a_currency_has_the_places_of_its_minor_unit(currency, digits):
    assert money.minor_digits(currency) == digits


@pytest.mark.parametrize(
    ("currency", "sign"), [("USD", "$"), ("gbp", "£"), ("CAD", "CA$"), ("CHF", "CHF "), ("inr", "INR ")]
)
def test_an_amount_has_the_sign_or_the_code_of_its_currency(currency, sign):
    assert money.symbol(currency) == sign


@pytest.mark.parametrize(("amount", "text"), [("-0.004", "$0.00"), ("0.005", "$0.01"), ("-0.005", "-$0.01")])
def test_the_sign_is_that_of_the_rounded_amount(amount, text):
    assert money.show(Decimal(amount)) == text
