"""Record payments of an order and give money back, in a Context of the customer."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from core.business.billing.currencies import Conversion, check_currency, convert
from core.business.billing.payments.methods import NewPayment, NewRefund, check_payment, check_refund
from core.business.billing.payments.recording import (
    Receipt,
    next_receipt_number,
    refundable,
    write_payment,
    write_refund,
)
from core.business.billing.payments.shares import payment_shares, refund_shares
from core.business.billing.payments.stored import PAYMENT, StoredPlan, read_plan
from core.business.engagements.payments.converting import converted_on
from core.business.engagements.payments.orders import find_order
from core.context import Context
from core.errors import ConflictError, NotFoundError
from core.kit.ids import new_id
from core.kit.money import ZERO, show
from core.platform.access.actions import action
from core.platform.audit.actions import record


@action("payment.record")
def record_payment(context: Context, engagement_id: str, payment: NewPayment) -> str:
    """Record a payment of an order, which settles the oldest instalments first; return its receipt's number.

    InvalidInputError for what no payment is; ConflictError where more is paid than is open, where the bank's reference
    was recorded before, or where there is no exchange rate for its day.
    """
    today = today_of(context)
    check_payment(payment, today)
    order = find_order(context, engagement_id)
    stored = read_plan(context.session, engagement_id, today, lock=True)
    if earlier := _recorded(stored, payment.group_id):
        return earlier
    _check_reference(stored, payment)
    conversion = _conversion(context, payment, stored.plan.currency)
    amount = conversion.converted if conversion else payment.amount
    _check_open(stored, amount, conversion)
    currency = conversion.currency if conversion else stored.plan.currency
    shares = payment_shares(stored.status.parts, amount, payment.amount, currency)
    receipt = Receipt(
        number=next_receipt_number(context.session, order.number, stored.plan.id),
        group_id=payment.group_id or new_id(),
        method=payment.method,
        day=payment.received_on,
        now=context.now,
        reference=payment.reference.strip() or None,
        person_id=context.person,
        conversion=conversion,
    )
    write_payment(context.session, stored, receipt, shares)
    record(
        context,
        "payment.record",
        "engagement",
        engagement_id,
        order=order.number,
        receipt=receipt.number,
        amount=show(amount, stored.plan.currency),
        method=payment.method,
    )
    return receipt.number


@action("payment.refund")
def refund_payment(context: Context, engagement_id: str, refund: NewRefund) -> str:
    """Give money of a receipt back, in the plan's currency; return the refund's receipt number.

    What goes back is due again, unless the instalment was waived. NotFoundError for a receipt of another order,
    ConflictError where more goes back than is left of the receipt.
    """
    today = today_of(context)
    order = find_order(context, engagement_id)
    stored = read_plan(context.session, engagement_id, today, lock=True)
    if earlier := _recorded(stored, refund.group_id):
        return earlier
    currency = stored.plan.currency
    check_refund(refund, currency, today)
    payments = refundable(stored, refund.receipt_number)
    if not payments:
        raise NotFoundError(
            "There is no such receipt of a payment.", hint="Choose one of the order's payments."
        )
    remaining = sum((payment.remaining for payment in payments), ZERO)
    if refund.amount > remaining:
        raise ConflictError(
            f"{show(refund.amount, currency)} is more than the {show(remaining, currency)} that can go back"
            f" of {refund.receipt_number}.",
            hint="Enter a smaller amount.",
        )
    paid_currency = next(
        payment.paid_currency for payment in stored.payments if payment.id == payments[0].payment_id
    )
    receipt = Receipt(
        number=next_receipt_number(context.session, order.number, stored.plan.id),
        group_id=refund.group_id or new_id(),
        method=refund.method,
        day=refund.refunded_on,
        now=context.now,
        reason=refund.reason.strip(),
        person_id=context.person,
    )
    write_refund(context.session, stored, receipt, refund_shares(payments, refund.amount, paid_currency))
    record(
        context,
        "payment.refund",
        "engagement",
        engagement_id,
        reason=refund.reason.strip(),
        order=order.number,
        receipt=receipt.number,
        amount=show(refund.amount, currency),
    )
    return receipt.number


def today_of(context: Context) -> date:
    """Return the day at the customer."""
    return context.today


def _recorded(stored: StoredPlan, group_id: str | None) -> str | None:
    """Return the receipt of what was recorded under this id before, None where nothing was."""
    numbers = (row.receipt_number for row in stored.payments if group_id and row.group_id == group_id)
    return next(numbers, None)


def _check_reference(stored: StoredPlan, payment: NewPayment) -> None:
    reference = payment.reference.strip()
    for row in stored.payments:
        if reference and row.kind == PAYMENT and (row.method, row.reference) == (payment.method, reference):
            raise ConflictError(
                f"The reference {reference} is recorded already, as {row.receipt_number}.",
                hint="Check whether this is the same payment.",
            )


def _conversion(context: Context, payment: NewPayment, into: str) -> Conversion | None:
    """Convert what was paid by the operator's rate of its day; None where it is in the plan's currency."""
    currency = check_currency(payment.currency, payment.received_on)
    return converted_on(context, payment.amount, currency, into, payment.received_on)


def _check_open(stored: StoredPlan, amount: Decimal, conversion: Conversion | None) -> None:
    """Refuse what is paid beyond what is open, in words."""
    currency, remaining = stored.plan.currency, stored.status.remaining
    if remaining == ZERO:
        raise ConflictError("Nothing is open on this order.", hint="Check which order was paid.")
    if amount <= ZERO:
        raise ConflictError(
            f"This is less than a cent of {currency}.", hint="Check the amount and its currency."
        )
    if amount > remaining:
        most = show(remaining, currency)
        if conversion is not None:
            exact = convert(remaining, currency, conversion.currency, conversion.rate)
            most = f"{show(exact.converted, conversion.currency)} ({most})"
        raise ConflictError(
            f"{show(amount, currency)} is more than the {show(remaining, currency)} that is open.",
            hint=f"Record at most {most}, and give the difference back or record it on another order.",
        )
