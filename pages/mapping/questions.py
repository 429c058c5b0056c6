"""The columns with an open question, each a button that opens its card."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from core.engine.mapping import views
from core.engine.mapping.review import is_asked
from core.engine.mapping.views import FieldRow
from core.kit.wording import counted
from pages.mapping.state.keys import FOCUS, reload
from pages.mapping.state.view import ALL
from pages.ui import formats, widgets
from pages.ui.steps import progress_of

_MOST = 6
"""Columns that are named; the others follow as these are answered."""


def questions(context: Context, migration_id: str) -> None:
    """Draw the columns that wait for an answer; nothing where there is none."""
    if not sum(progress_of(context, migration_id).asked.values()):
        return
    questions = [row for row in views.field_rows(context, migration_id, views.UNDECIDED) if is_asked(row)]
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown("**Questions**", width="content")
            widgets.badge(f"{len(questions):,} open", "orange", icon=":material/help:")
        st.caption("These columns are not imported before you answer.")
        for row in questions[:_MOST]:
            _open_button(row)
        if len(questions) > _MOST:
            st.caption(f"{counted(len(questions) - _MOST, 'more question')} after these.")


def _open_button(row: FieldRow) -> None:
    st.button(
        formats.plain(row.source_field),
        key=f"question_{row.id}",
        icon=":material/help:",
        type="tertiary",
        on_click=_open,
        args=(row.id,),
    )


def _open(field_id: str) -> None:
    """Make the field the current one, in a view that holds it."""
    st.session_state.update({"show": ALL, "search": "", "bands": [], "table": None})
    reload()
    st.session_state[FOCUS] = field_id
