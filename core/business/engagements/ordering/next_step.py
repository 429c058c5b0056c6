"""Choose the one next thing that a customer does about an order: what is late first, then what is due first. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

SOON_DAYS = 7
"""How many days ahead a payment or a session is the next thing to think of."""


class StepKind(StrEnum):
    """What a next step is about, the most important first where two are due on the same day."""

    PAY = "pay"
    TASK = "task"
    SESSION = "session"
    BOOK = "book"
    FEEDBACK = "feedback"
    CONTINUE = "continue"
    ORDER = "order"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class NextStep:
    """A next step: `title` says what to do (our words), `text` about what (data). `is_late`: its day is over.

    `engagement_id` is the order, None for one that is not placed. A step that `is_waiting` is ours, not theirs.
    """

    kind: StepKind
    title: str
    text: str
    due_on: date | None = None
    is_late: bool = False
    engagement_id: str | None = None

    @property
    def is_waiting(self) -> bool:
        return self.kind is StepKind.WAIT


def choose(steps: Sequence[NextStep]) -> NextStep | None:
    """Choose among steps: late ones first, then by day, those without a day last, then by their kind; None of none."""
    kinds = list(StepKind)
    return min(
        steps,
        key=lambda step: (not step.is_late, step.due_on or date.max, kinds.index(step.kind), step.text),
        default=None,
    )


def is_near(day: date, today: date) -> bool:
    """Tell whether a day is over, today, or within a week."""
    return (day - today).days <= SOON_DAYS
