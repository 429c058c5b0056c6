"""Receipts as they are printed: one page, the same bytes for the same content, texts as they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from core.business.engagements.payments.receipts import (
    ReceiptDocument,
    ReceiptView,
    content,
    draw_receipt,
    print_receipt,
)
from core.platform.printing.pdf import Printed

RECEIPT = ReceiptView(
    number="OC-0042-R3",
    is_refund=False,
    day=date(2026, 11, 28),
    amount=Decimal("600.00"),
    currency="USD",
    paid_amount=Decimal("15840.00"),
    paid_currency="ZWG",
    rate_note="26.4 ZWG for 1 USD, RBZ, 27 Nov 2026",
    method="Bank transfer",
    reference="B-1",
    reason="",
    refundable=Decimal("600.00"),
)
DOCUMENT = ReceiptDocument(
    receipt=RECEIPT,
    seller="AuraConnect",
    customer="Hillcrest Primary School",
    country="ZW",
    is_demo=True,
    order_number="OC-0042",
    lines=[(1, Decimal("500.00")), (2, Decimal("100.00"))],
    remaining=Decimal("400.00"),
)
REFUND = replace(
    DOCUMENT,
    receipt=replace(
        RECEIPT, is_refund=True, reason="Paid twice", reference="", rate_note="", paid_currency="USD"
    ),
)


def test_a_receipt_says_what_was_paid_at_which_rate_and_what_is_still_open() -> None:
    printed = content(DOCUMENT)
    assert (printed["kind"], printed["amount"], printed["remaining"], printed["paper"]) == (
        "Receipt",
        "ZiG 15,840.00 ($600.00)",
        "$400.00",
        "a4",
    )
    assert {"label": "Exchange rate", "text": RECEIPT.rate_note} in printed["facts"]
    assert printed["lines"] == [
        {"text": "Instalment 1", "amount": "$500.00"},
        {"text": "Instalment 2", "amount": "$100.00"},
    ]


def test_a_refund_says_its_reason_and_leaves_out_what_it_has_not() -> None:
    printed = content(REFUND)
    assert (printed["kind"], printed["amount"]) == ("Refund", "$600.00")
    assert [fact["label"] for fact in printed["facts"]] == [
        "Customer",
        "Order",
        "Refunded on",
        "Method",
        "Reason",
    ]


@pytest.mark.parametrize("document", [DOCUMENT, REFUND])
def test_a_receipt_is_one_page_and_the_same_bytes_again(document: ReceiptDocument) -> None:
    assert Printed("receipt", content(document)).pages() == 1
    first = print_receipt(document)
    assert first.startswith(b"%PDF")
    assert print_receipt(document) == first
    assert draw_receipt(document).startswith(b"\x89PNG")


def test_texts_are_printed_as_they_are_however_long() -> None:
    nasty = '#import "x"; $1 *a* \\ <b> \x1b[31m ' + "W" * 400
    document = replace(REFUND, customer=nasty, receipt=replace(REFUND.receipt, reason=nasty))
    assert Printed("receipt", content(document)).pages() == 1
