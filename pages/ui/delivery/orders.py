"""Order cards of a customer: number and state, lines, instalments, who ordered and who approved; Approve for a manager."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.business.engagements.actions import approve_order
from core.business.engagements.views import OrderView, orders
from core.context import Context
from core.errors import NotFoundError
from core.kit.money import show
from pages.ui import formats, widgets
from pages.ui.delivery.order_words import COLOURS
from pages.ui.frame import act, session_context


def draw_orders(context: Context) -> int:
    """Draw the orders of the context's customer; return how many there are."""
    if not context.may("order.read"):
        return 0
    cards = orders(context)
    for order in cards:
        _card(context, order)
    return len(cards)


def draw_order(context: Context, engagement_id: str) -> None:
    """Draw what an order of the context's customer holds; its page has number, state and next step on top."""
    for order in orders(context):
        if order.id == engagement_id:
            with st.container(border=True, gap="small"):
                st.markdown("**Ordered**")
                _contents(context, order)


def draw_order_of(customer: str, engagement_id: str) -> None:
    """Draw an order on a screen of the operator, where the person reaches its customer (id)."""
    try:
        with session_context(customer) as context:
            for order in orders(context):
                if order.id == engagement_id:
                    _card(context, order, is_wide=True)
    except NotFoundError:
        st.caption("The order belongs to a customer that somebody else owns.")


def draw_orders_of(customer: str) -> int:
    """Draw the orders of a customer (id) on a screen of the operator; return how many there are."""
    with session_context(customer) as context:
        return draw_orders(context)


def _card(context: Context, order: OrderView, *, is_wide: bool = False) -> None:
    """Draw an order; `is_wide`: the instalments stand beside the lines."""
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**Order {formats.plain(order.number)}**", width="content")
            widgets.badge(order.state_text, COLOURS[order.state_text])
            st.space("stretch")
            if order.is_pending and context.may("order.approve"):
                st.button(
                    "Approve",
                    type="primary",
                    icon=":material/check:",
                    key=f"order_approve_{order.id}",
                    on_click=partial(_approve, context.tenant.id, order.id),
                )
        _contents(context, order, is_wide=is_wide)


def _contents(context: Context, order: OrderView, *, is_wide: bool = False) -> None:
    size = "" if order.assessment else f", {formats.counted(order.locations, 'location')}"
    st.text(f"{order.package_title}{size}. Total {show(order.total, order.currency)}. {order.plan}.")
    st.caption(formats.plain(_history(context, order)))
    if is_wide:
        left, right = st.columns([0.55, 0.45], gap="medium")
        with left:
            _lines(order)
        with right:
            _instalments(order)
    else:
        _lines(order)
        _instalments(order)


def _history(context: Context, order: OrderView) -> str:
    parts = [f"Ordered by {order.ordered_by}, {formats.moment(context, order.ordered_at)}."]
    if order.approved_at:
        approver = order.approver or "a former colleague"
        parts.append(f"Approved by {approver}, {formats.moment(context, order.approved_at)}.")
    if order.go_live_on:
        parts.append(f"Go-live planned for {order.go_live_on:%-d %b %Y}.")
    return " ".join(parts)


def _lines(order: OrderView) -> None:
    widgets.table(
        [
            {
                "Item": line.text,
                "Quantity": f"{line.quantity.normalize():f}",
                "Amount": show(line.amount, order.currency),
            }
            for line in order.lines
        ],
        {
            "Item": st.column_config.TextColumn(width=190),
            "Quantity": st.column_config.TextColumn("Qty", help="Quantity", width=45, alignment="right"),
            "Amount": st.column_config.TextColumn(width=100, alignment="right"),
        },
        alt="Lines of the order with quantity and amount",
    )


def _instalments(order: OrderView) -> None:
    widgets.table(
        [
            {"No.": part.number, "Due": part.due, "Amount": show(part.amount, order.currency)}
            for part in order.instalments
        ],
        {
            "No.": st.column_config.NumberColumn(width=45),
            "Due": st.column_config.TextColumn(width=190),
            "Amount": st.column_config.TextColumn(width=100, alignment="right"),
        },
        alt="Instalments with the time they are due and their amount",
    )


def _approve(customer: str, engagement_id: str) -> None:
    act(lambda context: approve_order(context, engagement_id), "Order approved", tenant=customer)
