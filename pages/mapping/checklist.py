"""The required targets of the entities in use, and which of them no column maps to."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from core.schema import target_title
from pages.mapping.state.reads import required_targets
from pages.ui import widgets

CANDIDATES = "map_candidates"


def checklist(context: Context, migration_id: str) -> None:
    """Draw the required targets of the entities in use; an unmapped one, clicked, shows its candidate columns."""
    required = required_targets(context, migration_id)
    if not required.total:
        return
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown("**Required targets**", width="content")
            if required.unmapped:
                widgets.badge(f"{len(required.unmapped)} unmapped", "red", icon=":material/priority_high:")
            else:
                widgets.badge("All mapped", "green", icon=":material/check:")
        st.markdown(f"{len(required.mapped)} of {required.total} required fields mapped")
        st.progress(len(required.mapped) / required.total)
        if st.session_state.get(CANDIDATES) not in required.unmapped:
            st.session_state[CANDIDATES] = None
        if required.unmapped:
            st.pills(
                "Unmapped: choose one to see candidate columns",
                list(required.unmapped),
                key=CANDIDATES,
                format_func=target_title,
            )
