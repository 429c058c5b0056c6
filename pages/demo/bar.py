"""The demo's bar in the sidebar: the step, the time against the plan, what to do and to say."""

from __future__ import annotations

import streamlit as st

from core.kit import clock
from pages.demo.outages import marks
from pages.demo.state import Running, click, end, move, running, show
from pages.demo.steps import PLANNED, STEPS, minutes, planned_until


def bar() -> None:
    """Draw the bar in the sidebar while a demo is under way, below what is switched off in the demo."""
    marks()
    state = running()
    if state is None:
        return
    step = STEPS[state.step]
    with st.sidebar.container(border=True, gap="xsmall", key="demo_bar"):
        st.markdown(
            f":violet[:material/co_present:] **Demo: step {state.step + 1} of {len(STEPS)}**  \n{step.name}"
        )
        _clock(state)
        st.markdown(f":material/ads_click: {step.actions[state.click]}")
        if state.step + 1 < len(STEPS):
            st.button(
                "Next step",
                icon=":material/arrow_forward:",
                icon_position="right",
                type="primary",
                width="stretch",
                key="demo_next",
                on_click=move,
                args=(1,),
            )
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
            if state.click + 1 < len(step.actions):
                st.button("Next click", type="tertiary", key="demo_click", on_click=click)
            if state.step:
                st.button("Back", type="tertiary", key="demo_back", on_click=move, args=(-1,))
            st.button("End", type="tertiary", key="demo_end", on_click=end)


def _clock(state: Running) -> None:
    @st.fragment(run_every="5s")
    def tick() -> None:
        elapsed = int((clock.now() - state.began).total_seconds())
        late = elapsed > planned_until(state.step)
        due = f"plan {minutes(planned_until(state.step))} of {minutes(PLANNED)}"
        st.markdown(f":{'orange' if late else 'green'}[:material/timer: **{minutes(elapsed)}**] :gray[{due}]")

    tick()
