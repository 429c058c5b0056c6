"""Divide the total of an order into instalments: in full, split between signing and go-live, or by month. Pure.

The instalments sum to the total to the currency's minor unit. They are equal, and the last one takes what does not divide.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal

from core.business.billing.currencies import LARGEST
from core.errors import InvalidInputError
from core.kit.money import ZERO, minor_digits
from core.kit.wording import counted

FULL, SPLIT, EXTENDED = "full", "split", "extended"
KINDS = (FULL, SPLIT, EXTENDED)
SIGNING, GO_LIVE = "signing", "go_live"
"""Events at which an instalment is due."""
MIN_MONTHS, MAX_MONTHS = 3, 12


@dataclass(frozen=True, slots=True)
class PlannedInstalment:
    """A part of a payment plan. `due_on` is its day, None where it depends on an event or nothing is signed yet.

    `due_event` is signing or go_live; one of a month after the first has none, but `months_after` the signing.
    """

    number: int
    amount: Decimal
    due_on: date | None
    due_event: str | None
    months_after: int = 0


def instalments(
    total: Decimal, kind: str, months: int | None, currency: str, signed_on: date | None
) -> list[PlannedInstalment]:
    """Divide a total by a payment plan; `months` counts the instalments of an extended one. InvalidInputError for no plan.

    With `signed_on` None, before a signature, the days are open. The total is an amount of the currency, not negative.
    """
    check_plan(kind, months)
    check_amount(total, currency)
    if kind == FULL:
        return [PlannedInstalment(1, total, signed_on, SIGNING)]
    if kind == SPLIT:
        first, last = _divide(total, 2, currency)
        return [PlannedInstalment(1, first, signed_on, SIGNING), PlannedInstalment(2, last, None, GO_LIVE)]
    amounts = _divide(total, months or 0, currency)
    return [
        PlannedInstalment(
            number + 1,
            amount,
            months_later(signed_on, number) if signed_on else None,
            None if number else SIGNING,
            number,
        )
        for number, amount in enumerate(amounts)
    ]


def check_plan(kind: str, months: int | None) -> None:
    """Raise InvalidInputError unless the plan is one of KINDS, with 3 to 12 months where it is extended and none elsewhere."""
    if kind not in KINDS:
        raise InvalidInputError(f"There is no payment plan {kind!r}.", hint=f"Choose {', '.join(KINDS)}.")
    if kind == EXTENDED:
        if months is None or not MIN_MONTHS <= months <= MAX_MONTHS:
            raise InvalidInputError(
                "An extended payment plan has 3 to 12 instalments.", hint="Choose the number of months."
            )
    elif months is not None:
        raise InvalidInputError("Only an extended payment plan has months.", hint="Leave the months out.")


def check_amount(total: Decimal, currency: str) -> None:
    """Raise InvalidInputError for a total that is negative, too large, no number, or finer than the currency's minor unit."""
    is_amount = total.is_finite() and ZERO <= total < LARGEST
    if not is_amount or total != total.quantize(_unit(currency), rounding=ROUND_DOWN):
        raise InvalidInputError(
            "The total is not an amount of the currency.", hint="Round it first.", currency=currency
        )


def due_text(due_on: date | None, due_event: str | None, months_after: int = 0) -> str:
    """Write when an instalment is due: 'At go-live' until that day is known, '2 months after signing', '26 Nov 2026'."""
    if due_on is not None:
        return f"{due_on:%-d %b %Y}"
    if due_event == GO_LIVE:
        return "At go-live"
    return f"{counted(months_after, 'month')} after signing" if months_after else "At signing"


def plan_text(kind: str, months: int | None) -> str:
    """Name a payment plan: 'Paid in full', '50% at signing, 50% at go-live', '6 monthly instalments'."""
    if kind == EXTENDED:
        return f"{months} monthly instalments"
    return {FULL: "Paid in full at signing", SPLIT: "50% at signing, 50% at go-live"}[kind]


def months_later(day: date, months: int) -> date:
    """Add months to a day; in a shorter month it is its last day: 31 January and one month is 28 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _divide(total: Decimal, count: int, currency: str) -> Sequence[Decimal]:
    part = (total / count).quantize(_unit(currency), rounding=ROUND_DOWN)
    return [*([part] * (count - 1)), total - part * (count - 1)]


def _unit(currency: str) -> Decimal:
    return Decimal(1).scaleb(-minor_digits(currency))
