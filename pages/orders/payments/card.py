"""The card of payments at the right of an order's overview: progress, instalments with state."""

from __future__ import annotations

import streamlit as st

from core.business.engagements.payments.views import order_payments
from core.context import Context
from pages.orders.payments.words import draw_instalments, draw_progress


def show_card(context: Context, order_id: str) -> None:
    """Draw how much of an order is paid, and its instalments."""
    view = order_payments(context, order_id)
    with st.container(border=True, gap="small"):
        st.markdown("**Payments**")
        draw_progress(view.status, view.currency)
        draw_instalments(view.status, view.currency, is_narrow=True)
