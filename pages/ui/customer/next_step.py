"""The one next thing that a customer does: the same line on their Today and on "Your order"."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from core.business.engagements.ordering.following import next_step
from core.business.engagements.ordering.next_step import StepKind
from core.context import Context
from pages.ui import widgets
from pages.ui.links import current, pages, turn_to

MY_ORDER = "my_order"
_ICONS: Mapping[StepKind, str] = {
    StepKind.PAY: "payments",
    StepKind.TASK: "assignment",
    StepKind.SESSION: "groups",
    StepKind.BOOK: "event",
    StepKind.FEEDBACK: "reviews",
    StepKind.CONTINUE: "edit",
    StepKind.ORDER: "shopping_bag",
    StepKind.WAIT: "task_alt",
}


def draw_next_step(context: Context) -> None:
    """Draw the next step of the context's customer with the button that leads there; nothing where there is none."""
    step = next_step(context)
    if step is None:
        return
    colour = "green" if step.is_waiting else "red" if step.is_late else "blue"
    with st.container(border=True, gap="xxsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f":{colour}[:material/{_ICONS[step.kind]}:] **{step.title}**", width="content")
            if step.is_late:
                widgets.badge("Late", "red", icon=":material/schedule:")
        st.text(step.text)
        if current() != MY_ORDER and MY_ORDER in pages():
            st.button(
                "Open your order",
                type="secondary" if step.is_waiting else "primary",
                icon=":material/arrow_forward:",
                icon_position="right",
                key="next_step_open",
                on_click=turn_to,
                args=(MY_ORDER,),
            )
