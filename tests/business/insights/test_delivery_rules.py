"""The figures of the delivery desk, by their definitions."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from core.business.engagements.rules import OrderState
from core.business.insights.delivery.rules import (
    MIN_ENDED,
    FigureKey,
    OrderRow,
    PaymentRow,
    active_figure,
    ended_in,
    period_of,
    revenue_figure,
    success_figure,
)

TODAY = date(2026, 11, 26)
CENTS = st.integers(1, 10**9).map(lambda cents: Decimal(cents) / 100)


def order(state: str, *, approved: bool = True, ended: date | None = None) -> OrderRow:
    approved_on = date(2026, 9, 1) if approved else None
    return OrderRow(
        *("c", "Customer", "e", "OC-1", state, "school", "growth", Decimal(6500), "USD"),
        *(approved_on, ended, False),
    )


def payment(amount: Decimal, *, kind: str = "payment", currency: str = "USD") -> PaymentRow:
    return PaymentRow(
        "c", "Customer", "e", "OC-1", kind, amount, currency, date(2026, 11, 1), "OC-1-R1", is_generated=False
    )


def test_a_period_ends_yesterday_and_has_its_number_of_days() -> None:
    for key, days in ((FigureKey.REVENUE, 30), (FigureKey.UTILISATION, 28), (FigureKey.SUCCESS, 90)):
        period = period_of(key, TODAY)
        assert period.last == TODAY - timedelta(days=1)
        assert (period.last - period.first).days + 1 == days


def test_orders_are_active_from_their_approval_to_their_end_also_on_hold() -> None:
    orders = [order(state.value) for state in OrderState]
    figure = active_figure(orders)
    assert figure.value == len(OrderState) - 3
    assert figure.sample == "1 on hold"


@given(st.lists(st.tuples(CENTS, st.sampled_from(["payment", "refund"]), st.sampled_from(["USD", "ZWG"]))))
def test_revenue_is_payments_less_refunds_and_no_currency_is_added_to_another(
    rows: list[tuple[Decimal, str, str]],
) -> None:
    payments = [payment(amount, kind=kind, currency=currency) for amount, kind, currency in rows]
    figure = revenue_figure(payments, period_of(FigureKey.REVENUE, TODAY))
    for currency in ("USD", "ZWG"):
        amounts = [amount if kind == "payment" else -amount for amount, kind, of in rows if of == currency]
        assert figure.amounts.get(currency, Decimal(0)) == sum(amounts, Decimal(0))


def test_success_counts_orders_that_ended_in_the_period_and_were_approved() -> None:
    period = period_of(FigureKey.SUCCESS, TODAY)
    completed = [order("completed", ended=period.first) for _ in range(48)]
    cancelled = [order("cancelled", ended=period.last) for _ in range(2)]
    beside = [
        order("completed", ended=period.first - timedelta(days=1)),
        order("completed", ended=TODAY),
        order("cancelled", ended=period.last, approved=False),
        order("testing"),
    ]
    figure = success_figure([*completed, *cancelled, *beside], period)
    assert (figure.value, figure.sample) == (Decimal("96.0"), "48 of 50")
    assert len(ended_in([*completed, *cancelled, *beside], period)) == 50


def test_success_of_a_few_orders_is_no_figure() -> None:
    period = period_of(FigureKey.SUCCESS, TODAY)
    figure = success_figure([order("completed", ended=period.last)] * (MIN_ENDED - 1), period)
    assert figure.value is None
    assert figure.missing == "4 of 5 ended orders needed"
