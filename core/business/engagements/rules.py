"""States and numbers of orders. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from core.errors import ConflictError

PENDING, APPROVED = "pending", "approved"

STATES: Mapping[str, str] = {PENDING: "Waiting for approval", APPROVED: "Approved"}
"""State -> its name on screens."""


def order_number(quote_number: int, attempt: int = 1) -> str:
    """Write the number of an order: 'OC-0042', of a further one from the same quote 'OC-0042-2'."""
    number = f"OC-{quote_number:04d}"
    return number if attempt == 1 else f"{number}-{attempt}"


def check_approvable(state: str) -> None:
    """Raise ConflictError unless an order in this state can be approved."""
    if state != PENDING:
        raise ConflictError("This order is approved already.", hint="Reload the page.", state=state)
