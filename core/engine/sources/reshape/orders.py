"""Tell orders from their lines where rows of one order number have the order in the first row and a line in each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import polars as pl

from core.engine.batch import ROW
from core.engine.sources.contract import Grouped
from core.engine.sources.reshape.groups import Group, declared_group, fill_under_key, find_group
from core.engine.sources.reshape.headers import word_set, words
from core.engine.sources.reshape.shape import (
    SEPARATOR,
    Frames,
    Reading,
    StreamShape,
    free_name,
    own_columns,
    unmapped,
)
from core.kit.wording import listed

_LINES = word_set(
    "lineitem line item product dish sku quantity artikel produit producto prodotto menge quantite cantidad"
)
_KEY = "Line key"
_FEW = 1_000
"""Rows up to which the first ones are taken for all."""


def order_shapes(columns: tuple[str, ...], rows: pl.DataFrame) -> list[StreamShape] | None:
    """Return the shapes of the orders and of their lines; None where no row stands for a line of an order."""
    group = find_group(columns, rows)
    if group is None:
        return None
    line_columns = tuple(column for column in group.repeated if not _is_of_group(rows, group.key, column))
    sold_columns = [column for column in line_columns if set(words(column)) & _LINES]
    if len(sold_columns) < 2:
        return None
    return [*_shapes(columns, group, line_columns)]


def declared_order_shapes(
    columns: tuple[str, ...], rows: pl.DataFrame, grouped: Grouped
) -> list[StreamShape] | None:
    """Return the shapes of the orders that a source declares, of their lines, and of rows that tell of no line."""
    group = declared_group(columns, rows, grouped)
    if group is None:
        return None
    orders, lines = _shapes(columns, group, group.repeated)
    of_line = pl.any_horizontal(
        pl.col(column).is_not_null() for column in grouped.columns_for(grouped.parts, columns)
    )
    is_first = (pl.col(group.key) != pl.col(group.key).shift(1)).fill_null(value=True)
    lines = replace(lines, convert=_of_rows(lines, of_line))
    further = rows.filter(~of_line & ~is_first)
    if further.is_empty() and rows.height < _FEW:
        return [orders, lines]
    names = tuple(column for column in columns if column == group.key or further[column].count())
    reason = f"The row tells of no line of its {group.key}: it repeats the order, or adds what an order has one of."
    shape = StreamShape(
        names, f"{SEPARATOR}further rows", None, (reason,), unmapped(names, reason),
        lambda frames: _further_rows(frames, group.key, of_line, names),
    )  # fmt: skip
    return [orders, lines, shape]


def _of_rows(shape: StreamShape, condition: pl.Expr) -> Callable[[Frames], Frames]:
    """Return the conversion of a shape, made of the rows of a condition only."""
    return lambda frames: shape.convert(frame.filter(condition) for frame in frames)


def _further_rows(frames: Frames, key: str, of_line: pl.Expr, names: Sequence[str]) -> Frames:
    last_key: str | None = None
    for frame in frames:
        keys = frame[key]
        is_first = (keys != keys.shift(1, fill_value=last_key)).fill_null(value=True)
        last_key = keys[-1] if frame.height else last_key
        yield _selected(frame.filter(~is_first & ~of_line), names)


def _shapes(
    columns: tuple[str, ...], group: Group, line_columns: tuple[str, ...]
) -> tuple[StreamShape, StreamShape]:
    """Return the shapes of the orders and of their lines."""
    key_name = free_name(_KEY, columns)
    of_orders = tuple(column for column in columns if column not in line_columns)
    of_lines = (key_name, group.key, *line_columns)
    orders = StreamShape(
        of_orders,
        entity="order",
        why=(
            f"rows of one {group.key} are one order: {listed(group.filled)} of its first row count for all of them",
        ),
        readings=_order_readings(group, of_orders),
        convert=lambda frames: _first_rows(frames, group, of_orders),
    )
    lines = StreamShape(
        of_lines,
        f"{SEPARATOR}lines",
        "order_line",
        (f"each row is a line of the order that {group.key} names",),
        _line_readings(group, key_name, line_columns),
        lambda frames: _lines(frames, group.key, key_name, of_lines),
    )
    return orders, lines


def _is_of_group(rows: pl.DataFrame, key: str, column: str) -> bool:
    """Tell whether a column has one value in all rows of each key, and is about no line."""
    if set(words(column)) & _LINES:
        return False
    return bool((rows.group_by(key).agg(pl.col(column).n_unique())[column] == 1).all())


def _order_readings(group: Group, columns: Sequence[str]) -> dict[str, Reading]:
    readings = {
        column: Reading(None, "It is about the order of the row.", entity="order") for column in columns
    }
    for column in columns:
        if words(column) in {("id",), ("order", "id")} and column != group.key:
            readings[column] = Reading(
                None, f"Orders are told apart by {group.key}, which their lines have too."
            )
    reason = "Rows with the same are one order."
    readings[group.key] = Reading("order.external_id", reason, also=("order.number",))
    return readings


def _line_readings(group: Group, key_name: str, line_columns: Sequence[str]) -> dict[str, Reading]:
    readings = {
        column: Reading(None, "It is about the line of the row.", entity="order_line")
        for column in line_columns
    }
    readings[key_name] = Reading(
        "order_line.external_id", f"The reader made it of {group.key} and the place of the line."
    )
    readings[group.key] = Reading("order_line.order_id", "It names the order of the line.")
    return readings


def _first_rows(frames: Frames, group: Group, names: Sequence[str]) -> Frames:
    last_key: str | None = None
    for frame in fill_under_key(group.key, group.filled)(frames):
        key = frame[group.key]
        is_first = (key != key.shift(1, fill_value=last_key)).fill_null(value=True)
        last_key = key[-1] if frame.height else last_key
        yield _selected(frame.filter(is_first), names)


def _lines(frames: Frames, key: str, key_name: str, names: Sequence[str]) -> Frames:
    last_key, position = None, 0
    for frame in frames:
        positions: list[int] = []
        for value in frame[key]:
            position = position + 1 if value == last_key else 1
            last_key = value
            positions.append(position)
        numbered = frame.with_columns(pl.Series("_place", positions, pl.Int64))
        line_key = pl.concat_str([pl.col(key), pl.col("_place")], separator=" | ").alias(key_name)
        yield _selected(numbered.with_columns(line_key), names)


def _selected(rows: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    number = [ROW] if ROW in rows.columns else []
    return rows.select(*number, *names, *own_columns(rows))
