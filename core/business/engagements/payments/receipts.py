"""The receipt of a payment or refund, and how it is printed by data/documents/receipt.typ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.kit.money import show
from core.platform.printing.paper import paper_of
from core.platform.printing.pdf import Printed, print_pdf


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """A receipt: money that came in, or (`is_refund`) went back. `rate_note` says how it was converted, '' if it was not.

    `refundable` is what of a payment can still go back.
    """

    number: str
    is_refund: bool
    day: date
    amount: Decimal
    currency: str
    paid_amount: Decimal
    paid_currency: str
    rate_note: str
    method: str
    reference: str
    reason: str
    refundable: Decimal

    @property
    def amount_text(self) -> str:
        """What was paid: '$50.00', or 'ZiG 1,320.00 ($50.00)' where it was converted."""
        in_plan = show(self.amount, self.currency)
        if self.paid_currency == self.currency:
            return in_plan
        return f"{show(self.paid_amount, self.paid_currency)} ({in_plan})"


@dataclass(frozen=True, slots=True)
class ReceiptDocument:
    """What stands on a receipt. `lines` are instalments (number) with their share; `remaining` was still to be paid afterwards."""

    receipt: ReceiptView
    seller: str
    customer: str
    country: str
    is_demo: bool
    order_number: str
    lines: Sequence[tuple[int, Decimal]]
    remaining: Decimal


def print_receipt(document: ReceiptDocument) -> bytes:
    """Print a receipt as a PDF of one page, the same bytes for the same content."""
    return print_pdf("receipt", content(document))


def draw_receipt(document: ReceiptDocument) -> bytes:
    """Draw the receipt as a PNG image."""
    return Printed("receipt", content(document)).images()[0]


def content(document: ReceiptDocument) -> dict[str, object]:
    """Return what the template prints, in words."""
    receipt = document.receipt
    facts = [
        ("Customer", document.customer),
        ("Order", document.order_number),
        ("Refunded on" if receipt.is_refund else "Received on", f"{receipt.day:%-d %b %Y}"),
        ("Method", receipt.method),
        ("Reference", receipt.reference),
        ("Exchange rate", receipt.rate_note),
        ("Reason", receipt.reason),
    ]
    return {
        "kind": "Refund" if receipt.is_refund else "Receipt",
        "number": receipt.number,
        "date": f"{receipt.day:%-d %b %Y}",
        "paper": paper_of(document.country),
        "seller": document.seller,
        "is_demo": document.is_demo,
        "amount": receipt.amount_text,
        "facts": [{"label": label, "text": text} for label, text in facts if text],
        "lines": [
            {"text": f"Instalment {number}", "amount": show(amount, receipt.currency)}
            for number, amount in document.lines
        ],
        "remaining": show(document.remaining, receipt.currency),
    }
