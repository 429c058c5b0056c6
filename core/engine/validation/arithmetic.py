"""Compare lines with price and quantity, orders with lines, totals with parts, payments with totals.

Each order is followed along this chain, and the first link that breaks is reported, once, with its exact amount: a
fault in a subtotal would otherwise echo through everything after it. Exports differ in what they count where (tips
in the total or apart, discounts before or after the subtotal, tax in the price outside North America), so each link
holds if one of the lawful readings does. Voided lines, cancelled orders and payments that failed are left out, and
a repeated record counts once.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from core.engine.batch import MONEY, ROW
from core.engine.entity_columns import Columns, distinct
from core.engine.issues import issue
from core.engine.plan import Plan
from core.engine.validation.columns import ZERO, Findings, format_amounts, with_columns
from core.engine.validation.order_differences import (
    lines_difference,
    payments_difference,
    smallest_difference,
    total_difference,
    unexplained_rest,
    with_modifier_prices,
)
from core.kit.times import day_of
from core.kit.values import NUMBER

_FAILED = r"(?i)^(?:failed|declined|denied|void|voided|cancell?ed|error)$"
_HALF_A_CENT, _A_CENT = Decimal("0.005"), Decimal("0.01")

_ORDER: dict[str, pl.DataType] = {
    "location_id": pl.String(),
    "business_date": pl.Date(),
    "opened_at": pl.Datetime("us", "UTC"),
    "state": pl.String(),
    "subtotal": MONEY,
    "discount_total": MONEY,
    "service_charge_total": MONEY,
    "tax_total": MONEY,
    "tip_total": MONEY,
    "total": MONEY,
}
_LINE: dict[str, pl.DataType] = {
    "order_id": pl.String(),
    "quantity": pl.Decimal(18, 6),
    "unit_price": MONEY,
    "gross_amount": MONEY,
    "discount_amount": MONEY,
    "net_amount": MONEY,
    "tax_amount": MONEY,
    "modifiers": pl.List(pl.String),
    "is_void": pl.Boolean(),
}
_PAYMENT: dict[str, pl.DataType] = {
    "order_id": pl.String(),
    "amount": MONEY,
    "tip_amount": MONEY,
    "refund_amount": MONEY,
    "status": pl.String(),
}
NEEDED: dict[str, tuple[str, ...]] = {
    "order": ("external_id", *_ORDER),
    "order_line": ("external_id", *_LINE),
    "payment": ("external_id", *_PAYMENT),
    "modifier": ("external_id", "name", "price_delta"),
}


def check_arithmetic(columns: Columns, plan: Plan) -> Findings:
    """Find line_amount_differs on lines; on orders at most one of order_lines_differ, order_total_differs, payment_differs,

    order_without_payment. `money` is signed: by how much the line amount, the lines, the total or the payments exceed
    what they should be. An order without a subtotal is compared with its total, of which the rest is unexplained.
    """
    planned = {f"{entity}.{name}" for entity, frame in columns.items() for name in frame.columns}
    if planned.isdisjoint({"order_line.unit_price", "order.subtotal", "order.total"}):
        return {}  # no amount to compare with, as in exports of lines alone
    findings: Findings = {}
    if (lines := _lines(columns)) is not None:
        findings["order_line"] = _check_lines(lines, distinct(columns, "modifier"), plan)
    if (orders := _orders(columns, lines)) is not None:
        findings["order"] = _check_orders(orders, columns, plan)
    return {entity: finding for entity, finding in findings.items() if len(finding)}


@dataclass(frozen=True, slots=True)
class OnLines:
    """External ids of orders whose gross, or discounts, come from lines also where `columns` have no such line."""

    gross: frozenset[str] = frozenset()
    discounts: frozenset[str] = frozenset()


def on_lines(all_columns: Columns, part: Columns) -> OnLines:
    """Find the orders that have lines, or discounts of lines, in `all_columns` and not in `part`, where some lines are left out."""
    if (lines := _lines(all_columns)) is None:
        return OnLines()
    remaining_lines = _lines(part)
    remaining = lines.clear() if remaining_lines is None else remaining_lines
    priced = lines.filter(pl.col("net_amount").is_not_null().all().over("order_id"))
    discounted = pl.col("discount_amount") != 0
    return OnLines(
        _orders_without_lines(priced, remaining),
        _orders_without_lines(lines.filter(discounted), remaining.filter(discounted)),
    )


def _orders_without_lines(lines: pl.DataFrame, remaining: pl.DataFrame) -> frozenset[str]:
    return frozenset(lines.join(remaining, on="order_id", how="anti")["order_id"].drop_nulls())


def day_totals(columns: Columns, plan: Plan, based: OnLines | None = None) -> pl.DataFrame:
    """Sum up each day per location: gross, discounts, tax, tips, service_charges, payments, all Decimal(18,4).

    Sorted by location_id and business_date; an order without a business date has the day it was opened on, in the
    plan's zone. Gross and discounts come from the lines where there are any, or where `based` names the order, else from
    the order. Lines and payments of an order that is missing count without location and day.
    """
    based = based or OnLines()
    columns = _with_missing_orders(columns)
    orders = _orders(columns, _lines(columns))
    if orders is None:
        return pl.DataFrame(
            schema={"location_id": pl.String, "business_date": pl.Date, **dict.fromkeys(_FIGURES, MONEY)}
        )
    opening_day = day_of(orders["opened_at"], plan.zone, plan.close_hour)
    day = pl.col("business_date").fill_null(pl.lit(opening_day))
    has_lines = pl.col("lines").is_not_null() | pl.col("external_id").is_in(based.gross)
    has_discounts = (pl.col("discount_lines") != 0) | pl.col("external_id").is_in(based.discounts)
    return (
        orders.with_columns(
            day.alias("business_date"),
            pl.when(has_lines)
            .then(pl.col("gross_lines"))
            .otherwise(
                pl.coalesce(pl.col("subtotal") + pl.col("discount_total").fill_null(ZERO), "gross_lines")
            )
            .alias("gross"),
            pl.when(has_discounts)
            .then(pl.col("discount_lines").fill_null(ZERO))
            .otherwise("discount_total")
            .alias("discounts"),
            pl.col("tax_total").fill_null(pl.col("tax_lines")).alias("tax"),
            pl.coalesce("tip_total", "paid_tips").alias("tips"),
            pl.col("service_charge_total").alias("service_charges"),
            pl.col("paid").alias("payments"),
        )
        .group_by("location_id", "business_date")
        .agg(pl.col(name).sum().cast(MONEY, strict=False) for name in _FIGURES)
        .sort("location_id", "business_date")
    )


def _with_missing_orders(columns: Columns) -> Columns:
    """Add an empty order for each that lines or payments refer to and that is not among the orders."""
    parts = {
        entity: with_columns(frame, {"order_id": pl.String()}).with_columns(pl.col("order_id").fill_null(""))
        for entity in ("order_line", "payment")
        if (frame := columns.get(entity)) is not None and len(frame)
    }
    if not parts:
        return columns
    referred = pl.concat(frame.select(pl.col("order_id").alias("external_id")) for frame in parts.values())
    orders = columns.get("order", pl.DataFrame(schema={"external_id": pl.String}))
    missing = referred.unique().join(orders, on="external_id", how="anti")
    if missing.is_empty():
        return columns
    return {**columns, **parts, "order": pl.concat([orders, missing], how="diagonal")}


_FIGURES = ("gross", "discounts", "tax", "tips", "service_charges", "payments")

FOLDED_BY = ("order_id", "is_void")
FOLDED_UNLESS_EMPTY = ("gross_amount", "net_amount")
FOLDED_SUMS = ("gross_amount", "discount_amount", "net_amount", "tax_amount")


def is_foldable(columns: Collection[str]) -> bool:
    """Tell whether lines of these columns can be folded: not where no column tells which are treated alike."""
    return not {*FOLDED_BY, *FOLDED_UNLESS_EMPTY}.isdisjoint(columns)


def folded(lines: pl.DataFrame) -> pl.DataFrame:
    """Fold lines of one order that are treated alike into one with their sums: `day_totals` stay the same.

    They must be equal in FOLDED_BY and in which of FOLDED_UNLESS_EMPTY they lack, as the one is completed from the
    other. `lines` holds each line once; the answer has external_id, FOLDED_BY and FOLDED_SUMS where they exist.
    Lines that are not foldable stay as they are.
    """
    if not is_foldable(lines.columns):
        return lines
    by = [pl.col(name) for name in FOLDED_BY if name in lines.columns]
    lacks = [
        pl.col(name).is_null().alias(f"_{name}") for name in FOLDED_UNLESS_EMPTY if name in lines.columns
    ]
    sums = [
        pl.when(pl.col(name).count() > 0).then(pl.col(name).sum().cast(MONEY, strict=False))
        for name in FOLDED_SUMS
        if name in lines.columns
    ]
    summed = lines.group_by(*by, *lacks).agg(pl.col("external_id").first(), *sums)
    return summed.select(pl.exclude("^_.*$"))


# --- lines ------------------------------------------------------------------------------------------------------


def _lines(columns: Columns) -> pl.DataFrame | None:
    """Select the lines that count, with gross and net completed from each other: net = gross - discount."""
    lines = distinct(columns, "order_line")
    if lines is None:
        return None
    lines = with_columns(lines, _LINE).filter(~pl.col("is_void").fill_null(value=False))
    discount = pl.col("discount_amount").fill_null(ZERO)
    return lines.with_columns(
        pl.coalesce("gross_amount", pl.col("net_amount") + discount)
        .cast(MONEY, strict=False)
        .alias("gross_amount"),
        pl.coalesce("net_amount", pl.col("gross_amount") - discount)
        .cast(MONEY, strict=False)
        .alias("net_amount"),
    )


def _check_lines(lines: pl.DataFrame, modifiers: pl.DataFrame | None, plan: Plan) -> pl.DataFrame:
    priced = lines.filter(pl.all_horizontal(pl.col("quantity", "unit_price", "gross_amount").is_not_null()))
    priced = with_modifier_prices(priced, modifiers)
    quantity, unit = pl.col("quantity").cast(NUMBER), pl.col("unit_price").cast(NUMBER)
    extra = pl.col("extra").cast(NUMBER)
    readings = [quantity * (unit + extra), quantity * unit + extra, quantity * unit]
    priced = priced.with_columns(
        smallest_difference([pl.col("gross_amount") - reading for reading in readings]).alias("off")
    )
    is_integer = pl.col("quantity") == pl.col("quantity").round(0)
    tolerance = pl.when(is_integer).then(pl.lit(_HALF_A_CENT)).otherwise(pl.lit(_A_CENT))
    wrong = priced.filter(pl.col("off").abs() >= tolerance)
    if wrong.is_empty():
        return wrong.select(ROW, *issue("line_amount_differs"))
    wrong = wrong.with_columns(
        _words(wrong["off"], plan, "more", "less").alias("words"),
        format_amounts(wrong["unit_price"], plan.currency).alias("unit"),
        format_amounts(wrong["extra"], plan.currency).alias("extra_shown"),
        pl.col("quantity").cast(pl.String).str.strip_chars_end("0").str.strip_chars_end(".").alias("pieces"),
    )
    detail = pl.format(
        "The line is {} than {} × {} and modifiers of {} (line {}).",
        "words",
        "pieces",
        "unit",
        "extra_shown",
        "external_id",
    )
    return wrong.select(
        ROW,
        *issue(
            "line_amount_differs",
            field="gross_amount",
            value=pl.col("gross_amount"),
            detail=detail,
            money=pl.col("off"),
        ),
    )


# --- orders -----------------------------------------------------------------------------------------------------


def _orders(columns: Columns, lines: pl.DataFrame | None) -> pl.DataFrame | None:
    """Select the orders that count, each with the sums of its lines (null without lines) and of its payments."""
    orders = distinct(columns, "order")
    if orders is None:
        return None
    orders = with_columns(orders, _ORDER).filter(pl.col("state").is_null() | (pl.col("state") != "cancelled"))
    of_lines = (
        with_columns(pl.DataFrame(schema={"external_id": pl.String}), _LINE) if lines is None else lines
    )
    summed = of_lines.group_by(pl.col("order_id").alias("external_id")).agg(
        pl.when(pl.col("net_amount").is_not_null().all()).then(pl.col("net_amount").sum()).alias("lines"),
        pl.col("gross_amount").sum().alias("gross_lines"),
        pl.col("discount_amount").sum().alias("discount_lines"),
        pl.col("tax_amount").sum().alias("tax_lines"),
    )
    payments = distinct(columns, "payment")
    of_payments = pl.DataFrame(schema={"external_id": pl.String}) if payments is None else payments
    of_payments = with_columns(of_payments, _PAYMENT).filter(
        ~pl.col("status").str.contains(_FAILED).fill_null(value=False)
    )
    paid = of_payments.group_by(pl.col("order_id").alias("external_id")).agg(
        pl.when(pl.col("amount").is_not_null().any()).then(pl.col("amount").sum()).alias("paid"),
        pl.len().alias("payments"),
        pl.col("tip_amount").sum().alias("paid_tips"),
        pl.col("refund_amount").sum().alias("refunded"),
    )
    return orders.join(summed, on="external_id", how="left", maintain_order="left").join(
        paid, on="external_id", how="left", maintain_order="left"
    )


_LINKS = (
    (
        "lines_off",
        "order_lines_differ",
        "subtotal",
        "Lines are {} the subtotal of {} (order {}).",
        "subtotal",
    ),
    (
        "rest_off",
        "order_lines_differ",
        "total",
        "Lines, tax and charges leave {} the total of {} (order {}).",
        "total",
    ),
    (
        "total_off",
        "order_total_differs",
        "total",
        "The total is {} its parts; it stands as {} (order {}).",
        "total",
    ),
    ("payments_off", "payment_differs", "total", "Payments are {} the total of {} (order {}).", "total"),
)
"""What may break, in order: column, code, field, the sentence, and the amount it names."""


def _check_orders(orders: pl.DataFrame, columns: Columns, plan: Plan) -> pl.DataFrame:
    orders = orders.with_columns(
        lines_difference(plan).alias("lines_off"),
        unexplained_rest().alias("rest_off"),
        total_difference(plan).alias("total_off"),
        payments_difference().alias("payments_off"),
    )
    broken, issues = pl.lit(value=False), []
    for column, code, field, sentence, amount_field in _LINKS:
        off = pl.col(column).abs().fill_null(ZERO) >= _HALF_A_CENT
        issues.append(
            _order_issues(orders.filter(off & ~broken), column, code, field, (sentence, amount_field), plan)
        )
        broken = broken | off
    if distinct(columns, "payment") is not None:
        unpaid = orders.filter(pl.col("payments").is_null() & (pl.col("total") > 0) & ~broken)
        unpaid = unpaid.with_columns(format_amounts(unpaid["total"], plan.currency).alias("shown"))
        detail = pl.format("No payment is recorded for the total of {} (order {}).", "shown", "external_id")
        issue_columns = issue(
            "order_without_payment",
            field="total",
            value=pl.col("total"),
            detail=detail,
            money=pl.col("total"),
        )
        issues.append(unpaid.select(ROW, *issue_columns))
    return pl.concat(issues)


def _order_issues(
    wrong: pl.DataFrame, column: str, code: str, field: str, sentence: tuple[str, str], plan: Plan
) -> pl.DataFrame:
    """Word the issues: 'Payments are $4.23 short of the total of $57.08 (order check-001).'"""
    more, less = {
        "lines_off": ("over", "short of"),
        "rest_off": ("unexplained in", "too much for"),
        "total_off": ("more than", "less than"),
        "payments_off": ("over", "short of"),
    }[column]
    template, amount_field = sentence
    wrong = wrong.with_columns(
        _words(wrong[column], plan, more, less).alias("words"),
        format_amounts(wrong[amount_field], plan.currency).alias("whole"),
    )
    detail = pl.format(template, "words", "whole", "external_id")
    return wrong.select(
        ROW, *issue(code, field=field, value=pl.col(amount_field), detail=detail, money=pl.col(column))
    )


def _words(amounts: pl.Series, plan: Plan, more: str, less: str) -> pl.Series:
    ends = [more if amount > 0 else less for amount in amounts]
    return pl.Series(
        [f"{amount} {end}" for amount, end in zip(format_amounts(amounts, plan.currency), ends, strict=True)],
        dtype=pl.String,
    )
