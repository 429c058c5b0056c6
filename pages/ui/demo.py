"""For those who show the product: the script of the demo, and its fresh start."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from core.entry import demo
from pages.ui.links import MIGRATION, link

SCRIPT = (
    ("Hook", "30 s", "today", "What moves: menu, guests and a month of orders, without a day of downtime"),
    (
        "Analysis",
        "90 s",
        "connect",
        "Upload a Toast export; see what it is recognised as and how sure that is",
    ),
    (
        "Smart mapping",
        "90 s",
        "mapping",
        "Confidence, evidence, one changed field; prices proved to be cents and converted",
    ),
    ("Live progress", "60 s", "runs", "Rows as they move, errors as they are found, the way back"),
    (
        "Results",
        "90 s",
        "parallel_run",
        "Every row accounted for, money equal to the cent, differences named",
    ),
)


def script() -> None:
    with st.expander("Demo script, 6 minutes", icon=":material/co_present:", expanded=True):
        for name, time, path, what in SCRIPT:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.badge(time, color="gray", width=60)
                with st.container(width=160):
                    link(path, name)
                st.caption(what)


def reset(context: Context) -> None:
    """Tells the demo's story anew; asked for twice, because everything in it goes."""
    with st.popover("Reset the demo", icon=":material/restart_alt:"):
        st.markdown("Everything in this demo is removed and built again, in about half a minute.")
        if st.button("Reset now", type="primary"):
            with st.spinner("Building the demo"):
                demo.reset(context.tenant.slug, person=context.person)
            st.session_state.pop(MIGRATION, None)
            st.rerun()
