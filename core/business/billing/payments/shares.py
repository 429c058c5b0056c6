"""Divide what was paid, or what goes back, over instalments: in the plan's currency and in the paid one. Pure.

Both sums are exact: the last share takes what does not divide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from core.business.billing.status import PartStatus, allocate
from core.kit.money import ZERO, minor_digits


@dataclass(frozen=True, slots=True)
class Share:
    """What an instalment (id) gets of a payment: in the plan's currency, and in the paid one."""

    instalment_id: str
    amount: Decimal
    paid_amount: Decimal


@dataclass(frozen=True, slots=True)
class RefundShare:
    """What goes back of a stored payment (id) to one instalment (id), in both currencies."""

    payment_id: str
    instalment_id: str
    amount: Decimal
    paid_amount: Decimal


@dataclass(frozen=True, slots=True)
class Refundable:
    """A stored payment of a receipt, and what of it went back already."""

    payment_id: str
    instalment_id: str
    amount: Decimal
    paid_amount: Decimal
    refunded: Decimal = ZERO
    paid_refunded: Decimal = ZERO

    @property
    def remaining(self) -> Decimal:
        return self.amount - self.refunded


def payment_shares(
    statuses: Sequence[PartStatus],
    amount: Decimal,
    paid_amount: Decimal,
    paid_currency: str,
    *,
    surplus_to: str | None = None,
) -> list[Share]:
    """Divide a payment over what is open, the oldest first; both amounts say the same in their currencies.

    What nothing is open for goes to the instalment `surplus_to`, else to none.
    """
    amounts = {part.id: share for part, share in allocate(statuses, amount)}
    surplus = amount - sum(amounts.values(), ZERO)
    if surplus > ZERO and surplus_to is not None:
        amounts[surplus_to] = amounts.get(surplus_to, ZERO) + surplus
    paid = _in_proportion(list(amounts.values()), amount, paid_amount, paid_currency)
    return [
        Share(part, share, paid_share)
        for (part, share), paid_share in zip(amounts.items(), paid, strict=True)
    ]


def refund_shares(payments: Sequence[Refundable], amount: Decimal, paid_currency: str) -> list[RefundShare]:
    """Divide a refund over the payments of a receipt, the youngest instalment first; `amount` is at most what remains."""
    shares = []
    for payment in reversed(payments):
        share = min(payment.remaining, amount)
        if share <= ZERO:
            continue
        paid_remaining = payment.paid_amount - payment.paid_refunded
        exact = payment.paid_amount * share / payment.amount
        paid = (
            paid_remaining
            if share == payment.remaining
            else min(_round(exact, paid_currency), paid_remaining)
        )
        shares.append(RefundShare(payment.payment_id, payment.instalment_id, share, paid))
        amount -= share
    return shares


def _in_proportion(
    shares: Sequence[Decimal], amount: Decimal, paid_amount: Decimal, currency: str
) -> list[Decimal]:
    """Divide `paid_amount` as `shares` divide `amount`; the running sum is rounded, so that no share is below zero."""
    paid, reached, before = [], ZERO, ZERO
    for share in shares:
        reached += share
        upto = paid_amount if reached == amount else _round(paid_amount * reached / amount, currency)
        paid.append(upto - before)
        before = upto
    return paid


def _round(amount: Decimal, currency: str) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-minor_digits(currency)), rounding=ROUND_HALF_UP)
