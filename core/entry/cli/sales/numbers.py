"""Write amounts as the answers of the sales desk have them."""

from __future__ import annotations

from decimal import Decimal


def as_number(amount: Decimal) -> int | float:
    """Write an amount as a JSON number without exponent: 700000, 1999.5."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)
