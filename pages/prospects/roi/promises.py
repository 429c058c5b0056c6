"""What was promised beside what came of it, and the form for figures that people report after go-live."""

from __future__ import annotations

from decimal import Decimal

import streamlit as st

from core.business.sales.figures.actions import collect_figures, report_figures
from core.business.sales.figures.measures import MONEY, PERCENT, REPORTED_MEASURES, Measure
from core.business.sales.figures.views import (
    FinishedMigrationDetails,
    KeptPromise,
    finished_migrations,
    kept_promises,
)
from core.business.sales.roi.case import plain
from core.business.sales.roi.rules import amount_text
from core.context import Context
from core.kit.wording import counted
from pages.ui import formats, widgets
from pages.ui.frame import act

STATE = st.session_state
_STATES = {True: "Kept", False: "Missed", None: "Open"}
_COLOURS = {"Kept": "green", "Missed": "red", "Open": "gray"}


def promises(context: Context, prospect_id: str) -> None:
    """Draw promise and actual; nothing where nothing was promised and nothing is finished."""
    rows, migrations = kept_promises(context, prospect_id), finished_migrations(context, prospect_id)
    if not rows and not migrations:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        widgets.section("Promised and actual")
        st.space("stretch")
        if context.may("prospect.edit"):
            st.button(
                "Collect figures",
                key="roi_collect",
                icon=":material/refresh:",
                help="Measured figures are collected every 10 minutes; this collects them now",
                on_click=_collect,
            )
    if rows:
        _table(rows)
    else:
        st.caption("No quote was accepted yet, so that nothing is promised.")
    for migration in migrations:
        _reports(context, migration)


def _table(promised: list[KeptPromise]) -> None:
    rows = [
        {
            "Promise": row.text,
            "Promised": _value(row.measure, row.target, row.unit),
            "Actual": _value(row.measure, row.actual, row.unit),
            "Difference": _value(row.measure, row.difference, row.unit, signed=True),
            "State": [_STATES[row.is_kept]],
            "Measured": f"{counted(row.sample, 'migration')}, {row.as_of:%-d %b %Y}"
            if row.as_of
            else row.note,
        }
        for row in promised
    ]
    columns = {
        "Promise": st.column_config.TextColumn(width=260),
        **{
            name: st.column_config.TextColumn(width=100, alignment="right")
            for name in ("Promised", "Actual", "Difference")
        },
        "State": widgets.badge_column("State", _COLOURS, width=80),
        "Measured": st.column_config.TextColumn(width=180),
    }
    widgets.table(rows, columns, alt="Each promise with what came of it")


def _value(measure: Measure | None, value: Decimal | None, unit: str, *, signed: bool = False) -> str:
    if value is None:
        return "–"
    sign = "+" if signed and value > 0 else ""
    if measure is not None and measure.unit == MONEY:
        return f"{sign}{amount_text(value, unit)}"
    number = f"{sign}{plain(value)}"
    if measure is not None and measure.unit == PERCENT:
        return f"{number} pts" if signed else f"{number}%"
    return f"{number} {unit}".strip()


def _reports(context: Context, migration: FinishedMigrationDetails) -> None:
    """Draw the reported figures of a finished migration, and the form for them."""
    title = f"Reported after go-live: {formats.plain(migration.name)}, {formats.moment(context, migration.finished_at)}"
    with st.expander(title, expanded=not migration.reports):
        for report in migration.reports.values():
            value = _value(report.measure, report.value, report.currency or report.measure.unit)
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


def _collect() -> None:
    act(collect_figures, lambda count: f"{counted(count, 'migration')} new or changed")
