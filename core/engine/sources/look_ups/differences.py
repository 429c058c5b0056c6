"""Subtract an amount from the one that it is part of, as StreamSpec.less declares it."""

from __future__ import annotations

from decimal import Decimal

from core.engine.sources.json_text import Json


def less(amount: Json, part: Json) -> Decimal | None:
    """Subtract what is part of an amount, a missing part as 0; None where one of them is no number."""
    total, share = _number(amount), _number(0 if part is None else part)
    return None if total is None or share is None else total - share


def _number(value: Json) -> Decimal | None:
    return Decimal(value) if isinstance(value, (int, Decimal)) and not isinstance(value, bool) else None
