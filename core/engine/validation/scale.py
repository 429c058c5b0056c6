"""Find columns of prices that are off as a whole: divided by 100 or 1,000 once too often, or still in cents.

Single prices that stand out are checked in `prices`. Here the median of all prices of a column is compared with what
menus cost: no menu has a median of a cent, and hardly any has one of 500 dollars.
"""

from __future__ import annotations

import math

import polars as pl

from core.engine.batch import ROW
from core.engine.entity_columns import Columns, distinct
from core.engine.issues import issue
from core.engine.plan import Plan
from core.engine.validation.columns import Findings, amount_text
from core.kit.money import minor_digits

PRICES: dict[str, tuple[str, ...]] = {
    "menu_item": ("price",),
    "item_variant": ("price",),
    "order_line": ("unit_price",),
}
"""The fields whose prices are those of a menu."""

MIN_PRICES = 3
"""Prices a column must have before its median says something."""

MIN_MEDIAN, MAX_MEDIAN = 0.15, 500.0
"""A median outside of these is implausible."""

CENTS_ABOVE = 150.0
"""A median from here on is implausible where most prices end as prices in cents do."""

MIN_SHARE = 0.8
"""The share of the prices that must lie on the same side."""

TYPICAL_PRICE = 10.0
"""What a dish costs, in dollars: the factor is the one that brings the median nearest to it."""

_LARGE_UNIT = frozenset({"USD", "EUR", "GBP", "CAD", "AUD", "NZD", "CHF"})
"""Currencies in which a dish costs about ten; only in these a high median says something."""
_ENDINGS = (25, 45, 49, 75, 90, 95, 99)


def check_scale(columns: Columns, plan: Plan) -> Findings:
    """Find price_scale for every price of a column whose prices are a hundred or a thousand times too high or low."""
    findings: Findings = {}
    if minor_digits(plan.currency) != 2:
        return findings
    for entity, names in PRICES.items():
        frame = distinct(columns, entity)
        for name in names:
            if frame is not None and name in frame.columns:
                issues = _off(frame.filter(pl.col(name) > 0), name, plan.currency)
                if issues is not None:
                    findings[entity] = issues
    return findings


def _off(priced: pl.DataFrame, name: str, currency: str) -> pl.DataFrame | None:
    prices = priced[name].cast(pl.Float64)
    if len(prices) < MIN_PRICES or prices.n_unique() < 2:  # one price for all may be a flat fee
        return None
    median = float(prices.median() or 0)  # type: ignore[arg-type]
    if median < MIN_MEDIAN:
        same_side, direction = prices < MIN_MEDIAN * 4, "low"
    elif currency in _LARGE_UNIT and (
        median > MAX_MEDIAN or (median > CENTS_ABOVE and _ends_as_cents(prices))
    ):
        same_side, direction = prices > CENTS_ABOVE / 4, "high"
    else:
        return None
    if same_side.sum() < MIN_SHARE * len(prices):
        return None
    factor = min((100, 1000), key=lambda times: _distance(median, times, direction))
    amount = pl.col(name)
    probable = (amount * factor if direction == "low" else amount / factor).cast(pl.Decimal(18, 4))
    text = amount_text(amount, currency)
    summary = f"{same_side.sum():,} of {len(prices):,} prices look {factor:,}x too {direction}"
    detail = pl.format(f"{summary}: {{}} should probably be {{}}.", text, amount_text(probable, currency))
    columns = issue("price_scale", field=name, value=text, detail=detail, money=amount)
    return priced.filter(same_side).select(ROW, *columns)


def _distance(median: float, factor: int, direction: str) -> float:
    corrected = median * factor if direction == "low" else median / factor
    return abs(math.log(corrected / TYPICAL_PRICE))


def _ends_as_cents(prices: pl.Series) -> bool:
    is_integer = prices == prices.round(0)
    ending = prices.cast(pl.Int64) % 100
    return bool(is_integer.all()) and int(ending.is_in(_ENDINGS).sum()) >= 0.6 * len(prices)
