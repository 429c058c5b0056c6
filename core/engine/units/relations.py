"""What the money fields of an export say about each other's unit.

Amounts that belong together have a known proportion: the lines of an order make its subtotal, tax is some percent of
it, a line is price times quantity. The proportion seen, divided by the one expected, is near 1 when two fields are in
one unit and near 100 or 0.01 when one is in cents and the other is not; nothing that happens in a restaurant comes
near the border at 10.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from core.engine.entity_columns import Columns, distinct

_BORDER = 10.0


@dataclass(frozen=True, slots=True)
class Relation:
    """`numerator` and `denominator` are 'entity.field'. `shift`: 0 for one unit, 1 when numerator is 100 times denominator, -1 the reverse."""

    numerator: str
    denominator: str
    shift: int
    sentence: str


def relations(columns: Columns) -> list[Relation]:
    """Every relation the columns allow; their money must be as the source has it, not converted."""
    candidates = (
        _relation(numerator, denominator, pairs, expected, words)
        for numerator, denominator, pairs, expected, words in _candidates(columns)
    )
    return [relation for relation in candidates if relation]


_Candidate = tuple[str, str, pl.DataFrame, float, str]


def _candidates(columns: Columns) -> Iterator[_Candidate]:
    """Pairs of columns `numerator` and `denominator`, the proportion expected between them, and what it is."""
    yield from _within(columns, "order", "tax_total", "subtotal", 0.08, "tax is {} of the subtotal")
    yield from _within(columns, "order", "tax_total", "total", 0.08, "tax is {} of the total")
    yield from _within(columns, "order", "total", "subtotal", 1.1, "totals are {} of subtotals")
    yield from _within(columns, "order", "tip_total", "total", 0.18, "tips are {} of totals")
    yield from _within(columns, "payment", "tip_amount", "amount", 0.18, "tips are {} of payments")
    yield from _within(columns, "payment", "processing_fee", "amount", 0.03, "fees are {} of payments")
    yield from _within(
        columns, "order_line", "net_amount", "gross_amount", 1.0, "net lines are {} of gross lines"
    )
    yield from _within(columns, "order_line", "tax_amount", "gross_amount", 0.08, "tax is {} of the line")
    yield from _within(columns, "menu_item", "cost", "price", 0.3, "costs are {} of prices")
    yield from _products(columns)
    yield from _sums(columns)
    yield from _catalogue(columns)


def _relation(
    numerator: str, denominator: str, pairs: pl.DataFrame, expected: float, words: str
) -> Relation | None:
    pairs = pairs.filter((pl.col("numerator") > 0) & (pl.col("denominator") > 0))
    if pairs.is_empty():
        return None
    ratios = pairs.select(
        pl.col("numerator").cast(pl.Float64) / pl.col("denominator").cast(pl.Float64)
    ).to_series()
    middle = ratios.median()
    if not isinstance(middle, float):
        return None
    quotient = middle / expected
    shift = 0 if 1 / _BORDER < quotient < _BORDER else 1 if quotient >= _BORDER else -1
    if not 1 / _BORDER < quotient / 100**shift < _BORDER:
        return None
    share = f"{middle:.4g} times" if middle >= 2 else f"{middle:.1%}"
    sentence = words.format(share) + f" ({len(pairs)} compared)"
    if shift:
        sentence += f", so {numerator if shift > 0 else denominator} is in cents and the other is not"
    return Relation(numerator, denominator, shift, sentence)


def _within(
    columns: Columns, entity: str, numerator: str, denominator: str, expected: float, words: str
) -> Iterator[_Candidate]:
    frame = distinct(columns, entity)
    if frame is not None and {numerator, denominator} <= set(frame.columns):
        pairs = frame.select(pl.col(numerator).alias("numerator"), pl.col(denominator).alias("denominator"))
        yield f"{entity}.{numerator}", f"{entity}.{denominator}", pairs, expected, words


def _products(columns: Columns) -> Iterator[_Candidate]:
    lines = distinct(columns, "order_line")
    if lines is None or not {"unit_price", "quantity"} <= set(lines.columns):
        return
    for amount in ("gross_amount", "net_amount"):
        if amount in lines.columns:
            product = pl.col("unit_price").cast(pl.Float64) * pl.col("quantity").cast(pl.Float64)
            pairs = lines.select(
                pl.col(amount).cast(pl.Float64).alias("numerator"), product.alias("denominator")
            )
            yield (
                f"order_line.{amount}",
                "order_line.unit_price",
                pairs,
                1.0,
                "lines are {} of price times quantity",
            )


def _sums(columns: Columns) -> Iterator[_Candidate]:
    """Lines and payments against the order they belong to."""
    orders = distinct(columns, "order")
    if orders is None:
        return
    for entity, amounts in (("order_line", ("net_amount", "gross_amount")), ("payment", ("amount",))):
        parts = distinct(columns, entity)
        if parts is None or "order_id" not in parts.columns:
            continue
        for amount in (name for name in amounts if name in parts.columns):
            summed = parts.group_by(pl.col("order_id").alias("external_id")).agg(
                pl.col(amount).sum().alias("numerator")
            )
            for order_amount in ("subtotal", "total"):
                if order_amount in orders.columns:
                    pairs = orders.select("external_id", pl.col(order_amount).alias("denominator")).join(
                        summed, on="external_id"
                    )
                    words = f"{'lines' if entity == 'order_line' else 'payments'} make {{}} of the order's {order_amount}"
                    yield f"{entity}.{amount}", f"order.{order_amount}", pairs, 1.0, words


def _catalogue(columns: Columns) -> Iterator[_Candidate]:
    """Compare the charged price with the menu's: one piece with its item or size, the remainder with modifiers."""
    lines = distinct(columns, "order_line")
    if lines is None:
        return
    for amount, link in (
        ("unit_price", "unit_price"),
        ("gross_amount", "gross_amount"),
        ("net_amount", "net_amount"),
    ):
        if amount not in lines.columns:
            continue
        piece_price = pl.col(amount).cast(pl.Float64)
        if amount != "unit_price":
            if "quantity" not in lines.columns:
                continue
            piece_price = piece_price / pl.col("quantity").cast(pl.Float64)
        priced = lines.with_columns(piece_price.alias("numerator"))
        for entity, reference in (("menu_item", "item_id"), ("item_variant", "variant_id")):
            menu = distinct(columns, entity)
            if menu is None or reference not in lines.columns or "price" not in menu.columns:
                continue
            prices = menu.select(pl.col("external_id").alias(reference), pl.col("price").alias("denominator"))
            words = "one piece costs {} of its price on the menu"
            yield f"order_line.{link}", f"{entity}.price", priced.join(prices, on=reference), 1.0, words
    yield from _modifiers(columns, lines)


def _modifiers(columns: Columns, lines: pl.DataFrame) -> Iterator[_Candidate]:
    modifiers = distinct(columns, "modifier")
    required = {"unit_price", "quantity", "gross_amount", "modifiers"}
    if modifiers is None or "price_delta" not in modifiers.columns or not required <= set(lines.columns):
        return
    single_modifier_lines = lines.filter(
        (pl.col("modifiers").list.len() == 1) & (pl.col("quantity") == Decimal(1))
    )
    extra = single_modifier_lines.select(
        pl.col("modifiers").list.first().alias("external_id"),
        (pl.col("gross_amount") - pl.col("unit_price")).alias("numerator"),
    )
    pairs = extra.join(
        modifiers.select("external_id", pl.col("price_delta").alias("denominator")), on="external_id"
    )
    words = "what a line costs over its price is {} of its modifier"
    yield "order_line.gross_amount", "modifier.price_delta", pairs, 1.0, words
