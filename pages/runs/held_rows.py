"""The rows of a run that are held for correction, and their files."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from core.engine.runs.records import held_rows, held_rows_file
from core.engine.runs.views import RunView
from core.schema import entity_label
from pages.runs.entities import HELD_ENTITY
from pages.ui import downloads, widgets


def held_rows_part(context: Context, run: RunView) -> None:
    """Draw the held rows with the source's columns, the problem and the fix, to correct and upload again."""
    held = sum(count.quarantined + count.failed for count in run.entities)
    if not held:
        return
    st.header("Held rows", anchor=False)
    st.caption(
        "Held for correction: correct them in the file, then upload it again. Rows already imported stay as they are."
    )
    if not context.may("personal.read"):
        st.caption(
            ":material/visibility_off: Your role cannot see guests' values, so the rows are not shown."
        )
        return
    names = [count.entity for count in run.entities if count.quarantined + count.failed]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if (requested := st.session_state.pop(HELD_ENTITY, None)) in names:
            st.session_state[f"held_{run.id}"] = requested
        entity = st.selectbox("Entity", names, format_func=entity_label, key=f"held_{run.id}")
        st.space("stretch")
        downloads.draw_downloads(
            ("csv", "xlsx"),
            "All held rows, {kind}",
            lambda download_context, kind: held_rows_file(download_context, run.id, kind),
            "held_rows",
            key=f"held_rows_{run.id}",
        )
    frame = held_rows(context, run.id, entity)
    last = [name for name in ("Problem", "How to fix") if name in frame.columns]
    rows = frame.select(*last, *(name for name in frame.columns if name not in last)).head(500)
    widgets.table(rows.to_pandas(), dict.fromkeys(rows.columns), alt="Held rows")
