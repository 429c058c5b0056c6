"""Currencies of payments and conversions by dated rates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.business.billing.currencies import (
    Rate,
    check_amount,
    check_currency,
    convert,
    rate_on,
)
from core.errors import ConflictError, InvalidInputError

DAY = date(2026, 11, 28)


def rate(day: date, value: str, base: str = "USD", quote: str = "ZWG") -> Rate:
    return Rate(base, quote, day, Decimal(value), "RBZ")


def test_zwl_is_history_and_usd_and_zwg_are_active() -> None:
    assert [check_currency(code, DAY) for code in ("USD", " zwg ")] == ["USD", "ZWG"]
    assert check_currency("ZWL", date(2024, 8, 31)) == "ZWL"
    with pytest.raises(
        InvalidInputError, match=r"ZWL ended on 31 Aug 2024\. Enter the amount in ZWG or USD\."
    ):
        check_currency("ZWL", date(2024, 9, 1))
    for code in ("EUR", "", "US"):
        with pytest.raises(InvalidInputError):
            check_currency(code, DAY)


@pytest.mark.parametrize("amount", ["0", "-1", "0.001", "NaN", "Infinity", "1e13"])
def test_only_amounts_to_the_cent_above_zero_are_taken(amount: str) -> None:
    with pytest.raises(InvalidInputError):
        check_amount(Decimal(amount), "USD")
    assert check_amount(Decimal("10.50"), "USD") == Decimal("10.50")


def test_the_newest_rate_of_at_most_a_week_converts_either_way_round() -> None:
    rates = [rate(date(2026, 11, 20), "26"), rate(date(2026, 11, 25), "26.4"), rate(date(2026, 11, 29), "27")]
    assert rate_on(rates, "USD", "ZWG", DAY).rate == Decimal("26.4")
    assert rate_on(rates, "ZWG", "USD", date(2026, 11, 24)).rate == Decimal(26)
    with pytest.raises(ConflictError, match="There is no exchange rate between USD and ZWL"):
        rate_on(rates, "USD", "ZWL", DAY)
    with pytest.raises(ConflictError, match="The last one is of 29 Nov 2026"):
        rate_on(rates, "USD", "ZWG", date(2026, 12, 7))


def test_a_conversion_keeps_its_rate_and_is_rounded_half_up_once() -> None:
    used = rate(DAY, "26.405")
    conversion = convert(Decimal("100.01"), "USD", "ZWG", used)
    assert (conversion.converted, conversion.into, conversion.rate) == (Decimal("2640.76"), "ZWG", used)
    assert convert(Decimal("0.01"), "ZWG", "USD", rate(DAY, "2")).converted == Decimal("0.01")  # 0.005
    with pytest.raises(InvalidInputError):
        convert(Decimal(1), "USD", "ZWL", used)


@given(
    st.integers(1, 10**11).map(lambda units: Decimal(units).scaleb(-2)),
    st.integers(1, 10**8).map(lambda units: Decimal(units).scaleb(-4)),
)
def test_a_conversion_is_off_by_half_a_cent_at_most(amount: Decimal, value: Decimal) -> None:
    used = rate(DAY, str(value))
    for source, target, exact in (("USD", "ZWG", amount * value), ("ZWG", "USD", amount / value)):
        converted = convert(amount, source, target, used).converted
        assert abs(converted - exact) <= Decimal("0.005")
        assert converted == converted.quantize(Decimal("0.01"))
