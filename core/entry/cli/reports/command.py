"""The command of reports: the figures of a period, or the rows behind them, for a terminal, a script or a file."""

from __future__ import annotations

from argparse import Namespace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from core.business.insights.reports.files import FIGURES, period_text
from core.business.insights.reports.periods import days_of
from core.business.insights.reports.shapes import Report
from core.business.insights.reports.views import export_report, report
from core.context import Context
from core.entry.cli.answer import Answer, table, write_data
from core.entry.cli.sales.operator import operator_session
from core.errors import InvalidInputError


def show(args: Namespace) -> Answer:
    """Show the report of a period, or write it as CSV or PDF."""
    with operator_session(args) as context:
        first, last = _days(context, args)
        if args.csv or args.pdf:
            return _file(context, args, first, last)
        document = report(context, first, last)
    if args.table:
        rows = document.table(args.table)
        body = {"table": rows.key, "columns": list(rows.columns), "rows": [list(row) for row in rows.rows]}
        return Answer({**_period(document), **body}, table(rows.columns, rows.rows, empty="No rows."))
    return _figures(document)


def _days(context: Context, args: Namespace) -> tuple[date, date]:
    today = context.now.astimezone(ZoneInfo(context.tenant.zone)).date()
    if args.since is None and args.until is None:
        return days_of(args.period, today)
    if args.since is None:
        raise InvalidInputError("The first day is missing.", hint="Name it with --since.")
    return args.since, args.until or today


def _file(context: Context, args: Namespace, first: date, last: date) -> Answer:
    """Write the report to --out, or CSV to the output."""
    if args.pdf and args.table:
        raise InvalidInputError("A PDF holds the whole report.", hint="Leave out --table, or write --csv.")
    if args.pdf and args.out is None:
        raise InvalidInputError("A PDF is no text.", hint="Name a file with --out.")
    data = export_report(context, first, last, "pdf" if args.pdf else "csv", args.table or FIGURES)
    if args.out is None:
        write_data(data)
        return Answer(None, "")
    args.out.write_bytes(data)
    return Answer({"file": str(args.out), "bytes": len(data)}, f"Wrote {args.out}.")


def _figures(document: Report) -> Answer:
    lines = [
        (section.title, figure.title, figure.value, figure.sample, figure.table)
        for section in document.sections
        for figure in section.figures
    ]
    text = table(("section", "figure", "value", "sample", "table"), lines)
    sections = [
        {
            "key": section.key,
            "title": section.title,
            "figures": list(section.figures),
            "tables": {rows.key: len(rows.rows) for rows in section.tables},
        }
        for section in document.sections
    ]
    title = period_text(document.first, document.last)
    return Answer({**_period(document), "sections": sections}, f"{title}\n\n{text}")


def _period(document: Report) -> dict[str, Any]:
    return {
        "first": document.first,
        "last": document.last,
        "made_at": document.made_at,
        "has_generated": document.has_generated,
    }
