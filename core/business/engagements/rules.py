"""States of orders and their tasks, and numbers of orders. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class OrderState(StrEnum):
    """Where an order is; stored in engagement.state. Nine states in their order, then the two beside them."""

    PENDING = "pending"
    APPROVED = "approved"
    IN_PROGRESS = "in_progress"
    DATA_MIGRATION = "data_migration"
    SYSTEM_SETUP = "system_setup"
    TRAINING = "training"
    TESTING = "testing"
    GO_LIVE = "go_live"
    COMPLETED = "completed"
    ON_HOLD = "on_hold"
    CANCELLED = "cancelled"


class TaskState(StrEnum):
    """Where a task is; stored in task.state."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


PENDING, APPROVED = OrderState.PENDING.value, OrderState.APPROVED.value

WAY = tuple(OrderState)[:9]
"""The nine states that an order goes through, in their order."""

AT_WORK = frozenset(WAY[2:8])
"""The team works on the order."""

FINAL = frozenset({OrderState.COMPLETED, OrderState.CANCELLED})
"""Nothing of the order changes any more."""

STATES: Mapping[str, str] = {
    OrderState.PENDING: "Waiting for approval",
    OrderState.APPROVED: "Approved",
    OrderState.IN_PROGRESS: "In progress",
    OrderState.DATA_MIGRATION: "Data migration",
    OrderState.SYSTEM_SETUP: "System setup",
    OrderState.TRAINING: "Training",
    OrderState.TESTING: "Testing",
    OrderState.GO_LIVE: "Go-live",
    OrderState.COMPLETED: "Completed",
    OrderState.ON_HOLD: "On hold",
    OrderState.CANCELLED: "Cancelled",
}
"""State -> its name on screens."""


_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Digits of the numbers that people read out: without I, L, O and U."""


def order_number(quote_number: int, attempt: int = 1) -> str:
    """Write the number of an order: 'OC-0042', of a further one from the same quote 'OC-0042-2'."""
    number = f"OC-{quote_number:04d}"
    return number if attempt == 1 else f"{number}-{attempt}"


def submission_number(submission: str) -> str:
    """Write the number of an order that a customer placed, from the random end of its submission's id: 'OC-7K3F9Q'."""
    value = int(submission.replace("-", "")[-8:], 16)
    digits = (_DIGITS[value >> shift & 31] for shift in range(25, -1, -5))
    return f"OC-{''.join(digits)}"
