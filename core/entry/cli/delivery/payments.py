"""Commands of payments: what is due of an order, a payment recorded, money given back, a receipt printed."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from core.business.billing.payments.methods import NewPayment, NewRefund
from core.business.engagements.payments.actions import record_payment, refund_payment, today_of
from core.business.engagements.payments.receipts import ReceiptView
from core.business.engagements.payments.views import OrderPayments, order_payments, receipt
from core.business.engagements.views import order_states
from core.context import Context
from core.entry.cli.answer import Answer, table
from core.entry.cli.sales.numbers import as_number
from core.entry.cli.session import tenant_session
from core.errors import NotFoundError
from core.kit.money import show


def list_payments(args: Namespace) -> Answer:
    """Show the payments of an order."""
    with tenant_session(args) as context:
        return _answer(order_payments(context, _order_id(context, args.order)))


def record(args: Namespace) -> Answer:
    """Record a payment of an order."""
    with tenant_session(args) as context:
        order_id = _order_id(context, args.order)
        currency = args.currency or order_payments(context, order_id).currency
        payment = NewPayment(args.amount, currency, args.method, args.on or today_of(context), args.reference)
        number = record_payment(context, order_id, payment)
        return _answer(order_payments(context, order_id), f"Recorded as {number}.", number)


def refund(args: Namespace) -> Answer:
    """Give money of a receipt back."""
    with tenant_session(args) as context:
        order_id = _order_id(context, args.order)
        new = NewRefund(
            args.receipt.upper(), args.amount, args.reason, args.method, args.on or today_of(context)
        )
        number = refund_payment(context, order_id, new)
        return _answer(order_payments(context, order_id), f"Given back as {number}.", number)


def print_receipt(args: Namespace) -> Answer:
    """Write a receipt as a PDF file."""
    number = args.receipt.upper()
    with tenant_session(args) as context:
        pdf = receipt(context, _order_id(context, args.order), number)
    path = args.out or Path(f"{number}.pdf")
    path.write_bytes(pdf)
    return Answer({"receipt": number, "file": str(path), "bytes": len(pdf)}, f"Wrote {path}.")


def _order_id(context: Context, number: str) -> str:
    """Find an order of the customer by its number or id."""
    for row in order_states(context):
        if number.upper() == row.number or number == row.id:
            return row.id
    raise NotFoundError(f"There is no order {number!r}.", hint="Show all: aura order show --tenant …")


def _answer(view: OrderPayments, done: str = "", receipt_number: str = "") -> Answer:
    status, currency = view.status, view.currency
    sums = {
        "total": status.total,
        "paid": status.paid,
        "due": status.due,
        "overdue": status.overdue,
        "not_yet_due": status.not_yet_due,
        "no_longer_due": status.no_longer_due,
        "held": status.held,
        "refunded": status.refunded,
    }
    document: dict[str, Any] = {
        "order": view.order_number,
        "plan": view.plan,
        "currency": currency,
        **{name: as_number(amount) for name, amount in sums.items()},
        "instalments": [
            {
                "number": part.part.number,
                "amount": as_number(part.part.amount),
                "paid": as_number(part.paid),
                "due": part.due,
                "state": part.state,
            }
            for part in status.parts
        ],
        "receipts": [_receipt(row) for row in view.receipts],
        "gateway": view.gateway,
    }
    if receipt_number:
        document["receipt"] = receipt_number
    words = [f"{name.replace('_', ' ')} {show(amount, currency)}" for name, amount in sums.items() if amount]
    instalments = [
        (part.part.number, show(part.part.amount, currency), show(part.paid, currency), part.due, part.state)
        for part in status.parts
    ]
    receipts = [
        (row.number, "refund" if row.is_refund else "payment", row.amount_text, str(row.day), row.method)
        for row in view.receipts
    ]
    texts = [
        done,
        f"{view.order_number}: {', '.join(words)}. {view.plan}.",
        table(("no.", "amount", "paid", "due", "state"), instalments),
        table(("receipt", "kind", "amount", "day", "method"), receipts, empty="Nothing was paid yet."),
    ]
    return Answer(document, "\n\n".join(filter(None, texts)))


def _receipt(row: ReceiptView) -> dict[str, Any]:
    return {
        "number": row.number,
        "kind": "refund" if row.is_refund else "payment",
        "day": row.day,
        "amount": as_number(row.amount),
        "currency": row.currency,
        "paid_amount": as_number(row.paid_amount),
        "paid_currency": row.paid_currency,
        "rate": row.rate_note,
        "method": row.method,
        "reference": row.reference,
        "reason": row.reason,
    }
