"""What was promised beside what came of it, and the form for figures that people report after go-live."""

from __future__ import annotations

import streamlit as st

from core.business.sales.figures.actions import collect_figures
from core.business.sales.figures.views import (
    KeptPromise,
    finished_migrations,
    kept_promises,
)
from core.context import Context
from core.kit.wording import counted
from pages.prospects.roi.reports import draw_reports
from pages.prospects.roi.values import value_text
from pages.ui import widgets
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
        draw_reports(context, migration)


def _table(promised: list[KeptPromise]) -> None:
    rows = [
        {
            "Promise": row.text,
            "Promised": value_text(row.measure, row.target, row.unit),
            "Actual": value_text(row.measure, row.actual, row.unit),
            "Difference": value_text(row.measure, row.difference, row.unit, signed=True),
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


def _collect() -> None:
    act(collect_figures, lambda count: f"{counted(count, 'migration')} new or changed")
