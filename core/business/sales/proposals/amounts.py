"""Format amounts as a proposal prints them: a true minus, and no minor unit where whole amounts read better."""

from __future__ import annotations

from decimal import Decimal

from core.kit.money import show


def money(amount: Decimal, currency: str) -> str:
    """Format an amount with its minor unit: '$1,000.00', '−$50.00'."""
    return show(amount, currency).replace("-", "−", 1)


def whole(amount: Decimal, currency: str) -> str:
    """Format an amount, without its minor unit where that is zero: '$1,000'."""
    text = money(amount, currency)
    return text.split(".", maxsplit=1)[0] if amount == amount.to_integral_value() else text
