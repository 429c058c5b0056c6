"""Add a column that says how prices are found: asked at the till, or by weight."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import polars as pl

from core.engine.batch import ROW, add_notes
from core.engine.sources.reshape.prices import is_open, price_columns, pricing, weight_columns
from core.engine.sources.reshape.shape import Frames, Reading, StreamShape, free_name, own_columns
from core.kit.wording import listed

_NAME = "Pricing"


@dataclass(frozen=True, slots=True)
class Pricing:
    """The added column, the columns it is made of, and the conversion that adds it and empties prices that are words."""

    name: str
    prices: tuple[str, ...]
    weighed: tuple[str, ...]
    convert: Callable[[Frames], Frames]

    def read_in(self, shape: StreamShape) -> StreamShape:
        """Return the shape, made of the table with the added column."""
        source_names = listed([*self.prices, *self.weighed])
        is_of_items = shape.entity in {None, "menu_item"}
        reading = Reading(
            "menu_item.pricing_strategy" if is_of_items else None, f"The reader made it of {source_names}."
        )
        weight_readings = {column: Reading(None, f"{self.name} says it.") for column in self.weighed}
        readings = {**shape.readings, **weight_readings, self.name: reading}
        why = f"{self.name} is open where a price is a word such as variable, per_unit where an item is sold by weight"
        add_column = self.convert
        return replace(
            shape,
            readings={name: reading for name, reading in readings.items() if name in shape.columns},
            why=(*shape.why, why) if is_of_items else shape.why,
            convert=lambda frames: shape.convert(add_column(frames)),
        )


def pricing_of(columns: Sequence[str], table: pl.DataFrame) -> Pricing | None:
    """Return the column to be added; None where no row says more than a price."""
    pricing_expr = pricing(columns, table)
    if pricing_expr is None:
        return None
    name, prices = free_name(_NAME, columns), tuple(price_columns(columns))

    def converted(frames: Frames) -> Frames:
        for frame in frames:
            order = [*frame.columns]
            order.insert(order.index(columns[-1]) + 1, name)
            priced = _noted(frame, prices).with_columns(pricing_expr.alias(name))
            yield priced.select(
                *order, *(column for column in own_columns(priced) if column not in order)
            ).with_columns(pl.when(~is_open(column)).then(pl.col(column)).alias(column) for column in prices)

    return Pricing(name, prices, tuple(weight_columns(columns, table)), converted)


def _noted(frame: pl.DataFrame, prices: Sequence[str]) -> pl.DataFrame:
    """Note the rows of which a price is a word."""
    if ROW not in frame.columns:
        return frame
    notes = [
        frame.filter(is_open(column)).select(
            ROW,
            code=pl.lit("open_price"),
            column=pl.lit(column),
            detail=pl.lit(f"Column {column!r} holds '") + pl.col(column) + pl.lit("': the price is open."),
        )
        for column in prices
    ]
    return add_notes(frame, [rows for rows in notes if rows.height])
