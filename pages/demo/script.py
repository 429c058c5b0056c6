"""The script of the demo: short on Today, in full on the screen Demo."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from pages.demo.resetting import reset
from pages.demo.state import end, running, show, start
from pages.demo.steps import PLANNED, PLAYBOOK, STEPS, Step
from pages.ui import widgets
from pages.ui.links import link


def script(context: Context) -> None:
    """Draw one line that starts the demo and leads to its screen; nothing outside a demo."""
    if not context.tenant.is_demo:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(":violet[:material/co_present:] **Demo script**", width="content")
        st.badge(f"{len(STEPS)} steps, {PLANNED // 60} minutes", color="violet")
        link("demo", "Open script", icon=":material/arrow_forward:")
        st.space("stretch")
        reset(context)
        if running():
            st.button("End demo", icon=":material/stop_circle:", on_click=end)
        else:
            st.button(
                "Start demo", icon=":material/play_arrow:", type="primary", key="demo_start", on_click=start
            )


def steps() -> None:
    """Draw the script in full: each step with its time in ours and the playbook's, its clicks, and what to say."""
    with st.container(horizontal=True, vertical_alignment="center"):
        widgets.section("Script")
        st.caption(
            f"{PLANNED // 60} minutes (the playbook's own steps add to {PLAYBOOK // 60})", width="content"
        )
    state = running()
    with st.container(border=True, gap="small"):
        for number, step in enumerate(STEPS):
            _step(number, step, is_current=state is not None and state.step == number)


def _step(number: int, step: Step, *, is_current: bool) -> None:
    name, clicks, talk = st.columns([3, 7, 8], gap="small")
    with name.container(gap=None):
        st.button(
            f"{number + 1}. {step.name}",
            type="primary" if is_current else "tertiary",
            key=f"demo_step_{number + 1}",
            on_click=show,
            args=(step,),
        )
        longer = step.playbook_seconds != step.seconds
        st.caption(f"{step.seconds} s" + (f", playbook {step.playbook_seconds} s" if longer else ""))
    clicks.markdown("\n".join(f"1. {action}" for action in step.actions))
    with talk.container(gap="xsmall"):
        st.caption(f"“{step.talk}”")
        if step.quote:
            st.markdown(f":violet-badge[Fictional quote] “{step.quote}”")
