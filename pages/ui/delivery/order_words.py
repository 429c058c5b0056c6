"""Words and colours of orders, and how their screen is reached from others."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from core.business.engagements.rules import STATES, WAY, OrderState
from pages.ui.links import MIGRATION, TENANT, turn_to

PATH, ORDER, SECTION = "orders", "order", "section"
"""The screen's path, and the keys of its address: an order (id), a section of its page."""

COLOURS: Mapping[str, str] = {
    STATES[OrderState.PENDING]: "orange",
    STATES[OrderState.APPROVED]: "blue",
    **{STATES[state]: "blue" for state in WAY[2:8]},
    STATES[OrderState.COMPLETED]: "green",
    STATES[OrderState.ON_HOLD]: "violet",
    STATES[OrderState.CANCELLED]: "gray",
}
"""Name of a state -> its colour."""


def open_order(tenant: str, order_id: str, section: str = "") -> None:
    """Open the page of an order (id) of a customer (slug); for callbacks."""
    if st.session_state.get(TENANT) != tenant:
        st.session_state[TENANT], st.session_state[MIGRATION] = tenant, None
    turn_to(PATH, **{ORDER: order_id}, **({SECTION: section} if section else {}))
