"""Write what was promised and what came of it, with the unit and the digits of the measure."""

from __future__ import annotations

from decimal import Decimal

from core.business.sales.figures.measures import MONEY, PERCENT, Measure
from core.business.sales.figures.rules import rounded
from core.business.sales.roi.case import plain
from core.business.sales.roi.rules import amount_text

HUNDRED = Decimal(100)


def value_text(measure: Measure | None, value: Decimal | None, unit: str, *, signed: bool = False) -> str:
    """Write a value of a measure: '0.5 days', '$115', '100%'; a dash for None. `signed` for a difference."""
    if value is None:
        return "–"
    sign = "+" if signed and value > 0 else ""
    if measure is not None and measure.unit == MONEY:
        return f"{sign}{amount_text(value, unit)}"
    digits = measure.digits if measure is not None else 2
    number = f"{sign}{plain(_shown(value, digits, unit))}"
    if measure is not None and measure.unit == PERCENT:
        return f"{number} pts" if signed else f"{number}%"
    return f"{number} {unit}".strip()


def _shown(value: Decimal, digits: int, unit: str) -> Decimal:
    """Round to the digits of the measure; a share that is not all of it stays below 100%."""
    number = rounded(value, digits)
    return Decimal("99.99") if unit == PERCENT and number == HUNDRED != value else number
