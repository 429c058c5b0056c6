"""The nine states of an order as a bar; an order on hold or cancelled has one line in its place."""

from __future__ import annotations

import streamlit as st

from core.business.engagements.rules import STATES, WAY, OrderState
from pages.ui import widgets
from pages.ui.delivery.order_words import COLOURS

_SHORT = {OrderState.PENDING: "Pending"}


def draw_states(state: str, about: str = "") -> None:
    """Draw where the order is; `about` says of one beside the way why and since when (data)."""
    if state not in WAY:
        _draw_halt(state, about)
        return
    at = WAY.index(OrderState(state))
    st.progress(1.0 if state == OrderState.COMPLETED else (at + 0.5) / len(WAY))
    with st.grid(len(WAY), min_column_width=80, gap="xsmall"):
        for position, step in enumerate(WAY):
            is_done = position < at or state == OrderState.COMPLETED
            icon = (
                "check_circle"
                if is_done
                else "radio_button_checked"
                if position == at
                else "radio_button_unchecked"
            )
            colour = "green" if is_done else "blue" if position == at else "gray"
            st.markdown(
                f":{colour}[:material/{icon}:]  \n:small[{_SHORT.get(step, STATES[step])}]",
                text_alignment="center",
            )


def _draw_halt(state: str, about: str) -> None:
    icon = "pause_circle" if state == OrderState.ON_HOLD else "cancel"
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small"):
        widgets.badge(STATES[state], COLOURS[STATES[state]], icon=f":material/{icon}:")
        if about:
            st.text(about)
