"""Orders with payment plans, and what a person records of them, for the tests of payments."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from core.business.billing.payments.methods import NewPayment, NewRefund
from core.business.engagements.create import create_engagement
from core.context import Context
from tests.business.engagements.test_create import details


def add_order(context: Context, total: int = 1000, plan: str = "split", months: int | None = None) -> str:
    """Add an order of the context's customer, signed on 28 Nov 2026; return its id."""
    order_id = create_engagement(context.session, details(Decimal(total), plan=plan, months=months))
    context.session.commit()
    return order_id


def paid(
    amount: str, day: date, currency: str = "USD", reference: str = "", group_id: str | None = None
) -> NewPayment:
    return NewPayment(Decimal(amount), currency, "bank_transfer", day, reference, group_id)


def refunded(receipt: str, amount: str, day: date, group_id: str | None = None) -> NewRefund:
    return NewRefund(receipt, Decimal(amount), "Paid twice", "bank_transfer", day, group_id)
