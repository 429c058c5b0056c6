"""Write a report as files: its figures or one of its tables as CSV, all of it as PDF. Pure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from core.business.insights.reports.shapes import Report, ReportSection, ReportTable
from core.kit.sheets import Cell, write_sheet
from core.platform.printing.pdf import print_pdf

FIGURES = "figures"
PRINTED_ROWS = 60
"""Rows of a table that are printed; all of them are in the CSV."""

_TEMPLATE = "report"


def report_csv(report: Report, table: str = FIGURES) -> bytes:
    """Write the figures, or the table of this key, as CSV. InvalidInputError for a table the report has not."""
    if table == FIGURES:
        columns = ("Section", "Figure", "Value", "Sample", "From", "To", "Definition")
        period = (report.first.isoformat(), report.last.isoformat())
        rows = [
            (section.title, figure.title, figure.value, figure.sample, *period, figure.definition)
            for section in report.sections
            for figure in section.figures
        ]
        return write_sheet(columns, rows, "csv")
    rows_behind = report.table(table)
    return write_sheet(rows_behind.columns, rows_behind.rows, "csv")


def report_pdf(report: Report, seller: str, zone: str, *, is_demo: bool) -> bytes:
    """Print the report; `seller` is the operator's name, `zone` (IANA) that in which it says when it was made."""
    made_at = report.made_at.astimezone(ZoneInfo(zone))
    content = {
        "seller": seller,
        "is_demo": is_demo or report.has_generated,
        "period": period_text(report.first, report.last),
        "made": f"{made_at:%-d %b %Y, %H:%M %Z}",
        "sections": [_section(section) for section in report.sections],
    }
    return print_pdf(_TEMPLATE, content)


def period_text(first: date, last: date) -> str:
    """Write a period: '1 Nov 2026 to 28 Nov 2026'."""
    return f"{first:%-d %b %Y} to {last:%-d %b %Y}"


def _section(section: ReportSection) -> dict[str, Any]:
    return {
        "title": section.title,
        "figures": [
            {
                "title": figure.title,
                "value": figure.value,
                "sample": figure.sample,
                "definition": figure.definition,
            }
            for figure in section.figures
        ],
        "tables": [_table(table) for table in section.tables if table.rows],
    }


def _table(table: ReportTable) -> dict[str, Any]:
    remaining = len(table.rows) - PRINTED_ROWS
    return {
        "title": table.title,
        "columns": list(table.columns),
        "rows": [[_printed(cell) for cell in row] for row in table.rows[:PRINTED_ROWS]],
        "more": f"{remaining:,} more rows stand in the CSV." if remaining > 0 else "",
    }


def _printed(cell: Cell) -> str:
    if cell is None:
        return "–"
    return f"{cell:,.2f}" if isinstance(cell, Decimal) else str(cell)
