"""Recognize how the rows of a table tell items from their variants: by size, by a parent, by the rows of a handle."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

from core.engine.sources.contract import Grouped
from core.engine.sources.reshape.groups import SIZES, Group, declared_group, fill_under_key, find_group
from core.engine.sources.reshape.headers import is_key, word_set, words
from core.engine.sources.reshape.shape import Frames, unchanged
from core.kit.wording import listed

_ITEMS = word_set(
    "item product dish name article artikel gericht speise produit plat plato producto articulo prodotto piatto articolo produkt danie title"
)
_NO_ITEMS = word_set(
    "id number code category sku barcode type price description group status url image kind variant variation"
)
_ID = word_set("id token guid")
_NO_ID = word_set("category tax vendor location parent image")
_VARIATION_WORD = r"(?i)^\s*(?:[\w ]+,\s*)*(?:variation|variant)\s*(?:,.*)?$"
"""A cell that is one of these words, or lists it among others: 'variation, virtual'."""

_OF_VARIANTS = word_set("sku price cost gtin upc ean barcode quantity stock")


@dataclass(frozen=True, slots=True)
class VariantRows:
    """How the rows of a table tell items from variants.

    item     the column that tells items apart; name  the column of the item's name, where that is another
    is_variant, variant_name  of each row, by the columns of the table
    id_column  the column that identifies each row, '' where there is none
    options  the columns the variant's name is made of; variant_columns  those that are about the variant
    prepare  the conversion that comes first
    ids_are_rows  whether items stand in rows of their own, which variants name as their parent
    further  columns of which the item has the value of its first row, and other rows another one
    is_declared  whether the source says which columns are about the variant
    """

    item: str
    is_variant: pl.Expr
    variant_name: pl.Expr
    name: str = ""
    id_column: str = ""
    options: tuple[str, ...] = ()
    variant_columns: tuple[str, ...] = ()
    prepare: Callable[[Frames], Frames] = unchanged
    ids_are_rows: bool = False
    further: tuple[str, ...] = ()
    is_declared: bool = False
    why: tuple[str, ...] = ()


def declared_variants(columns: tuple[str, ...], rows: pl.DataFrame, grouped: Grouped) -> VariantRows | None:
    """Return how a declared table tells items from variants; None where it lacks the columns of their ids or options."""
    group = declared_group(columns, rows, grouped)
    options = grouped.columns_for(grouped.options, columns)
    if group is None or not options:
        return None
    names = _joined(options)
    return VariantRows(
        group.key,
        names != "",
        names,
        name=grouped.name_of(columns),
        options=options,
        variant_columns=tuple(column for column in group.repeated if column not in options),
        prepare=fill_under_key(group.key, group.filled),
        further=grouped.columns_for(grouped.first, columns),
        is_declared=True,
        why=(
            f"rows of one {group.key} are one item, and each is a variant of it; what is about the item counts as the first has it",
        ),
    )


def find_variants(columns: tuple[str, ...], rows: pl.DataFrame) -> VariantRows | None:
    """Find how the rows of a table tell items from variants; None where items have none."""
    return _by_parent(columns, rows) or _by_size(columns, rows) or _by_key(columns, rows)


def option_columns(columns: Sequence[str]) -> tuple[str, ...]:
    """List the columns that hold the values of a variant's options."""
    return tuple(
        column
        for column in columns
        if {"option", "value"} <= set(words(column)) or {"attribute", "value"} <= set(words(column))
    )


def _joined(names: Sequence[str]) -> pl.Expr:
    filled = [
        pl.when(pl.col(name).str.strip_chars() != "").then(pl.col(name).str.strip_chars()) for name in names
    ]
    return pl.concat_str(filled, separator=" / ", ignore_nulls=True)


def _by_key(columns: tuple[str, ...], rows: pl.DataFrame) -> VariantRows | None:
    """Find rows of one handle: the item in the first, a variant in each that has options."""
    options = option_columns(columns) or tuple(column for column in columns if set(words(column)) & SIZES)
    group = find_group(columns, rows) if options else None
    if group is None or not any(rows[column].count() for column in options):
        return None
    name = item_name(group.filled)
    names = _joined(options)
    return VariantRows(
        group.key,
        names != "",
        names,
        name=name,
        options=options,
        variant_columns=tuple(column for column in group.repeated if column not in options),
        prepare=fill_under_key(group.key, group.filled),
        why=(_filled_words(group),),
    )


def _filled_words(group: Group) -> str:
    return f"rows of one {group.key} belong together: {listed(group.filled)} of the first row count for all of them"


