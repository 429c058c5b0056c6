"""Write the results of a case for storing (amounts as text) and for machines (amounts as numbers). Pure."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from core.business.sales.roi.rules import Results, Totals


def results_to_json(
    results: Results, amount: Callable[[Decimal], Any] = lambda value: format(value, "f")
) -> dict[str, Any]:
    """Write results; `amount` writes an amount, by default as text."""
    return {
        **_totals(results.base, amount),
        "lines": [
            {
                "side": cost.side,
                "key": cost.key,
                "title": cost.title,
                "formula": cost.formula,
                "amount": amount(cost.amount),
            }
            for cost in results.costs
        ],
        "cases": {name: _totals(getattr(results, name), amount) for name in ("low", "base", "high")},
        "break_even": None if results.break_even is None else amount(results.break_even),
        "tornado": [
            {
                "key": bar.key,
                "title": bar.title,
                "source": bar.source,
                "saving_at_low": amount(bar.saving_at_low),
                "saving_at_high": amount(bar.saving_at_high),
                "swing": amount(bar.swing),
            }
            for bar in results.tornado
        ],
        "driver": results.driver.key if results.driver else None,
        "advice": results.advice,
    }


def _totals(totals: Totals, amount: Callable[[Decimal], Any]) -> dict[str, Any]:
    return {
        "traditional": amount(totals.traditional),
        "auraconnect": amount(totals.auraconnect),
        "saving": amount(totals.saving),
        "percent": totals.percent,
    }
