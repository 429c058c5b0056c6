"""One order: its state and next step on top, then the section that the address names."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from core.business.engagements.states.views import OrderDesk, order_desk
from core.business.engagements.tasks.findings import sync_tasks
from core.business.engagements.views import OrderView
from core.context import Context
from core.kit.money import show as show_money
from pages.orders.moves import draw_menu, draw_move_dialog, draw_next_step
from pages.orders.sections import SECTIONS
from pages.orders.state_bar import draw_states
from pages.ui import formats, widgets
from pages.ui.delivery.order_words import ORDER, PATH, SECTION
from pages.ui.links import link, turn_to

STATE = st.session_state
_CHOICE, _SYNCED = "order_section", "order_synced"
_AGAIN = timedelta(minutes=1)


def show_record(context: Context, order: OrderView) -> None:
    _bring_up_to_date(context, order.id)
    desk = order_desk(context, order.id)
    amount = show_money(order.total, order.currency).removesuffix(".00")
    widgets.heading(
        context,
        f"Order {formats.plain(order.number)}",
        fact=formats.plain(f"{order.package_title} · {amount}"),
    )
    with widgets.row_end():
        draw_menu(desk)
    draw_states(desk.state, _about(context, desk))
    draw_next_step(desk)
    section = _section(order.id)
    SECTIONS[section][1](context, order.id)
    draw_move_dialog(desk)


def _bring_up_to_date(context: Context, order_id: str) -> None:
    """Have the tasks follow their findings when the page is opened, and once a minute while it is looked at."""
    synced = STATE.setdefault(_SYNCED, {})
    if context.tenant.is_archived or context.now - synced.get(order_id, context.now - 2 * _AGAIN) < _AGAIN:
        return
    synced[order_id] = context.now
    sync_tasks(context, order_id)


def _about(context: Context, desk: OrderDesk) -> str:
    since = f"Since {formats.moment(context, desk.since)}"
    return f"{since}. {desk.reason}" if desk.reason else since


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
