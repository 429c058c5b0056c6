"""The board: orders by state, a column each, what is late first."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.business.engagements.portfolio import OrderRow, by_state
from core.business.engagements.rules import STATES
from pages.ui import widgets
from pages.ui.delivery.order_words import COLOURS, open_order
from pages.ui.formats import plain, shortened

_MOST = 8
"""Cards of a column; the rest is in the list."""


def show_board(rows: Sequence[OrderRow]) -> None:
    columns = {state: cards for state, cards in by_state(rows).items() if cards}
    if not columns:
        widgets.empty("No active order", "Orders that are over stand in the list.", icon="task_alt")
        return
    with st.grid(min(4, len(columns)), min_column_width=190, gap="small"):
        for state, cards in columns.items():
            with st.container(gap="xsmall"):
                with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                    widgets.badge(STATES[state], COLOURS[STATES[state]])
                    st.caption(f"{len(cards):,}")
                for card in sorted(cards, key=lambda row: -row.late)[:_MOST]:
                    _card(card)
                if len(cards) > _MOST:
                    st.caption(f"{len(cards) - _MOST:,} more in the list")


def _card(row: OrderRow) -> None:
    with st.container(border=True, gap="xxsmall"):
        st.button(
            plain(f"{row.number} · {shortened(row.customer, 20)}"),
            key=f"board_{row.engagement_id}",
            type="tertiary",
            on_click=open_order,
            args=(row.slug, row.engagement_id),
        )
        parts = [row.next_text, row.lead or "No lead"]
        st.caption(plain(" · ".join(part for part in parts if part)))
        if row.late:
            widgets.badge(f"{row.late:,} d late", "red")
