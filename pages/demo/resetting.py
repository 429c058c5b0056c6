"""Reset all of the demo with its progress, or the story of one customer."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from core.entry import demo
from core.entry.demo_stage import reset_all
from core.errors import AppError
from pages.demo.state import stop
from pages.ui.frame import act
from pages.ui.links import MIGRATION, NOTICE
from pages.ui.refusals import refusal

_PARTS = len(demo.TENANTS) + 1


def reset_everything(context: Context) -> None:
    """Draw the button that resets all stories and the sales data; it asks first."""
    if st.button("Reset demo…", icon=":material/restart_alt:", key="demo_reset_all"):
        _ask_all(context.person)


@st.dialog("Reset the demo?", icon=":material/restart_alt:")
def _ask_all(person: str) -> None:
    st.markdown("- All customers of the demo begin again; what was done in them since is removed.")
    st.markdown(
        "- Prospects and quotes begin as generated. Customers that accepted quotes made are archived."
    )
    st.markdown("- What is switched off is switched on. Only demo data is touched.")
    if not _is_confirmed("demo_reset_all_now", "Reset demo"):
        return
    progress = st.progress(0.0, text="Resetting")
    seconds = 0.0
    try:
        for number, part in enumerate(reset_all(person), start=1):
            seconds += part.seconds
            progress.progress(number / _PARTS, text=f"{part.name} in {part.seconds:.1f} s")
    except AppError as error:
        refusal(error)
        return
    _done(f"Demo reset in {seconds:.1f} s")


def reset(context: Context) -> None:
    """Draw the button that resets the customer's story; it asks first. Nothing outside of a demo."""
    if not (context.tenant.is_demo and context.may("demo.reset_story")):
        return
    if st.button("Reset story…", icon=":material/restart_alt:", key="demo_reset"):
        _ask(context.tenant.slug, context.person, context.tenant.name)


@st.dialog("Reset this story?", icon=":material/restart_alt:")
def _ask(slug: str, person: str, name: str) -> None:
    st.text(name)
    st.markdown("- Every migration, mapping and imported record of this customer is removed and built again.")
    st.markdown("- What was learned here from decisions is forgotten.")
    st.markdown(
        "- It takes a few seconds, a minute after an upgrade. Other customers, prospects and quotes are not touched."
    )
    if not _is_confirmed("demo_reset_now", "Reset story"):
        return
    with st.spinner("Resetting the story"):
        migrations = act(lambda _: demo.reset(slug, person=person))
    if migrations is not None:
        _done("Story reset")
    st.rerun()


def _is_confirmed(key: str, label: str) -> bool:
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Cancel"):
            st.rerun()
        return st.button(label, type="primary", key=key)


def _done(notice: str) -> None:
    stop()
    st.session_state.pop(MIGRATION, None)
    st.session_state[NOTICE] = notice
    st.rerun()
