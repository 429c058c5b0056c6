"""Tell items from their variants: a row a size, a row a variation under its parent, options in the rows of a handle.

The table becomes a stream of items and one of variants. An item without variants keeps its price, SKU and the like. Both
keep the row numbers of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import polars as pl

from core.engine.batch import ROW
from core.engine.sources.reshape.flags import flag_readings
from core.engine.sources.reshape.headers import word_set, words
from core.engine.sources.reshape.prices import price_readings
from core.engine.sources.reshape.shape import (
    SEPARATOR,
    Frames,
    Reading,
    StreamShape,
    free_name,
    own_columns,
    unmapped,
)
from core.engine.sources.reshape.variant_rows import VariantRows, find_variants
from core.kit.wording import listed

_ITEM_LEVEL = word_set(
    "image picture photo description category tag vendor brand supplier type tax modifier seo handle pricing"
)
_REORDER_WORDS = word_set("alert reorder threshold")
_YES_OR_NO = frozenset({"y", "n", "yes", "no", "true", "false", "0", "1"})
_FEW = 1_000
_KIND, _IS_ITEM = "_kind", "_is_item"
_ITEM, _VARIANT, _FURTHER = "item", "variant", "further"
_KEY, _NAME = "Variant key", "Variant name"

_ABOUT_VARIANT = "It is about the variant of the row."
_ABOUT_ITEM = "It is about the item, which has the value of its first row."


def variant_shapes(columns: tuple[str, ...], rows: pl.DataFrame) -> list[StreamShape] | None:
    """Return the shapes of the items, of their variants and of further rows of a table; None where items have no variants."""
    layout = find_variants(columns, rows)
    return shapes_of_layout(layout, columns, rows) if layout else None


def shapes_of_layout(layout: VariantRows, columns: tuple[str, ...], rows: pl.DataFrame) -> list[StreamShape]:
    filled_rows = next(iter(layout.prepare(iter([rows]))))
    kinds = next(iter(_told_apart(iter([filled_rows]), layout)))
    variants = kinds.filter(pl.col(_KIND) == _VARIANT)
    is_whole = rows.height < _FEW  # of a longer table, later rows may have what these lack
    variant_columns = [
        column for column in layout.variant_columns if variants[column].count() or not is_whole
    ]
    if layout.is_declared:
        variant_columns = list(layout.variant_columns)
    elif not layout.ids_are_rows:
        variant_columns = [column for column in variant_columns if not set(words(column)) & _ITEM_LEVEL]
        if is_whole:
            variant_columns = [
                column for column in variant_columns if not _is_of_items(kinds, column, layout)
            ]
    single_rows = kinds.filter(pl.col(_IS_ITEM) & (pl.col(_KIND) != _VARIANT))
    of_variants = {
        column
        for column in (*variant_columns, *layout.options)
        if is_whole and not single_rows[column].count()
    }
    items = tuple(
        column
        for column in columns
        if column not in of_variants and not (layout.ids_are_rows and column == layout.item)
    )
    item_columns = tuple(column for column in columns if column not in variant_columns)
    if is_whole:
        later_rows = kinds.filter(~pl.col(_IS_ITEM) & (pl.col(_KIND) == _VARIANT))
        item_columns = tuple(column for column in layout.further if later_rows[column].count())
    shapes = [_item_shape(layout, items), _variant_shape(layout, columns, variant_columns, item_columns)]
    is_further = kinds[_KIND] == _FURTHER
    has_further = bool(is_further.any()) or (layout.is_declared and not is_whole)
    if has_further:
        filled = [column for column in columns if rows.filter(is_further)[column].count()]
        shapes.append(_further_shape(layout, filled or [layout.item, *layout.further]))
    return [
        replace(
            shape, convert=_converter(shape.columns, layout, kind, variant_columns, has_further=has_further)
        )
        for shape, kind in zip(shapes, (_ITEM, _VARIANT, _FURTHER), strict=False)
    ]


def _is_of_items(rows: pl.DataFrame, column: str, layout: VariantRows) -> bool:
    """Tell whether a column says yes or no, or when to reorder, of each item: the rows of an item never differ."""
    texts = rows[column].drop_nulls().str.strip_chars().str.to_lowercase()
    is_flag = texts.is_in(list(_YES_OR_NO)).all()
    if texts.is_empty() or not (is_flag or set(words(column)) & _REORDER_WORDS):
        return False
    return rows.drop_nulls(column).group_by(layout.item).agg(pl.col(column).n_unique())[column].max() == 1


def _item_shape(layout: VariantRows, kept_columns: tuple[str, ...]) -> StreamShape:
    """Describe the stream of items: what is about variants is there only where an item without variants has it."""
    readings = {column: Reading(None, _ABOUT_ITEM, entity="menu_item") for column in kept_columns}
    readings |= {
        column: Reading(None, "It is part of the variant's name.")
        for column in layout.options
        if column in kept_columns
    }
    readings |= price_readings(kept_columns, "menu_item")
    readings |= flag_readings(kept_columns)
    key = layout.id_column if layout.ids_are_rows else layout.item
    reason = "Rows with the same are one item." if key != layout.id_column else "It identifies each row."
    if layout.name == key:
        readings[key] = Reading("menu_item.name", reason, also=("menu_item.external_id",))
    else:
        readings[key] = Reading("menu_item.external_id", reason)
        if layout.name:
            readings[layout.name] = Reading("menu_item.name", "The name of the item.")
    return StreamShape(kept_columns, entity="menu_item", why=layout.why, readings=readings)


def _variant_shape(
    layout: VariantRows, columns: Sequence[str], variant_columns: Sequence[str], item_columns: Sequence[str]
) -> StreamShape:
    key = "" if layout.id_column else free_name(_KEY, columns)
    name = free_name(_NAME, columns)
    kept_columns = [
        column
        for column in columns
        if column in {*variant_columns, *layout.options, layout.item, *item_columns}
        and column != layout.id_column
    ]
    names = (
        key or layout.id_column,
        layout.item,
        name,
        *(column for column in kept_columns if column != layout.item),
    )
    readings = {column: Reading(None, _ABOUT_VARIANT, entity="item_variant") for column in names}
    readings |= unmapped((column for column in item_columns if column in names), _ABOUT_ITEM)
    readings |= price_readings(names, "item_variant")
    readings |= {column: Reading(None, "It is part of the variant's name.") for column in layout.options}
    added = f"The reader made it of {listed(layout.options)}." if layout.options else _ABOUT_VARIANT
    readings[names[0]] = Reading(
        "item_variant.external_id",
        "It identifies each row."
        if layout.id_column
        else f"The reader made it of {layout.item} and the variant's name.",
    )
    readings[layout.item] = Reading("item_variant.item_id", "It names the item of the variant.")
    readings[name] = Reading("item_variant.name", added)
    if layout.ids_are_rows and layout.name in names:
        readings[layout.name] = Reading(None, "It is the item's name with the variant's.")
    return StreamShape(names, f"{SEPARATOR}variants", "item_variant", layout.why, readings)


def _further_shape(layout: VariantRows, columns: Sequence[str]) -> StreamShape:
    reason = f"The row adds to the first row of its {layout.item}, such as a further picture, and is no record of its own."
    return StreamShape(tuple(columns), f"{SEPARATOR}further rows", None, (reason,), unmapped(columns, reason))


def _told_apart(frames: Frames, layout: VariantRows) -> Frames:
    """Add to each row what it is, and whether it is the first of its item."""
    known_items: set[str] = set()
    is_variant = layout.is_variant.fill_null(value=False)
    for frame in frames:
        items = frame[layout.item].fill_null("")
        is_first = items.is_first_distinct() & ~items.is_in(list(known_items))
        known_items.update(items.to_list())
        is_item = ~is_variant if layout.ids_are_rows else pl.lit(is_first)
        kind = (
            pl.when(is_variant)
            .then(pl.lit(_VARIANT))
            .when(is_item)
            .then(pl.lit(_ITEM))
            .otherwise(pl.lit(_FURTHER))
        )
        yield frame.with_columns(is_item.alias(_IS_ITEM), kind.alias(_KIND))


def _converter(
    names: Sequence[str], layout: VariantRows, kind: str, variant_columns: Sequence[str], *, has_further: bool
) -> Callable[[Frames], Frames]:
    """Return the conversion to the stream of one kind of row. Without a stream of further rows, these are variants."""
    kinds = [kind, _FURTHER] if kind == _VARIANT and not has_further else [kind]

    def converted(frames: Frames) -> Frames:
        for frame in _told_apart(layout.prepare(frames), layout):
            rows = frame.filter(pl.col(_IS_ITEM) if kind == _ITEM else pl.col(_KIND).is_in(kinds))
            if kind == _ITEM and not layout.ids_are_rows:  # what a variant has is the variant's
                is_variant = pl.col(_KIND) == _VARIANT
                rows = rows.with_columns(
                    pl.when(~is_variant).then(pl.col(column)).alias(column)
                    for column in variant_columns
                    if column in names
                )
            if kind == _VARIANT:
                key = pl.concat_str([pl.col(layout.item), layout.variant_name], separator=" | ")
                added = {_KEY: key, _NAME: layout.variant_name}
                rows = rows.with_columns(
                    expr.alias(name)
                    for name in names
                    for base, expr in added.items()
                    if name.startswith(base) and name not in frame.columns
                )
            yield rows.select(ROW, *names, *own_columns(rows)) if ROW in rows.columns else rows.select(names)

    return converted
