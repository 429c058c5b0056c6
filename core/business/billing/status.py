"""Say what is paid, due, overdue and not yet due of a payment plan at any moment. Pure.

Whatever was paid, given back or waived, the parts add up to the plan's total; what was paid beyond an instalment is held,
and never counted as paid.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from core.business.billing.plans import due_text
from core.kit.money import ZERO


class Standing(StrEnum):
    """Where an instalment stands."""

    PAID = "paid"
    DUE = "due"
    OVERDUE = "overdue"
    NOT_YET_DUE = "not_yet_due"
    NO_LONGER_DUE = "no_longer_due"


STANDINGS = {
    Standing.PAID: "Paid",
    Standing.DUE: "Due",
    Standing.OVERDUE: "Overdue",
    Standing.NOT_YET_DUE: "Not yet due",
    Standing.NO_LONGER_DUE: "No longer due",
}
"""Standing -> its name on screens."""
_OPEN = frozenset({Standing.OVERDUE, Standing.DUE, Standing.NOT_YET_DUE})


@dataclass(frozen=True, slots=True)
class Part:
    """An instalment: `due_on` is None until its event happened. `received` less `refunded` is what was paid towards it.

    `text` says what a charge beyond the plan is for; of an instalment that `is_waived` nothing more is due.
    """

    id: str
    number: int
    amount: Decimal
    due_on: date | None
    due_event: str | None
    received: Decimal = ZERO
    refunded: Decimal = ZERO
    is_waived: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class PartStatus:
    """An instalment at a moment: what of it is paid, and where the remainder stands."""

    part: Part
    standing: Standing

    @property
    def paid(self) -> Decimal:
        return min(max(self.part.received - self.part.refunded, ZERO), self.part.amount)

    @property
    def remaining(self) -> Decimal:
        return self.part.amount - self.paid

    @property
    def open(self) -> Decimal:
        """What the customer still has to pay of it, due or not."""
        return self.remaining if self.standing in _OPEN else ZERO

    @property
    def held(self) -> Decimal:
        return max(self.part.received - self.part.refunded - self.part.amount, ZERO)

    @property
    def is_part_paid(self) -> bool:
        return ZERO < self.paid < self.part.amount

    @property
    def state(self) -> str:
        """Its state in words: 'Paid', 'Overdue', 'Part paid, not yet due'."""
        name = STANDINGS[self.standing]
        return f"Part paid, {name[0].lower()}{name[1:]}" if self.is_part_paid else name

    @property
    def due(self) -> str:
        return due_text(self.part.due_on, self.part.due_event)


@dataclass(frozen=True, slots=True)
class PlanStatus:
    """A payment plan at a moment. The five sums add up to `total`; `held` was paid beyond it, `refunded` given back."""

    total: Decimal
    paid: Decimal
    due: Decimal
    overdue: Decimal
    not_yet_due: Decimal
    no_longer_due: Decimal
    held: Decimal
    refunded: Decimal
    parts: Sequence[PartStatus]

    @property
    def remaining(self) -> Decimal:
        """What the customer still has to pay, due or not."""
        return self.due + self.overdue + self.not_yet_due

    @property
    def next_part(self) -> PartStatus | None:
        """The first instalment that is not settled."""
        return next((part for part in self.parts if part.standing in _OPEN), None)


def plan_status(parts: Sequence[Part], today: date) -> PlanStatus:
    """Say where each instalment stands on a day. It is due on its day and overdue from the next."""
    ordered = sorted(parts, key=lambda part: part.number)
    statuses = [PartStatus(part, _standing(part, today)) for part in ordered]
    return PlanStatus(
        total=sum((part.amount for part in ordered), ZERO),
        paid=sum((status.paid for status in statuses), ZERO),
        due=_sum(statuses, Standing.DUE),
        overdue=_sum(statuses, Standing.OVERDUE),
        not_yet_due=_sum(statuses, Standing.NOT_YET_DUE),
        no_longer_due=_sum(statuses, Standing.NO_LONGER_DUE),
        held=sum((status.held for status in statuses), ZERO),
        refunded=sum((part.refunded for part in ordered), ZERO),
        parts=statuses,
    )


def allocate(statuses: Sequence[PartStatus], amount: Decimal) -> list[tuple[Part, Decimal]]:
    """Divide a payment over what is open, the oldest instalment first; return the parts and what each gets.

    What nothing is open for is not divided: the shares may sum to less than the amount.
    """
    shares = []
    for status in statuses:
        share = min(status.open, amount)
        if share > ZERO:
            shares.append((status.part, share))
            amount -= share
    return shares


def _standing(part: Part, today: date) -> Standing:
    if part.received - part.refunded >= part.amount:
        return Standing.PAID
    if part.is_waived:
        return Standing.NO_LONGER_DUE
    if part.due_on is None or part.due_on > today:
        return Standing.NOT_YET_DUE
    return Standing.DUE if part.due_on == today else Standing.OVERDUE


def _sum(statuses: Sequence[PartStatus], standing: Standing) -> Decimal:
    return sum((status.remaining for status in statuses if status.standing is standing), ZERO)
