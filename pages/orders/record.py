"""One order: its state on top, then the section that the address names."""

from __future__ import annotations

import streamlit as st

from core.business.engagements.views import OrderView
from core.context import Context
from core.kit.money import show as show_money
from pages.orders.sections import SECTIONS
from pages.orders.state_bar import draw_states
from pages.ui import formats, widgets
from pages.ui.links import link, turn_to
from pages.ui.order_words import ORDER, PATH, SECTION

STATE = st.session_state
_CHOICE = "order_section"


def show_record(context: Context, order: OrderView) -> None:
    amount = show_money(order.total, order.currency).removesuffix(".00")
    widgets.heading(
        context,
        f"Order {formats.plain(order.number)}",
        fact=formats.plain(f"{order.package_title} · {amount}"),
    )
    draw_states(order.state)
    section = _section(order.id)
    SECTIONS[section][1](context, order.id)


def _section(order_id: str) -> str:
    """Draw the way back and the sections; return the one that the address names, the first by default."""
    section = st.query_params.get(SECTION) or ""
    section = section if section in SECTIONS else next(iter(SECTIONS))
    STATE[_CHOICE] = section
    labels = {key: label for key, (label, _) in SECTIONS.items()}
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        link(PATH, "All orders", icon=":material/arrow_back:")
        st.space("stretch")
        st.segmented_control(
            "Section",
            list(labels),
            key=_CHOICE,
            format_func=labels.__getitem__,
            label_visibility="collapsed",
            required=True,
            on_change=lambda: turn_to(PATH, **{ORDER: order_id, SECTION: str(STATE[_CHOICE])}),
        )
    return section
