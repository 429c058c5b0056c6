"""The times of the last demos that the person gave to their end, against the plan."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from core.entry.demo_rehearsal import rehearsals
from pages.demo.state import ended_early
from pages.demo.steps import PLANNED, STEPS, minutes
from pages.ui import formats, widgets


def last_rehearsals(context: Context) -> None:
    """Draw a row for each demo, newest first."""
    widgets.section("Last rehearsals")
    if ended := ended_early():
        times = ", ".join(f"{name} {minutes(seconds)}" for name, seconds in ended.seconds.items())
        st.caption(f"Ended on step {ended.step + 1} of {len(STEPS)}, not kept: {times}.")
    runs = rehearsals(context)
    if not runs:
        st.caption("No demo was given to its end yet. Start one and end it on its last step.")
        return
    rows = [
        {"Ended": formats.moment(context, run.ended_at), "Total": minutes(run.total)}
        | {step.name: minutes(run.seconds[step.name]) for step in STEPS if step.name in run.seconds}
        for run in runs
    ]
    plan = {"Ended": "Plan", "Total": minutes(PLANNED)} | {step.name: minutes(step.seconds) for step in STEPS}
    columns = dict.fromkeys(["Ended", "Total", *(step.name for step in STEPS)])
    widgets.table([plan, *rows], columns, alt="Times of the last demos, step by step, below the plan")
