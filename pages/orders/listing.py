"""The list of orders of this customer, and an empty state."""

from __future__ import annotations

import streamlit as st

from core.business.engagements.rules import STATES
from core.business.engagements.views import order_states
from core.context import Context
from core.kit.money import show as show_money
from pages.ui import formats, widgets
from pages.ui.order_words import COLOURS, open_order

_OPEN_ROW = "orders_open"


def show_list(context: Context) -> None:
    rows = order_states(context)
    widgets.heading(context, "Orders", "Orders with their projects.")
    if not rows:
        widgets.empty("No orders yet", "An order begins when a quote is accepted.", icon="receipt_long")
        return

    def open_row() -> None:
        open_order(context.tenant.slug, rows[st.session_state[_OPEN_ROW].row].id)

    widgets.table(
        [
            {
                "Order": row.number,
                "State": [STATES[row.state]],
                "Total": show_money(row.total, row.currency).removesuffix(".00"),
                "Ordered": formats.moment(context, row.ordered_at),
                "Open": "Open",
            }
            for row in rows
        ],
        {
            "Order": st.column_config.TextColumn(width=110),
            "State": widgets.badge_column("State", COLOURS, width=150),
            "Total": st.column_config.TextColumn(width=100, alignment="right"),
            "Ordered": st.column_config.TextColumn(width=150),
            "Open": st.column_config.ButtonColumn("Open", key=_OPEN_ROW, on_click=open_row, width=70),
        },
        alt="Orders with number, state, total and time of the order",
    )
