"""Report the money of a period: received, given back, and fallen due in it and open. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from core.business.insights.delivery.rules import DEFINITIONS, FigureKey, PaymentRow
from core.business.insights.reports.cells import amount_cell, day_cell, sums
from core.business.insights.reports.rows import OverdueRow
from core.business.insights.reports.shapes import ReportFigure, ReportSection, ReportTable, amounts_text
from core.kit.wording import as_words

_PAYMENT_COLUMNS = ("Receipt", "Order", "Customer", "Kind", "Received", "Amount", "Currency")
_OVERDUE_COLUMNS = ("Order", "Customer", "Instalment", "Due", "Open", "Currency")
_RECEIVED = "Payments by the day they were received, by currency."
_OVERDUE = "Instalments that fell due in the period and are not paid in full today."


def revenue_section(payments: Sequence[PaymentRow], overdue: Sequence[OverdueRow]) -> ReportSection:
    """Report the payments and refunds of the period, and the instalments of it that are overdue today."""
    received = sums((row.currency, row.amount) for row in payments if row.signed > 0)
    refunds = [row for row in payments if row.signed <= 0]
    refunded = sums((row.currency, row.amount) for row in refunds)
    net = sums((row.currency, row.signed) for row in payments)
    open_amounts = sums((row.currency, row.open_amount) for row in overdue)
    count, late = f"n = {len(payments):,}", f"n = {len(overdue):,}"
    rule = DEFINITIONS[FigureKey.REVENUE]
    figures = [
        ReportFigure("revenue", "Revenue", amounts_text(net, "None"), rule, count, "payments"),
        ReportFigure("received", "Received", amounts_text(received, "None"), _RECEIVED, count, "payments"),
        ReportFigure(
            "refunds",
            "Refunded",
            amounts_text(refunded, "None"),
            "Refunds of the period, by currency.",
            f"n = {len(refunds):,}",
            "payments",
        ),
        ReportFigure("overdue", "Overdue", amounts_text(open_amounts, "None"), _OVERDUE, late, "overdue"),
    ]
    return ReportSection("revenue", "Revenue", figures, [_payment_table(payments), _overdue_table(overdue)])


def _payment_table(payments: Sequence[PaymentRow]) -> ReportTable:
    rows = [
        (
            row.receipt_number,
            row.number,
            row.customer,
            as_words(row.kind),
            day_cell(row.received_on),
            amount_cell(row.signed),
            row.currency,
        )
        for row in payments
    ]
    return ReportTable("payments", "Payments and refunds", _PAYMENT_COLUMNS, rows)


def _overdue_table(overdue: Sequence[OverdueRow]) -> ReportTable:
    rows = [
        (
            row.number,
            row.customer,
            row.position,
            day_cell(row.due_on),
            amount_cell(row.open_amount),
            row.currency,
        )
        for row in overdue
    ]
    return ReportTable("overdue", "Overdue instalments", _OVERDUE_COLUMNS, rows)
