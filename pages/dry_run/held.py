"""Why rows would be held for correction: one line a cause, with how to fix it."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from core.engine.runs.preview import held_causes
from core.engine.runs.views import RunView
from core.schema import entity_label
from pages.ui import show as ui
from pages.ui.links import link


def held_by_cause(context: Context, run: RunView) -> None:
    found = held_causes(context, run.id)
    if not found:
        return
    ui.section("Held for correction, by cause")
    ui.table(
        [
            {
                "Rows": cause.rows,
                "Table": entity_label(cause.entity),
                "Problem": cause.title,
                "How to fix": cause.remedy,
            }
            for cause in found
        ],
        {
            "Rows": st.column_config.NumberColumn(format="localized", width=60),
            "Table": st.column_config.TextColumn(width=140),
            "Problem": st.column_config.TextColumn(width=260),
            "How to fix": st.column_config.TextColumn(width=380),
        },
        alt="Causes of held rows",
    )
    link("validation", "Open findings", icon=":material/fact_check:")
