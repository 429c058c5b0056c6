"""Compare sums of an order under every lawful way to count: the smallest difference, with its sign; price modifiers.

Exports differ in what they count where: tips in the total or apart, discounts before or after the subtotal, tax in the
price outside North America.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from core.engine.batch import MONEY
from core.engine.plan import Plan
from core.engine.validation.columns import ZERO

_NO_INCLUSIVE_TAX = frozenset({"US", "CA"})


def lines_difference(plan: Plan) -> pl.Expr:
    """Subtract the subtotal from the lines: net, gross, before the order's own discount, or without their tax."""
    net, subtotal = pl.col("lines"), pl.col("subtotal")
    readings = [
        net - subtotal,
        pl.col("gross_lines") - subtotal,
        net - _amount("discount_total") - subtotal,
        pl.col("gross_lines") - _amount("discount_total") - subtotal,
    ]
    if plan.country not in _NO_INCLUSIVE_TAX:
        readings += [net - _amount("tax_total") - subtotal]
    return pl.when(net.is_not_null()).then(smallest_difference(readings))


def unexplained_rest() -> pl.Expr:
    """Subtract lines, tax and charges from a total without a subtotal; a tip or discount may be in it."""
    remainder = pl.col("total") - pl.col("lines") - _amount("service_charge_total")
    tax, tip = _amount("tax_total"), _amount("tip_total")
    readings = [
        remainder - tax,
        remainder - tax - tip,
        remainder,
        remainder - tip,
        remainder - tax + _amount("discount_total"),
        remainder - tax + pl.col("lines") - pl.col("gross_lines") + _amount("discount_total"),
    ]
    return pl.when(pl.col("subtotal").is_null()).then(smallest_difference(readings))


def total_difference(plan: Plan) -> pl.Expr:
    remainder = pl.col("total") - pl.col("subtotal") - _amount("service_charge_total")
    tax, tip = _amount("tax_total"), _amount("tip_total")
    readings = [remainder - tax, remainder - tax - tip]
    readings += [reading + _amount("discount_total") for reading in readings]
    if plan.country not in _NO_INCLUSIVE_TAX:
        readings += [remainder, remainder - tip]
    return smallest_difference(readings)


def payments_difference() -> pl.Expr:
    """Subtract the total from the payments: with or without refunds, the tip in neither, both, or one of them."""
    tips = pl.coalesce("tip_total", "paid_tips").fill_null(ZERO)
    plain = pl.col("paid") - pl.col("total")
    readings = [plain, plain - tips, plain + tips]
    readings += [reading - _amount("refunded") for reading in readings]
    return smallest_difference(readings)


def smallest_difference(differences: Sequence[pl.Expr]) -> pl.Expr:
    """Select the smallest of several differences, with its sign; the earlier one where two are equal."""
    smallest = pl.min_horizontal(difference.abs() for difference in differences)
    return pl.coalesce(pl.when(difference.abs() == smallest).then(difference) for difference in differences)


def _amount(name: str) -> pl.Expr:
    return pl.col(name).fill_null(ZERO)


def with_modifier_prices(lines: pl.DataFrame, modifiers: pl.DataFrame | None) -> pl.DataFrame:
    """Add `extra`, what a line's modifiers add to its unit price; drop lines with a modifier of unknown price."""
    choices = (
        lines.filter(pl.col("modifiers").list.len() > 0)
        .select("external_id", pl.col("modifiers").alias("key"))
        .explode("key")
    )
    if choices.is_empty():
        return lines.with_columns(ZERO.alias("extra"))
    prices = pl.DataFrame(schema={"key": pl.String, "price_delta": MONEY})
    if modifiers is not None and "price_delta" in modifiers.columns:
        keys = [name for name in ("external_id", "name") if name in modifiers.columns]
        prices = pl.concat([modifiers.select(_key(name).alias("key"), "price_delta") for name in keys])
        prices = prices.unique().filter(~pl.col("key").is_duplicated())
    extra = (
        choices.with_columns(_key("key").alias("key"))
        .join(prices, on="key", how="left")
        .group_by("external_id")
        .agg(
            pl.col("price_delta").sum().alias("extra"), pl.col("price_delta").is_null().any().alias("unknown")
        )
    )
    joined = lines.join(extra, on="external_id", how="left", maintain_order="left")
    return joined.filter(~pl.col("unknown").fill_null(value=False)).with_columns(
        pl.col("extra").fill_null(ZERO)
    )


def _key(column: str) -> pl.Expr:
    return pl.col(column).str.strip_chars().str.to_lowercase()
