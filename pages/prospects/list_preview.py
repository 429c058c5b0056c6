"""The preview of a prospect list: what each column fills, and what becomes of each row."""

from __future__ import annotations

import streamlit as st

from core.business.sales.prospects.importing.columns import LABELS
from core.business.sales.prospects.importing.planning import Fate, ImportPlan
from pages.ui import formats, widgets

STATE = st.session_state
_FATES = {
    Fate.ADDED: ("Added", "green"),
    Fate.DUPLICATE: ("Duplicate", "orange"),
    Fate.REFUSED: ("Refused", "red"),
}
MAX_ROWS = 500


def draw_columns(plan: ImportPlan, prefix: str) -> None:
    """Draw what each column fills; those that are not certain are chosen here."""
    if plan.undecided:
        st.warning("Several columns could fill the same field. Choose one of them.", icon=":material/help:")
    options = ["", *LABELS]
    with (
        st.expander(_summary(plan), icon=":material/view_column:", expanded=bool(plan.undecided)),
        st.grid(3, min_column_width=180, gap="small"),
    ):
        for column in plan.columns:
            key = f"{prefix}{column.header}"
            index = options.index(column.field) if column.field else None if column.rivals else 0
            if key in STATE:
                index = options.index(STATE[key]) if STATE[key] is not None else None
            st.selectbox(
                formats.plain(column.header),
                options,
                index=index,
                key=key,
                format_func=lambda field: LABELS.get(field, "Not imported"),
                placeholder="Choose",
            )


def _summary(plan: ImportPlan) -> str:
    used = sum(1 for column in plan.columns if column.field)
    return f"{used} of {formats.counted(len(plan.columns), 'column')} imported"


def draw_outcomes(plan: ImportPlan) -> None:
    """Draw the counts of each fate, which add up to the rows of the file, and the rows, refused ones first."""
    counts = plan.counts
    widgets.figures(
        [
            ("Rows in the file", formats.number(len(plan.outcomes))),
            *((_FATES[fate][0], formats.number(counts[fate])) for fate in Fate),
        ]
    )
    order = [Fate.REFUSED, Fate.DUPLICATE, Fate.ADDED]
    rows = sorted(plan.outcomes, key=lambda outcome: (order.index(outcome.fate), outcome.row))
    widgets.table(
        [
            {
                "Row": outcome.row,
                "Outcome": [_FATES[outcome.fate][0]],
                "Company": outcome.name or None,
                "Field": outcome.field or None,
                "Value": outcome.value or None,
                "Remedy": ("Exists: " if outcome.fate is Fate.DUPLICATE else "") + outcome.remedy or None,
            }
            for outcome in rows[:MAX_ROWS]
        ],
        {
            "Row": st.column_config.NumberColumn(width=50),
            "Outcome": widgets.badge_column("Outcome", dict(_FATES.values()), width=90),
            "Company": st.column_config.TextColumn(width=170),
            "Field": st.column_config.TextColumn(width=85),
            "Value": st.column_config.TextColumn(width=90),
            "Remedy": st.column_config.TextColumn("How to fix", width=230),
        },
        alt="Rows of the list with what becomes of each and what to do",
        most=10,
    )
    if len(rows) > MAX_ROWS:
        st.caption(f"The first {MAX_ROWS} rows are listed, refused ones first.")
