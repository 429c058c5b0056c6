"""The three days of training as a checklist: ticked by the person, confirmed by a manager."""

from __future__ import annotations

import streamlit as st

from core.business.specialists.roster.views import SpecialistView
from core.business.specialists.training.actions import confirm_step, tick_step
from core.business.specialists.training.views import StepView, training
from core.context import Context
from core.kit.wording import day
from pages.ui import formats, widgets
from pages.ui.frame import act

STATE = st.session_state


def show_training(context: Context, entry: SpecialistView) -> None:
    days = training(context, entry.row.id)
    steps = [step for part in days for step in part.steps]
    done = sum(step.done_at is not None for step in steps)
    st.progress(done / len(steps), text=f"{done} of {len(steps)} steps done")
    may_confirm = context.may("certificate.grant") and not entry.row.is_own
    for number, part in enumerate(days, start=1):
        hours = sum(step.step.hours for step in part.steps)
        widgets.section(f"Day {number}: {part.title}")
        has_modules = any(step.step.speciality for step in part.steps)
        st.caption(
            f"{hours} hours" + ("; each source's module counts for its own exams" if has_modules else "")
        )
        for step in part.steps:
            _step(context, entry, step, may_confirm=may_confirm)


def _step(context: Context, entry: SpecialistView, step: StepView, *, may_confirm: bool) -> None:
    key = f"training_{entry.row.id}_{step.step.key}"
    STATE[key] = step.done_at is not None
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.checkbox(
            formats.plain(f"{step.step.title} ({step.step.hours} h)"),
            key=key,
            disabled=not entry.may_edit or step.confirmed_at is not None,
            on_change=_tick,
            args=(entry.row.id, step.step.key, key),
        )
        st.space("stretch")
        st.caption(_history(context, step), width="content")
        if may_confirm and step.done_at is not None and step.confirmed_at is None:
            st.button(
                "Confirm",
                key=f"{key}_confirm",
                on_click=act,
                args=(lambda inner: confirm_step(inner, entry.row.id, step.step.key), "Step confirmed"),
            )


def _tick(specialist_id: str, step: str, key: str) -> None:
    done = bool(STATE[key])
    act(lambda context: tick_step(context, specialist_id, step, done=done))


def _history(context: Context, step: StepView) -> str:
    """Say who did it and who confirmed it, and when."""
    today = context.today
    parts = []
    if step.done_at is not None:
        parts.append(f"{formats.plain(step.done_by or '')}, {day(step.done_at.date(), today)}")
    if step.confirmed_at is not None:
        parts.append(f"confirmed by {formats.plain(step.confirmed_by or '')}")
    return " · ".join(parts)
