"""Writes order lines in Toast's ItemSelectionDetails format by the million, for measurements and kill tests.

Amounts are made as whole cents in NumPy and turned into text by Polars, so they are exact and the totals are known
before anything reads the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import polars as pl

from mock_data.toast.exports import ITEM_SELECTION_DETAILS
from mock_data.writing import dollars, listed

LOCATIONS = listed("Riverside|Downtown|Harbor|Airport|Old Town|University")
SERVERS = listed(
    "Wei Zhao|Maya Okafor|Omar Haddad|Sofia Marchetti|Andre Baptiste|Priya Raman|Nora Walsh|Leo Kim"
)
GROUPS = listed("Antipasti|Insalate|Pasta|Pizza|Secondi|Contorni|Dolci|Bar|Caffè|Panini")
OPTIONS = listed("Dine In|Takeout|Delivery|Online Ordering - Takeout")
ITEMS = 300
MOST_LINES = 6
TAX_BASIS_POINTS = 825
ORDERS_PER_MINUTE = 2
MINUTES_OPEN = 720
START = datetime(2025, 1, 1, 11)  # noqa: DTZ001  (a CSV export of Toast has local times without a zone)
FIRST_ID = 300_000_000_000_000_000
CHUNK_ORDERS = 50_000


@dataclass(frozen=True, slots=True)
class OrderLineTotals:
    """What the file adds up to, in dollars; net is gross less discount, and every line counts."""

    rows: int
    orders: int
    gross: Decimal
    discount: Decimal
    net: Decimal
    tax: Decimal


def write_order_lines(path: Path, rows: int, *, seed: int) -> OrderLineTotals:
    """Write exactly `rows` lines under a header row and return their totals.

    An order has one to six lines that stand together; Item Selection Id is unique; six locations share 300 dishes.
    The same rows and seed give the same bytes. Memory stays flat: lines are made 50,000 orders at a time.
    """
    random = np.random.default_rng(seed)
    unit_cents = random.integers(6, 80, ITEMS) * 50 - 5
    header = ",".join(ITEM_SELECTION_DETAILS) + "\n"
    rows_written = orders = gross = discount = tax = 0
    with path.open("wb") as file:
        file.write(header.encode())
        while rows_written < rows:
            frame = _lines(
                random, unit_cents, first_line=rows_written, first_order=orders, most=rows - rows_written
            )
            rows_written += frame.height
            orders += frame["order"].n_unique()
            gross += int(frame["gross"].sum())
            discount += int(frame["discount"].sum())
            tax += int(frame["tax"].sum())
            _as_text(frame).write_csv(file, include_header=False)
    return OrderLineTotals(
        rows_written, orders, dollars(gross), dollars(discount), dollars(gross - discount), dollars(tax)
    )


def _lines(
    random: np.random.Generator, unit_cents: np.ndarray, *, first_line: int, first_order: int, most: int
) -> pl.DataFrame:
    """Lines of up to CHUNK_ORDERS orders, at most `most`: numbers only, money in cents."""
    sizes = random.integers(1, MOST_LINES + 1, CHUNK_ORDERS)
    order = np.repeat(np.arange(first_order, first_order + CHUNK_ORDERS), sizes)[:most]
    count = len(order)
    item = random.integers(0, ITEMS, count)
    quantity = random.choice([1, 2, 3], count, p=[0.86, 0.11, 0.03])
    gross = unit_cents[item] * quantity
    discount = np.where(random.random(count) < 0.05, (gross + 5) // 10, 0)
    tax = ((gross - discount) * TAX_BASIS_POINTS + 5_000) // 10_000
    return pl.DataFrame(
        {
            "order": order,
            "line": np.arange(first_line, first_line + count),
            "item": item,
            "quantity": quantity,
            "gross": gross,
            "discount": discount,
            "tax": tax,
        }
    )


def _as_text(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the columns of ItemSelectionDetails.csv, in its order."""
    order, line, item = pl.col("order"), pl.col("line"), pl.col("item")
    minute = order // ORDERS_PER_MINUTE
    opened_at = pl.lit(START) + pl.duration(days=minute // MINUTES_OPEN, minutes=minute % MINUTES_OPEN)
    columns = {
        "Location": _pick(LOCATIONS, order),
        "Order Id": (order + FIRST_ID).cast(pl.String),
        "Order #": (order % 900 + 1).cast(pl.String),
        "Sent Date": _moment(opened_at),
        "Order Date": _moment(opened_at),
        "Check Id": (order + 2 * FIRST_ID).cast(pl.String),
        "Server": _pick(SERVERS, order // 7),
        "Table": (order % 40 + 1).cast(pl.String),
        "Dining Area": pl.lit("Main Room"),
        "Service": pl.when(opened_at.dt.hour().is_between(4, 15))
        .then(pl.lit("Lunch"))
        .otherwise(pl.lit("Dinner")),
        "Dining Option": _pick(OPTIONS, order // 3),
        "Item Selection Id": (line + 3 * FIRST_ID).cast(pl.String),
        "Item Id": (item + 200_000_000_000_000_000).cast(pl.String),
        "SKU": pl.format("SKU-{}", item + 1),
        "Menu Item": pl.format("{} No. {}", _pick(GROUPS, item), item + 1),
        "Menu Group": _pick(GROUPS, item),
        "Menu": pl.lit("All Day"),
        "Sales Category": pl.when(item % len(GROUPS) == GROUPS.index("Bar"))
        .then(pl.lit("Alcohol"))
        .otherwise(pl.lit("Food")),
        "Gross Price": _money(pl.col("gross")),
        "Discount": _money(pl.col("discount")),
        "Net Price": _money(pl.col("gross") - pl.col("discount")),
        "Qty": pl.format("{}.0000", pl.col("quantity")),
        "Tax": _money(pl.col("tax")),
        "Void?": pl.lit("false"),
        "Deferred": pl.lit("false"),
        "Tax Exempt": pl.lit("false"),
        "Tax Inclusion Option": pl.lit("NOT_INCLUDED"),
    }
    return frame.select(
        columns.get(name, pl.lit(None, pl.String)).alias(name) for name in ITEM_SELECTION_DETAILS
    )


def _pick(values: tuple[str, ...], number: pl.Expr) -> pl.Expr:
    return (number % len(values)).replace_strict(dict(enumerate(values)), return_dtype=pl.String)


def _money(cents: pl.Expr) -> pl.Expr:
    """Non-negative whole cents as '18.95'."""
    return pl.format("{}.{}", cents // 100, (cents % 100).cast(pl.String).str.zfill(2))


def _moment(opened_at: pl.Expr) -> pl.Expr:
    """'4/02/25 7:05 PM', the way Toast prints a moment."""
    return opened_at.dt.strftime("%-m/%d/%y %-I:%M %p")
