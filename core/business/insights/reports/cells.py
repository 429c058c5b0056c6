"""Write the cells and sums of reports. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from core.business.insights.reports.rows import OrderLife
from core.business.insights.reports.shapes import ReportTable
from core.kit.money import ZERO
from core.kit.sheets import Cell
from core.kit.wording import as_words

_CENT = Decimal("0.01")
_ORDER_COLUMNS = (
    *(
        "Order",
        "Customer",
        "Package",
        "State",
        "Ordered",
        "Approved",
        "Ended",
        "Go-live promised",
        "Went live",
    ),
    *("Total", "Currency"),
)


def order_table(key: str, title: str, orders: Sequence[OrderLife]) -> ReportTable:
    """Make a table of orders."""
    rows = [
        (
            order.number,
            order.customer,
            as_words(order.package),
            as_words(order.state),
            *map(day_cell, (order.ordered_on, order.approved_on, order.ended_on)),
            *map(day_cell, (order.go_live_promised_on, order.went_live_on)),
            amount_cell(order.total),
            order.currency,
        )
        for order in orders
    ]
    return ReportTable(key, title, _ORDER_COLUMNS, rows)


def sums(pairs: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    """Sum amounts by currency."""
    totals: defaultdict[str, Decimal] = defaultdict(lambda: ZERO)
    for code, amount in pairs:
        totals[code] += amount
    return dict(totals)


def amount_cell(amount: Decimal) -> Cell:
    """Write an amount to the cent, halves up."""
    return amount.quantize(_CENT, ROUND_HALF_UP)


def day_cell(day: date | None) -> Cell:
    """Write a day in ISO 8601."""
    return day.isoformat() if day else None


def moment_cell(at: datetime | None) -> Cell:
    """Write a moment to the minute, in UTC."""
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else None
