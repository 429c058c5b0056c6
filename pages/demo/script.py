"""The script of the demo on Today, and the reset of the demo beside it."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from core.entry import demo
from pages.demo.bar import minutes
from pages.demo.state import end, running, show, start
from pages.demo.steps import PLANNED, STEPS
from pages.ui.links import MIGRATION


def script(context: Context) -> None:
    """Draw the five steps with their times and the way to each; nothing outside a demo."""
    if not context.tenant.is_demo:
        return
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.header("Demo script", anchor=False, width="content")
            st.badge(f"{len(STEPS)} steps, {PLANNED // 60} minutes", color="violet")
            st.badge("All data is fictional", color="gray")
            st.space("stretch")
            if running():
                st.button("End demo", icon=":material/stop_circle:", on_click=end)
            else:
                st.button(
                    "Start demo",
                    icon=":material/play_arrow:",
                    type="primary",
                    key="demo_start",
                    on_click=start,
                )
            reset(context)
        for number, step in enumerate(STEPS, start=1):
            time, name, actions = st.columns([1, 3, 12], vertical_alignment="center", gap="small")
            time.badge(minutes(step.seconds), color="gray")
            name.button(
                f"{number}. {step.name}",
                type="tertiary",
                key=f"demo_step_{number}",
                on_click=show,
                args=(step,),
            )
            actions.caption(" ".join(step.actions))


def reset(context: Context) -> None:
    """Draw the button that builds the demo anew; it asks first, because all data of the demo is deleted."""
    if not (context.tenant.is_demo and context.may("demo.reset")):
        return
    if st.button("Reset demo…", icon=":material/restart_alt:", key="demo_reset"):
        _ask(context.tenant.slug, context.person, context.tenant.name)


@st.dialog("Reset this demo?", icon=":material/restart_alt:")
def _ask(slug: str, person: str, name: str) -> None:
    st.text(name)
    st.markdown("- Every migration, mapping and imported record of this demo is removed and built again.")
    st.markdown("- What the demo has learned from decisions is forgotten.")
    st.markdown("- It takes a few seconds, a minute after an upgrade. Other customers are not touched.")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Cancel"):
            st.rerun()
        if st.button("Reset demo", type="primary", key="demo_reset_now"):
            with st.spinner("Building the demo"):
                demo.reset(slug, person=person)
            end()
            st.session_state.pop(MIGRATION, None)
            st.rerun()
