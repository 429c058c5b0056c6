"""The sessions of an order as the customer sees them: their times, and the buttons that choose and move one."""

from __future__ import annotations

import streamlit as st

from core.business.engagements.ordering.days import SessionTime, my_sessions
from core.business.engagements.sessions.own import AwaitedSession, awaited_session, is_movable
from core.context import Context
from pages.my_order.sessions.dialogs import CHOOSE, MOVE
from pages.ui import formats, widgets
from pages.ui.delivery.session_state import open_dialog


def draw_sessions(context: Context, order_id: str) -> None:
    """Draw a card a session, and the one that awaits its time; nothing before there is any."""
    rows = my_sessions(context, order_id)
    may_choose = context.may("guided_session.own")
    awaited = awaited_session(context, order_id) if may_choose else None
    if not rows and awaited is None:
        return
    widgets.section("Sessions")
    for row in rows:
        _card(context, row, may_choose=may_choose)
    if awaited is not None:
        _awaited(context, awaited)


def _card(context: Context, row: SessionTime, *, may_choose: bool) -> None:
    with st.container(border=True, gap="xxsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.text(row.title, width="content")
            widgets.badge("Held" if row.is_held else "Booked", "green" if row.is_held else "blue")
            if may_choose and not row.is_held and is_movable(row.starts_at, context.now):
                st.space("stretch")
                st.button(
                    "Move…",
                    key=f"my_order_move_{row.id}",
                    type="tertiary",
                    on_click=open_dialog,
                    args=(MOVE, context.tenant.slug, row.id),
                )
        end = formats.moment(context, row.ends_at).rpartition(", ")[2]
        st.text(f"{formats.moment(context, row.starts_at)} until {end}")
        if row.specialist:
            st.text(f"With {row.specialist}")


def _awaited(context: Context, awaited: AwaitedSession) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(gap="xxsmall", width="content"):
            st.text(f"{awaited.title} session")
            st.text(f"Choose a time that suits you and {awaited.specialist}.")
        st.space("stretch")
        st.button(
            "Choose a time",
            key=f"my_order_choose_{awaited.order_id}",
            type="primary",
            icon=":material/event:",
            on_click=open_dialog,
            args=(CHOOSE, context.tenant.slug, awaited.order_id),
        )
