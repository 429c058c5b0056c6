"""How money comes in, and the checks of a payment or refund before it is recorded. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.business.billing.currencies import FIRST_DAY, check_amount, check_currency
from core.errors import InvalidInputError
from core.kit.printable import is_readable

GATEWAY_METHOD = "paynow"
METHODS: Mapping[str, str] = {
    "bank_transfer": "Bank transfer",
    "mobile_money": "Mobile money",
    "card": "Card",
    "cash": "Cash",
    "cheque": "Cheque",
}
"""Method that a person records -> its name on screens."""
METHOD_NAMES: Mapping[str, str] = {**METHODS, GATEWAY_METHOD: "PayNow"}
MAX_REFERENCE = 100
MAX_REASON = 500
"""Characters."""


@dataclass(frozen=True, slots=True)
class NewPayment:
    """A payment as a person records it; `received_on` is its day, `reference` the bank's or the customer's.

    `group_id` (an id) names what the person does once: recording it again changes nothing.
    """

    amount: Decimal
    currency: str
    method: str
    received_on: date
    reference: str = ""
    group_id: str | None = None


@dataclass(frozen=True, slots=True)
class NewRefund:
    """Money of a receipt (its number) that goes back, in the plan's currency, and why."""

    receipt_number: str
    amount: Decimal
    reason: str
    method: str
    refunded_on: date
    group_id: str | None = None


def check_payment(payment: NewPayment, today: date) -> None:
    """Raise InvalidInputError for the first fault of a payment."""
    _check_day(payment.received_on, today)
    currency = check_currency(payment.currency, payment.received_on)
    check_amount(payment.amount, currency)
    _check_method(payment.method)
    _check_text(payment.reference, MAX_REFERENCE, "reference")


def check_refund(refund: NewRefund, currency: str, today: date) -> None:
    """Raise InvalidInputError for the first fault of a refund; `currency` is the plan's."""
    check_amount(refund.amount, currency)
    _check_day(refund.refunded_on, today)
    _check_method(refund.method)
    if not refund.reason.strip():
        raise InvalidInputError("A refund has no reason.", hint="Say why the money goes back.")
    _check_text(refund.reason, MAX_REASON, "reason")


def _check_day(day: date, today: date) -> None:
    if day > today:
        raise InvalidInputError(f"{day:%-d %b %Y} is in the future.", hint="Enter the day of the payment.")
    if day < FIRST_DAY:
        raise InvalidInputError(f"{day:%-d %b %Y} is too long ago.", hint="Enter the day of the payment.")


def _check_method(method: str) -> None:
    if method not in METHODS:
        raise InvalidInputError("There is no such way to pay.", hint=f"Use {', '.join(METHODS)}.")


def _check_text(text: str, longest: int, name: str) -> None:
    if len(text) > longest or not is_readable(text):
        raise InvalidInputError(f"The {name} cannot be stored.", hint=f"Write at most {longest} characters.")
