"""An order of the customer's: its state on the way, what was ordered, and how it is paid."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import streamlit as st

from core.business.engagements.views import OrderView
from core.context import Context
from core.kit.money import show
from core.kit.wording import day
from pages.my_order.progress import draw_progress
from pages.my_order.sections import draw_sections
from pages.ui import formats, widgets
from pages.ui.delivery.order_words import COLOURS


def draw_order(context: Context, order: OrderView) -> None:
    """Draw an order: number and state, the way it goes, then what was ordered."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.header(f"Order {formats.plain(order.number)}", anchor=False, width="content")
        widgets.badge(order.state_text, COLOURS[order.state_text])
    if order.is_pending:
        with st.container(border=True, gap="xxsmall"):
            st.markdown(":green[:material/task_alt:] **We received your order**")
            st.text(f"Your order number is {order.number}. We tell you here when it is approved.")
    draw_progress(order.state)
    draw_sections(context, order)
    with st.expander("What you ordered", icon=":material/receipt_long:", expanded=order.is_pending):
        zone = ZoneInfo(context.tenant.zone)
        ordered = day(order.ordered_at.astimezone(zone).date(), context.now.astimezone(zone).date())
        st.caption(formats.plain(f"{order.package_title}, ordered {ordered} by {order.ordered_by}"))
        widgets.table(
            [{"Item": line.text, "Amount": show(line.amount, order.currency)} for line in order.lines],
            {
                "Item": st.column_config.TextColumn(width=190),
                "Amount": st.column_config.TextColumn(width=110, alignment="right"),
            },
            alt="Lines of the order with their amount",
        )
        st.markdown(f"**{formats.plain(f'Total {show(order.total, order.currency)}')}**")
    if order.is_pending:
        _plan(order)


def _plan(order: OrderView) -> None:
    """Draw how an order is paid once it is approved."""
    with st.expander("Payment plan", icon=":material/payments:", expanded=True):
        st.text(order.plan)
        widgets.table(
            [
                {"No.": part.number, "Due": part.due, "Amount": show(part.amount, order.currency)}
                for part in order.instalments
            ],
            {
                "No.": st.column_config.NumberColumn(width=45),
                "Due": st.column_config.TextColumn(width=130),
                "Amount": st.column_config.TextColumn(width=110, alignment="right"),
            },
            alt="Instalments with the time they are due and their amount",
        )
