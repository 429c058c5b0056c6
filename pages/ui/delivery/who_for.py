"""The panel "Who for …?" on a screen of the operator: an order that has no lead is chosen, its candidates compared."""

from __future__ import annotations

import streamlit as st

from core.business.engagements.team.views import orders_without_lead
from core.context import Context
from pages.ui import formats, widgets
from pages.ui.delivery.candidates import draw_candidates
from pages.ui.frame import session_context


def draw_who_for(context: Context) -> None:
    """Draw the orders without a lead as a choice, and the candidates for the one chosen; for who assigns."""
    if not context.may("order.assign"):
        return
    orders = {row.engagement_id: row for row in orders_without_lead(context)}
    with st.container(border=True, gap="xsmall"):
        if not orders:
            widgets.empty("Every order has a lead", "Orders without a lead appear here.", icon="task_alt")
            return
        labels = formats.unique_labels(
            {key: f"{row.number} {formats.shortened(row.customer)}" for key, row in orders.items()}
        )
        order_id = st.selectbox(
            "Order without a lead",
            list(labels),
            format_func=labels.__getitem__,
            key="who_for_order",
            label_visibility="collapsed",
        )
        with session_context(orders[order_id].slug) as customer:
            draw_candidates(customer, order_id)
