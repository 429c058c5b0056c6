"""Shares of payments and refunds: exact in both currencies, whatever the rate."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from core.business.billing.payments.shares import Refundable, payment_shares, refund_shares
from core.business.billing.plans import EXTENDED, instalments
from core.business.billing.status import Part, plan_status

DAY = date(2026, 1, 31)
ZERO = Decimal(0)
cents = st.integers(1, 10**8).map(lambda units: Decimal(units).scaleb(-2))


def statuses(total: Decimal, months: int) -> list:
    parts = [
        Part(str(part.number), part.number, part.amount, part.due_on, part.due_event)
        for part in instalments(total, EXTENDED, months, "USD", DAY)
    ]
    return list(plan_status(parts, DAY).parts)


@given(cents, st.integers(3, 12), cents, cents)
def test_a_payment_is_divided_exactly_in_both_currencies(
    total: Decimal, months: int, amount: Decimal, paid: Decimal
) -> None:
    amount = min(amount, total)
    shares = payment_shares(statuses(total, months), amount, paid, "ZWG")
    assert sum(share.amount for share in shares) == amount
    assert sum(share.paid_amount for share in shares) == paid
    assert all(share.amount > ZERO and share.paid_amount >= ZERO for share in shares)


@given(cents, st.integers(3, 12), cents)
def test_what_nothing_is_open_for_goes_to_the_instalment_that_was_asked_for(
    total: Decimal, months: int, surplus: Decimal
) -> None:
    shares = payment_shares(statuses(total, months), total + surplus, total + surplus, "USD", surplus_to="2")
    by_id = {share.instalment_id: share for share in shares}
    assert sum(share.amount for share in shares) == total + surplus
    planned = instalments(total, EXTENDED, months, "USD", DAY)[1].amount
    assert by_id["2"].amount == by_id["2"].paid_amount == planned + surplus


@given(st.lists(st.tuples(cents, cents), min_size=1, max_size=6), st.lists(cents, max_size=8))
def test_refunds_of_any_sizes_give_back_each_payment_once_and_no_more(
    amounts: list[tuple[Decimal, Decimal]], sizes: list[Decimal]
) -> None:
    payments = [Refundable(str(n), f"i{n}", amount, paid) for n, (amount, paid) in enumerate(amounts)]
    for amount in [*sizes, Decimal(10**9)]:
        remaining = sum(payment.remaining for payment in payments)
        shares = refund_shares(payments, min(amount, remaining), "ZWG")
        assert sum(share.amount for share in shares) == min(amount, remaining)
        for share in shares:
            number = int(share.payment_id)
            payments[number] = replace(
                payments[number],
                refunded=payments[number].refunded + share.amount,
                paid_refunded=payments[number].paid_refunded + share.paid_amount,
            )
    for payment in payments:
        assert (payment.refunded, payment.paid_refunded) == (payment.amount, payment.paid_amount)


def test_a_refund_begins_with_the_youngest_instalment() -> None:
    payments = [
        Refundable("a", "1", Decimal(100), Decimal(100)),
        Refundable("b", "2", Decimal(50), Decimal(50)),
    ]
    assert [(share.payment_id, share.amount) for share in refund_shares(payments, Decimal(70), "USD")] == [
        ("b", Decimal(50)),
        ("a", Decimal(20)),
    ]
