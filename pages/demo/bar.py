"""The demo's bar in the sidebar: the step, the time against the plan, what to do and to say."""

from __future__ import annotations

import streamlit as st

from core.kit import clock
from pages.demo.outages import marks
from pages.demo.state import Running, click, end, move, running, show, step_seconds
from pages.demo.steps import PLANNED, STEPS, minutes, planned_until


def bar() -> None:
    """Draw the bar in the sidebar while a demo is under way, below what is switched off in the demo."""
    marks()
    state = running()
    if state is None:
        return
    step = STEPS[state.step]
    with st.sidebar.container(border=True, gap="xsmall", key="demo_bar"):
        st.markdown(f":material/ads_click: **{step.actions[state.click]}**")
        _forward(state)
        st.markdown(
            f":violet[:material/co_present:] Demo: step {state.step + 1} of {len(STEPS)}  \n{step.name}"
        )
        _clock(state)
        with st.popover("Talk track", icon=":material/record_voice_over:", width="stretch"):
            st.markdown("\n".join(f"- {action}" for action in step.actions))
            st.markdown(f"*“{step.talk}”*")
            if step.quote:
                st.badge("Fictional quote", color="violet")
                st.markdown(f"“{step.quote}”")
            st.button(
                "Show the screen of this step",
                icon=":material/open_in_new:",
                type="tertiary",
                key="demo_show",
                on_click=show,
                args=(step,),
            )
        with st.container(horizontal=True):
            if state.step:
                st.button("Back", type="tertiary", key="demo_back", on_click=move, args=(-1,))
            if not _is_over(state):
                st.button("End demo", type="tertiary", key="demo_end", on_click=end)


def _forward(state: Running) -> None:
    """Draw what leads on: the next click first, then the next section, then the end."""
    is_last_click = state.click + 1 == len(STEPS[state.step].actions)
    if not is_last_click:
        st.button("Next click", type="primary", width="stretch", key="demo_click", on_click=click)
    if state.step + 1 < len(STEPS):
        st.button(
            "Next section",
            icon=":material/arrow_forward:",
            icon_position="right",
            type="primary" if is_last_click else "secondary",
            width="stretch",
            key="demo_next",
            on_click=move,
            args=(1,),
        )
    elif _is_over(state):
        st.button("End demo", type="primary", width="stretch", key="demo_end", on_click=end)


def _is_over(state: Running) -> bool:
    """Tell whether the demo is at its last click."""
    return state.step + 1 == len(STEPS) and state.click + 1 == len(STEPS[state.step].actions)


def _clock(state: Running) -> None:
    @st.fragment(run_every="5s")
    def tick() -> None:
        seconds, planned = step_seconds(state), STEPS[state.step].seconds
        elapsed = int((clock.now() - state.began).total_seconds())
        colour = "orange" if seconds > planned else "green"
        whole = "orange" if elapsed > planned_until(state.step) else "gray"
        st.markdown(
            f":{colour}[:material/timer: **Step {minutes(seconds)} of {minutes(planned)}**]"
            f"  \n:{whole}[Demo {minutes(elapsed)} of {minutes(PLANNED)}]"
        )

    tick()
