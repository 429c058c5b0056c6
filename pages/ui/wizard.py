"""The wizard at the right end of the title row: the six steps with what each waits for, Back and Next."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.context import Context
from core.engine.progress.facts import DONE
from core.engine.progress.rules import StepView
from pages.ui import widgets
from pages.ui.links import link, turn_to
from pages.ui.steps import NAMES, Step, missing, views_of


def wizard(
    context: Context,
    migration_id: str | None,
    current: Step,
    *,
    extra: Callable[[], None] | None = None,
    on_next: Callable[[], None] | None = None,
) -> None:
    """Draw the popover of steps, Back and Next; Next is disabled, with the reason, while the step waits for something.

    `extra` draws more content at the foot of the popover. `on_next` is what Next does instead of opening the next step:
    it settles what the step waits for, so Next is enabled.
    """
    views, reason = views_of(context, migration_id), missing(context, migration_id)[current]
    with widgets.row_end():
        icon = "hourglass_empty" if views[current].reason else "checklist"
        with st.popover(f"Step {current.value} of {len(Step)}", icon=f":material/{icon}:", width="content"):
            for step in Step:
                _line(step, views[step], is_current=step == current)
            if extra is not None:
                extra()
        if current > Step.CONNECT:
            st.button(
                "",
                icon=":material/arrow_back:",
                help=f"Back to {NAMES[Step(current - 1)][0].lower()}",
                on_click=_turn,
                args=(current - 1,),
                key="wizard_back",
            )
        if current < Step.LIVE or on_next is not None:
            st.button(
                "Next",
                icon=":material/arrow_forward:",
                icon_position="right",
                type="primary",
                disabled=bool(reason) and on_next is None,
                help=reason or None,
                on_click=on_next or _turn,
                args=() if on_next is not None else (current + 1,),
                key="wizard_next",
            )


def _line(step: Step, view: StepView, *, is_current: bool) -> None:
    name, path = NAMES[step]
    done = view.state == DONE
    circle = "check_circle" if done else "radio_button_checked" if is_current else "radio_button_unchecked"
    with st.container(gap=None, width=320):
        link(path, f"**{name}**" if is_current else name, icon=f":material/{circle}:")
        if view.reason:
            st.caption(view.reason)


def _turn(step: int) -> None:
    turn_to(NAMES[Step(step)][1])
