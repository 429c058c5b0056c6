"""Reports: a period on top, then orders, revenue, utilisation and success, each figure with the rows behind it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import streamlit as st

from core.business.insights.reports.files import FIGURES, period_text
from core.business.insights.reports.periods import PERIODS, days_of
from core.business.insights.reports.shapes import Report, ReportFigure, ReportSection, ReportTable
from core.business.insights.reports.views import export_report, report
from core.context import Context
from core.kit.sheets import Cell
from core.kit.wording import counted
from pages.reports.figures import draw_figures
from pages.ui import formats, widgets
from pages.ui.downloads import draw_download

_PERIOD, _DAYS = "report_period", "report_days"
_OWN_DAYS = "days"
_ABOUT = "Figures of all customers and the rows they were computed from."


def show(context: Context) -> None:
    first, last = _days(context)
    draw_figures(context, context.today)
    document = report(context, first, last)
    stem = f"report-{first.isoformat()}-{last.isoformat()}"
    with widgets.row_end():
        draw_download("Figures as CSV", _file(first, last, "csv"), f"{stem}.csv", key="report_csv")
        draw_download("Report as PDF", _file(first, last, "pdf"), f"{stem}.pdf", key="report_pdf")
    if document.has_generated and not context.tenant.is_demo:
        st.caption("Rows of a generated demo history are among those counted.")
    for section in document.sections:
        _draw(document, section)


def _days(context: Context) -> tuple[date, date]:
    """Draw title and period; return its first and last day."""
    today = context.today
    labels = {**PERIODS, _OWN_DAYS: "Choose days"}
    title = st.container()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        period = st.selectbox(
            "Period",
            list(labels),
            format_func=labels.__getitem__,
            key=_PERIOD,
            label_visibility="collapsed",
            width=170,
            bind="query-params",
        )
        days = days_of("this_month" if period == _OWN_DAYS else period, today)
        if period == _OWN_DAYS:
            chosen_days = st.date_input(
                "Days", value=list(days), key=_DAYS, label_visibility="collapsed", width=240
            )
            days = (chosen_days[0], chosen_days[1]) if len(chosen_days) == 2 else days
        st.caption(period_text(*days), width="content")
    with title:
        widgets.heading(context, "Reports", _ABOUT, of_all_customers=True)
    return days


def _draw(document: Report, section: ReportSection) -> None:
    widgets.section(section.title)
    with st.grid(max(len(section.figures), 1), min_column_width=150):
        for figure in section.figures:
            _draw_figure(figure)
    for table in section.tables:
        if table.rows:
            _draw_table(document, table)


def _draw_figure(figure: ReportFigure) -> None:
    with st.container(border=True, gap="xxsmall"):
        st.caption(figure.title, help=figure.definition)
        st.markdown(f"**{formats.plain(figure.value)}**")
        st.caption(figure.sample)


def _draw_table(document: Report, table: ReportTable) -> None:
    rows = [
        {column: _cell_text(cell) for column, cell in zip(table.columns, row, strict=True)}
        for row in table.rows
    ]
    with st.expander(f"{table.title}: {counted(len(rows), 'row')}"):
        widgets.table(rows, dict.fromkeys(table.columns), alt=table.title)
        name = f"{table.key}-{document.first.isoformat()}-{document.last.isoformat()}.csv"
        make = _file(document.first, document.last, "csv", table.key)
        draw_download("Rows as CSV", make, name, key=f"report_rows_{table.key}")


def _cell_text(cell: Cell) -> str | None:
    """Write a cell as text, so that amounts keep their cents; None where there is none."""
    if cell is None:
        return None
    return f"{cell:,}" if isinstance(cell, Decimal) else str(cell)


def _file(first: date, last: date, form: str, table: str = FIGURES) -> Callable[[Context], bytes]:
    return lambda context: export_report(context, first, last, form, table)
