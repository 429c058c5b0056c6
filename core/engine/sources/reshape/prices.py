"""Read words that stand in place of a price, and tell the price from the price before or after a reduction."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from core.engine.sources.reshape.headers import word_set, words
from core.engine.sources.reshape.shape import Reading
from core.kit.number_forms import read_single_amounts
from core.kit.wording import counted

OPEN_WORDS = (
    "variable",
    "open",
    "open price",
    "market",
    "market price",
    "mp",
    "ask",
    "tagespreis",
    "variabel",
    "prix libre",
    "libre",
)
PRICE_WORDS = word_set("price preis prix precio prezzo preco cena prijs")
_REDUCED = word_set("sale special discount discounted promo offer online member aktion")
_HOW = word_set("type strategy unit kind mode level group tier currency code")
_REFERENCE = word_set("compare msrp list before original uvp rrp old cost")


def price_columns(columns: Sequence[str]) -> list[str]:
    """List the columns of the usual price: no reduced one, none to compare with."""
    return [
        column
        for column in columns
        if set(words(column)) & PRICE_WORDS and not set(words(column)) & (_REDUCED | _REFERENCE | _HOW)
    ]


def price_readings(columns: Sequence[str], entity: str) -> dict[str, Reading]:
    """Return the readings of a usual price beside a reduced one: the usual one is the price."""
    usual = price_columns(columns)
    other_prices = [column for column in columns if set(words(column)) & PRICE_WORDS and column not in usual]
    if len(usual) != 1 or not other_prices:
        return {}
    readings = {
        column: Reading(None, f"{usual[0]} is the usual price; this is a reduced one or one to compare with.")
        for column in other_prices
    }
    return readings | {usual[0]: Reading(f"{entity}.price", "It is the usual price, beside a reduced one.")}


def weight_columns(columns: Sequence[str], rows: pl.DataFrame) -> list[str]:
    """List the columns that say by yes or no whether an item is sold by weight."""
    return [
        column
        for column in columns
        if {"weight"} <= set(words(column)) and {"sold", "by"} & set(words(column)) and _is_flag(rows[column])
    ]


def _is_flag(values: pl.Series) -> bool:
    flag_values = {value.strip().casefold() for value in values.drop_nulls().unique().to_list()}
    return bool(flag_values) and flag_values <= {"y", "n", "yes", "no", "true", "false", "1", "0"}


def is_open(column: str) -> pl.Expr:
    """Tell the rows whose price is a word for 'asked at the till'."""
    return pl.col(column).str.strip_chars().str.to_lowercase().is_in(list(OPEN_WORDS)).fill_null(value=False)


def pricing(columns: Sequence[str], rows: pl.DataFrame) -> pl.Expr | None:
    """Return how each row's price is found, as the target has it; None where no row says more than a price."""
    open_columns = [column for column in price_columns(columns) if rows.select(is_open(column).any()).item()]
    weight_names = weight_columns(columns, rows)
    if not open_columns and not weight_names:
        return None
    by_weight = [
        pl.col(column).str.to_lowercase().str.strip_chars().is_in(["y", "yes", "true", "1"])
        for column in weight_names
    ]
    open_rows = pl.any_horizontal(map(is_open, open_columns)) if open_columns else pl.lit(value=False)
    weight_rows = pl.any_horizontal(by_weight).fill_null(value=False) if by_weight else pl.lit(value=False)
    return pl.when(open_rows).then(pl.lit("open")).when(weight_rows).then(pl.lit("per_unit"))


_FILLING = word_set("item menu retail sell selling regular usd eur gbp in")
_SALES = word_set("order receipt check quantity qty transaction invoice")
_MANY, _CLEAR, _FEWEST, _EXAMPLES = 0.3, 0.25, 2, 3


def typed_price_readings(columns: Sequence[str], rows: pl.DataFrame) -> dict[str, Reading]:
    """Return the reading of the price column of a menu typed by hand: many of its cells are no single amounts.

    A column with fewer such cells is read as any other, so that they hold their rows.
    """
    names = [column for column in price_columns(columns) if set(words(column)) <= PRICE_WORDS | _FILLING]
    if len(names) != 1 or any(set(words(column)) & _SALES for column in columns):
        return {}
    (column,) = names
    filled = rows.select(pl.col(column).str.strip_chars()).filter((pl.col(column) != "") & ~is_open(column))[
        column
    ]
    amounts = read_single_amounts(filled)
    unread, single = amounts.null_count(), amounts.count()
    if unread < max(_FEWEST, _MANY * len(filled)) or single < max(_FEWEST, _CLEAR * len(filled)):
        return {}
    examples = ", ".join(repr(text[:30]) for text in filled.filter(amounts.is_null()).head(_EXAMPLES))
    reason = (
        f"{counted(single, 'cell')} of {len(filled)} hold a single amount; of the others ({examples}) each is reported"
        " and its price left empty."
    )
    return {column: Reading("menu_item.price", reason, "single_amount")}
