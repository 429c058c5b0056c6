"""Figures that people report after go-live: what was reported, by whom, and the form for more."""

from __future__ import annotations

from decimal import Decimal

import streamlit as st

from core.business.sales.figures.actions import report_figures
from core.business.sales.figures.measures import MONEY, REPORTED_MEASURES
from core.business.sales.figures.views import FinishedMigrationDetails
from core.context import Context
from pages.prospects.roi.values import value_text
from pages.ui import formats
from pages.ui.frame import act

STATE = st.session_state


def draw_reports(context: Context, migration: FinishedMigrationDetails) -> None:
    """Draw the reported figures of a finished migration, and the form for them."""
    title = f"Reported after go-live: {formats.plain(migration.name)}, {formats.moment(context, migration.finished_at)}"
    with st.expander(title, expanded=not migration.reports):
        for report in migration.reports.values():
            value = value_text(report.measure, report.value, report.currency or report.measure.unit)
            by = f", {report.by}" if report.by else ""
            st.text(f"{report.measure.title}: {value} ({report.source or 'no source'}{by})")
        if context.may("prospect.edit"):
            _form(migration)


def _form(migration: FinishedMigrationDetails) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        for key, measure in REPORTED_MEASURES.items():
            unit = migration.currency if measure.unit == MONEY else measure.unit
            st.number_input(
                f"{measure.title} ({unit})" if unit.lower() != measure.title.lower() else measure.title,
                key=_field(migration.id, key),
                value=None,
                min_value=0.0,
                max_value=float(measure.maximum),
                step=10.0**-measure.digits,
                format=f"%.{measure.digits}f",
                help=measure.definition,
                width=150,
            )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.text_input(
            "Source", key=_field(migration.id, "source"), max_chars=200, placeholder="Owner, by telephone"
        )
        st.button("Report figures", key=_field(migration.id, "save"), on_click=_report, args=(migration.id,))


def _field(finished_id: str, name: str) -> str:
    return f"roi_report_{finished_id}_{name}"


def _report(finished_id: str) -> None:
    values = {
        key: Decimal(str(STATE[_field(finished_id, key)]))
        for key in REPORTED_MEASURES
        if STATE.get(_field(finished_id, key)) is not None
    }
    source = str(STATE.get(_field(finished_id, "source")) or "")
    if act(lambda context: report_figures(context, finished_id, values, source) or True, "Figures reported"):
        for name in (*REPORTED_MEASURES, "source"):
            STATE.pop(_field(finished_id, name), None)
