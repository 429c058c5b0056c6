"""The orders of all customers that the person reaches: figures, and a list or a board by state."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from core.business.engagements.portfolio import (
    OrderFilter,
    OrderRow,
    all_orders,
    matching,
)
from core.business.engagements.rules import FINAL, OrderState
from core.context import Context
from core.kit.money import show as show_money
from core.kit.wording import counted, day
from core.platform.access.portfolio import enter_portfolio
from pages.orders import filters
from pages.orders.board import show_board
from pages.ui import widgets
from pages.ui.delivery.order_words import COLOURS, open_order
from pages.ui.filters import draw_paging

STATE = st.session_state
PAGE_ROWS = 50
_OPEN_ROW, _PAGE = "orders_open", "page"


def show_list(context: Context) -> None:
    with enter_portfolio(context.person, sign_in=context.sign_in) as portfolio:
        rows = all_orders(portfolio)
    widgets.heading(context, "Orders", "Orders with their projects.", of_all_customers=True)
    if not rows:
        widgets.empty("No orders yet", "An order begins when a quote is accepted.", icon="receipt_long")
        return
    _figures(rows)
    layout, selection = filters.draw(context, rows)
    if STATE.get("orders_filtered") != selection:
        STATE["orders_filtered"] = selection
        STATE.pop(_PAGE, None)
    matches = matching(rows, selection)
    if not matches:
        widgets.empty("No order found", "No order matches these filters.", icon="search_off")
        st.button("Clear filters", key="orders_clear", on_click=filters.clear)
    elif layout == filters.BOARD:
        show_board(matches)
    else:
        page = int(STATE.get(_PAGE) or 1)
        _table(context, matches[(page - 1) * PAGE_ROWS : page * PAGE_ROWS])
        draw_paging(len(matches), "order", PAGE_ROWS, _PAGE)


def _figures(rows: Sequence[OrderRow]) -> None:
    active = [row for row in rows if row.state not in {*FINAL, OrderState.PENDING}]
    late = matching(rows, OrderFilter(is_late=True))
    pending = matching(rows, OrderFilter(state=OrderState.PENDING))
    without_lead = [row for row in active if not row.lead_id]
    halted = sum(row.state == OrderState.ON_HOLD for row in rows)
    cards = (
        ("Active", f"{len(active):,}", f"{halted:,} on hold"),
        ("Late", f"{len(late):,}", f"longest {max(row.late for row in late):,} d" if late else "none"),
        ("Waiting for approval", f"{len(pending):,}", "by a manager"),
        ("Without lead", f"{len(without_lead):,}", f"of {counted(len(active), 'active order')}"),
    )
    with st.grid(len(cards), min_column_width=150, gap="small"):
        for label, value, sample in cards:
            with st.container(border=True, gap="xxsmall"):
                st.caption(label)
                st.markdown(f"### {value}")
                st.caption(sample)


def _table(context: Context, rows: Sequence[OrderRow]) -> None:
    def open_row() -> None:
        row = rows[STATE[_OPEN_ROW].row]
        open_order(row.slug, row.engagement_id)

    today = context.today
    lateness = {f"{row.late:,} d late": "red" for row in rows if row.late}
    widgets.table(
        [_cells(row, today) for row in rows],
        {
            "Order": st.column_config.TextColumn(width=80),
            "Customer": st.column_config.TextColumn(width=130),
            "State": widgets.badge_column("State", COLOURS, width=135),
            "Lead": st.column_config.TextColumn(width=90),
            "Next milestone": st.column_config.TextColumn(width=125),
            "Promised": st.column_config.TextColumn(width=62),
            "Late": widgets.badge_column("Late", lateness, width=72),
            "Tasks": st.column_config.NumberColumn("Tasks", help="Open tasks", width=46),
            "Total": st.column_config.TextColumn(width=68, alignment="right"),
            "Open": st.column_config.ButtonColumn("Open", key=_OPEN_ROW, on_click=open_row, width=56),
        },
        alt="Orders with number, customer, state, lead, next milestone, promised day and total",
        most=20,
    )


def _cells(row: OrderRow, today: date) -> dict[str, object]:
    return {
        "Order": row.number,
        "Customer": row.customer,
        "State": [row.state_text],
        "Lead": row.lead,
        "Next milestone": row.next_text or None,
        "Promised": day(row.next_promised_on, today) if row.next_promised_on else None,
        "Late": [f"{row.late:,} d late"] if row.late else [],
        "Tasks": row.open_tasks,
        "Total": show_money(row.total, row.currency).removesuffix(".00"),
        "Open": "Open",
    }
