"""Orders: the list over all customers, or the order of this customer that the address names."""

from __future__ import annotations

import streamlit as st

from core.business.engagements.views import order
from core.context import Context
from core.errors import NotFoundError
from pages.orders.listing import show_list
from pages.orders.record import show_record
from pages.ui.address import BadLinkError
from pages.ui.delivery.order_words import ORDER, PATH


def show(context: Context) -> None:
    order_id = st.query_params.get(ORDER)
    if not order_id:
        show_list(context)
        return
    try:
        details = order(context, order_id)
    except NotFoundError:
        raise BadLinkError("order", remedy="Open all orders", path=PATH) from None
    show_record(context, details)
