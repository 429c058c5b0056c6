"""Instalments of payment plans: they sum to the total, are equal, and the last one takes what does not divide."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.business.billing.plans import (
    EXTENDED,
    FULL,
    GO_LIVE,
    SIGNING,
    SPLIT,
    due_text,
    instalments,
    months_later,
)
from core.errors import InvalidInputError
from core.kit.money import minor_digits

SIGNED = date(2026, 11, 30)
currencies = st.sampled_from(["USD", "EUR", "JPY", "KWD", "TND", "CLP"])
plans = st.one_of(
    st.sampled_from([(FULL, None), (SPLIT, None)]),
    st.integers(3, 12).map(lambda months: (EXTENDED, months)),
)


@st.composite
def totals(draw: st.DrawFn) -> tuple[Decimal, str]:
    """A total of a currency, in its minor unit."""
    currency = draw(currencies)
    units = draw(st.integers(0, 10**11))
    return Decimal(units).scaleb(-minor_digits(currency)), currency


@given(totals(), plans)
def test_instalments_sum_to_the_total_and_the_last_takes_the_rest(
    amount: tuple[Decimal, str], plan: tuple[str, int | None]
) -> None:
    total, currency = amount
    kind, months = plan
    parts = instalments(total, kind, months, currency, SIGNED)
    assert sum(part.amount for part in parts) == total
    assert [part.number for part in parts] == list(range(1, len(parts) + 1))
    assert len({part.amount for part in parts[:-1]}) <= 1
    unit = Decimal(1).scaleb(-minor_digits(currency))
    assert all(part.amount == part.amount.quantize(unit) >= 0 for part in parts)
    assert 0 <= parts[-1].amount - parts[0].amount < unit * len(parts)


@pytest.mark.parametrize("currency", ["USD", "ZWG", "ZWL"])
@pytest.mark.parametrize("total", ["0", "0.01", "0.03", "0.11", "999999999999.99"])
def test_the_smallest_and_the_largest_prices_are_divided_to_the_cent(total: str, currency: str) -> None:
    for kind, months in ((FULL, None), (SPLIT, None), *((EXTENDED, months) for months in range(3, 13))):
        parts = instalments(Decimal(total), kind, months, currency, SIGNED)
        assert sum(part.amount for part in parts) == Decimal(total)
        assert all(part.amount >= 0 for part in parts)


def test_each_plan_is_due_as_it_says() -> None:
    total = Decimal("1000.01")
    assert [(p.amount, p.due_on, p.due_event) for p in instalments(total, FULL, None, "USD", SIGNED)] == [
        (total, SIGNED, SIGNING)
    ]
    assert [(p.amount, p.due_on, p.due_event) for p in instalments(total, SPLIT, None, "USD", SIGNED)] == [
        (Decimal("500.00"), SIGNED, SIGNING),
        (Decimal("500.01"), None, GO_LIVE),
    ]
    months = instalments(total, EXTENDED, 4, "USD", SIGNED)
    assert [p.due_on for p in months] == [
        SIGNED,
        date(2026, 12, 30),
        date(2027, 1, 30),
        date(2027, 2, 28),
    ]
    assert [p.amount for p in months] == [Decimal("250.00")] * 3 + [Decimal("250.01")]


def test_before_the_signature_days_are_open_and_told_in_months() -> None:
    parts = instalments(Decimal(1000), EXTENDED, 3, "JPY", None)
    texts = [due_text(part.due_on, part.due_event, part.months_after) for part in parts]
    assert texts == ["At signing", "1 month after signing", "2 months after signing"]
    assert [part.amount for part in parts] == [Decimal(333), Decimal(333), Decimal(334)]


@pytest.mark.parametrize(
    ("kind", "months"),
    [(EXTENDED, 2), (EXTENDED, 13), (EXTENDED, None), (FULL, 3), (SPLIT, 6), ("rent", None)],
)
def test_what_is_no_plan_is_refused(kind: str, months: int | None) -> None:
    with pytest.raises(InvalidInputError):
        instalments(Decimal(100), kind, months, "USD", SIGNED)


@pytest.mark.parametrize(
    ("total", "currency"), [("-1", "USD"), ("0.001", "USD"), ("0.5", "JPY"), ("NaN", "USD"), ("1E+30", "USD")]
)
def test_what_is_no_amount_of_the_currency_is_refused(total: str, currency: str) -> None:
    with pytest.raises(InvalidInputError):
        instalments(Decimal(total), FULL, None, currency, SIGNED)


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(0, 24))
def test_months_later_keeps_the_day_or_takes_the_last_of_the_month(day: date, months: int) -> None:
    later = months_later(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == min(day.day, monthrange(later.year, later.month)[1])
