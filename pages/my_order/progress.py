"""The way of an order in the customer's words: nine states as a bar; one that stands still says so instead."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from core.business.engagements.rules import WAY, OrderState

_WORDS: Mapping[str, str] = {
    OrderState.PENDING: "Received",
    OrderState.APPROVED: "Approved",
    OrderState.IN_PROGRESS: "Started",
    OrderState.DATA_MIGRATION: "Data",
    OrderState.SYSTEM_SETUP: "Setup",
    OrderState.TRAINING: "Training",
    OrderState.TESTING: "Testing",
    OrderState.GO_LIVE: "Go-live",
    OrderState.COMPLETED: "Done",
}
_HALTS: Mapping[str, tuple[str, str]] = {
    OrderState.ON_HOLD: ("pause_circle", "Your project is paused. We tell you when it goes on."),
    OrderState.CANCELLED: ("cancel", "This order was cancelled. Ask us if you do not know why."),
}


def draw_progress(state: str) -> None:
    """Draw how far an order is; the reason of a hold or a cancellation is for the staff alone."""
    if state in _HALTS:
        icon, sentence = _HALTS[state]
        with st.container(border=True):
            st.markdown(f":orange[:material/{icon}:] **{sentence}**")
        return
    at = WAY.index(OrderState(state))
    is_over = state == OrderState.COMPLETED
    st.progress(1.0 if is_over else (at + 0.5) / len(WAY))
    with st.grid(len(WAY), min_column_width=76, gap="xsmall"):
        for position, step in enumerate(WAY):
            icon, colour = "radio_button_unchecked", "gray"
            if position < at or is_over:
                icon, colour = "check_circle", "green"
            elif position == at:
                icon, colour = "radio_button_checked", "blue"
            word = f"**{_WORDS[step]}**" if position == at else _WORDS[step]
            st.markdown(f":{colour}[:material/{icon}:]  \n:small[{word}]", text_alignment="center")