def _by_size(columns: tuple[str, ...], rows: pl.DataFrame) -> VariantRows | None:
    """Find rows of sizes: the item's name repeats, the size differs."""
    item = item_name(columns)
    sizes = _size_columns(columns, item)
    if not item or not sizes or rows[item].null_count() or rows[item].n_unique() == rows.height:
        return None
    size = next((column for column in sizes if rows[column].count()), None)
    pairs = rows.select(item, size) if size else rows.head(0)
    repeated = rows.filter(rows[item].is_duplicated())
    if size is None or pairs.n_unique() < rows.height or repeated[size].null_count():
        return None
    ids = [
        column
        for column in columns
        if set(words(column)) & _ID and not set(words(column)) & _NO_ID and is_key(rows[column])
    ]
    changing_columns = [
        column for column in columns if _is_category(column) and not _is_constant(rows, item, column)
    ]
    if changing_columns:  # two items of one name
        return None
    shared_columns = tuple(
        column
        for column in columns
        if column not in {item, size}
        and not set(words(column)) & _OF_VARIANTS
        and _is_constant(rows, item, column)
    )
    variant_columns = tuple(column for column in columns if column not in {item, size, *ids, *shared_columns})
    return VariantRows(
        item,
        pl.col(size).str.strip_chars().fill_null("") != "",
        pl.col(size).str.strip_chars(),
        name=item,
        id_column=ids[0] if ids else "",
        options=(size,),
        variant_columns=variant_columns,
        why=(f"a row a {size}: rows of one {item} are variants of one item",),
    )


def _size_columns(columns: Sequence[str], item: str) -> tuple[str, ...]:
    """List the columns that name a size or a variation; of the latter only those of its name, where there are any."""
    names = [
        column
        for column in columns
        if set(words(column)) & {"variation", "variant"} and "name" in words(column)
    ]
    sizes = [column for column in columns if set(words(column)) & SIZES and "name" not in words(column)]
    return tuple(names or (column for column in sizes if column != item))


def _is_category(column: str) -> bool:
    return bool(
        set(words(column))
        & {"category", "kategorie", "categorie", "categoria", "group", "section", "warengruppe"}
    )


def _is_constant(rows: pl.DataFrame, item: str, column: str) -> bool:
    return bool((rows.group_by(item).agg(pl.col(column).n_unique())[column] == 1).all())


def _by_parent(columns: tuple[str, ...], rows: pl.DataFrame) -> VariantRows | None:
    """Find variations that a column of types names, and another the row of their parent."""
    kinds = [column for column in columns if "type" in words(column) and _has_variations(rows[column])]
    parents = [column for column in columns if "parent" in words(column) and rows[column].count()]
    ids = [
        column
        for column in columns
        if words(column) in {("id",), ("product", "id"), ("item", "id")} and is_key(rows[column])
    ]
    if not kinds or not parents or not ids:
        return None
    kind, parent, own_id = kinds[0], parents[0], ids[0]
    skus = [column for column in columns if "sku" in words(column)]
    options = tuple(column for column in option_columns(columns) if rows[column].count())
    is_variant = pl.col(kind).str.contains(_VARIATION_WORD)
    name = item_name(columns)
    variant_name = (
        pl.coalesce(_joined(options), pl.col(name) if name else None) if options else pl.col(name or own_id)
    )
    other_columns = tuple(
        column
        for column in columns
        if column not in {kind, parent, *options} and rows.filter(is_variant)[column].count()
    )
    return VariantRows(
        parent,
        is_variant,
        variant_name,
        name=name,
        id_column=own_id,
        options=options,
        variant_columns=other_columns,
        prepare=_with_parent_ids(parent, own_id, skus[0] if skus else "", is_variant),
        ids_are_rows=True,
        why=(f"rows whose {kind} is variation are variants of the item that {parent} names",),
    )


def _has_variations(values: pl.Series) -> bool:
    is_variation = values.drop_nulls().unique().str.contains(_VARIATION_WORD)
    return bool(is_variation.any()) and not is_variation.all()


def _with_parent_ids(parent: str, own_id: str, sku: str, is_variant: pl.Expr) -> Callable[[Frames], Frames]:
    """Return the conversion that names each parent by its id, where the file names it as 'id:61' or by its SKU."""

    def converted(frames: Frames) -> Frames:
        ids: dict[str, str] = {}
        for frame in frames:
            if sku:
                pairs = frame.filter(~is_variant.fill_null(value=False)).select(sku, own_id).drop_nulls()
                ids.update(pairs.iter_rows())
            value = pl.col(parent).str.strip_chars().str.replace(r"^id:\s*", "")
            yield frame.with_columns(value.replace(ids).alias(parent))

    return converted


def item_name(columns: Sequence[str]) -> str:
    """Return the column of the item's name, '' where there is none."""
    ranked = [
        (not {"name", "title"} & set(words(column)), column)
        for column in columns
        if set(words(column)) & _ITEMS and not set(words(column)) & _NO_ITEMS
    ]
    return min(ranked, key=lambda pair: pair[0])[1] if ranked else ""
