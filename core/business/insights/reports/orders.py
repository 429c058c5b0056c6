"""Report the orders of a period: placed in it, and active at its end. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from core.business.insights.delivery.rules import DEFINITIONS, FigureKey
from core.business.insights.reports.cells import order_table, sums
from core.business.insights.reports.rows import OrderLife
from core.business.insights.reports.shapes import (
    MIN_SAMPLE,
    ReportFigure,
    ReportSection,
    amounts_text,
    sample_text,
)
from core.kit.money import ZERO


def orders_section(orders: Sequence[OrderLife], first: date, last: date) -> ReportSection:
    """Report the days from `first` to `last`; `orders` are all that were placed by then."""
    placed = [order for order in orders if first <= order.ordered_on <= last]
    active = [order for order in orders if _is_active_on(order, last)]
    figures = [*_placed_figures(placed), _active_figure(active)]
    tables = [order_table("placed", "Orders placed", placed), order_table("active", "Active orders", active)]
    return ReportSection("orders", "Orders", figures, tables)


def _placed_figures(placed: Sequence[OrderLife]) -> list[ReportFigure]:
    values = sums((order.currency, order.total) for order in placed)
    counts = sums((order.currency, Decimal(1)) for order in placed)
    means = {
        code: (values[code] / counts[code]).quantize(Decimal("0.01"), ROUND_HALF_UP)
        for code in values
        if counts[code] >= MIN_SAMPLE
    }
    size, largest = f"n = {len(placed):,}", int(max(counts.values(), default=ZERO))
    rule = "Orders of the period, cancelled ones included."
    mean_rule = "Value of the orders placed divided by their number, by currency."
    return [
        ReportFigure("placed", "Orders placed", f"{len(placed):,}", rule, size, "placed"),
        ReportFigure(
            "value",
            "Value of orders",
            amounts_text(values),
            "Sum of their totals, by currency.",
            size,
            "placed",
        ),
        ReportFigure(
            "average",
            "Average order",
            amounts_text(means),
            mean_rule,
            sample_text(largest, "orders"),
            "placed",
        ),
    ]


def _active_figure(active: Sequence[OrderLife]) -> ReportFigure:
    rule = f"{DEFINITIONS[FigureKey.ACTIVE]} Counted at the end of the period."
    size = f"{len(active):,}"
    return ReportFigure("active", "Active at the end", size, rule, f"n = {size}", "active")


def _is_active_on(order: OrderLife, day: date) -> bool:
    """Tell whether an order was approved by the end of a day and neither completed nor cancelled."""
    if order.approved_on is None or order.approved_on > day:
        return False
    return order.ended_on is None or order.ended_on > day
