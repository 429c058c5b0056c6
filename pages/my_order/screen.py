"""Your order: the wizard while something is being ordered, else the orders with what becomes of them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.business.engagements.ordering.actions import discard_draft
from core.business.engagements.ordering.draft import PACKAGE, Draft
from core.business.engagements.ordering.views import DraftView, my_draft
from core.business.engagements.views import OrderView, orders
from core.context import Context
from pages.my_order.order import draw_order
from pages.my_order.sessions.dialogs import draw_session_dialog
from pages.my_order.state import store
from pages.my_order.support import draw_support
from pages.my_order.wizard import draw_wizard
from pages.ui import widgets
from pages.ui.address import BadLinkError
from pages.ui.customer.next_step import MY_ORDER, draw_next_step
from pages.ui.delivery.customer_hours import draw_customer_hours
from pages.ui.delivery.order_words import ORDER
from pages.ui.frame import act

_DISCARD = "Discard draft…"


def show(context: Context) -> None:
    draft = my_draft(context) if context.may("order.place") else None
    placed = _named_first(orders(context))
    widgets.heading(context, "Your order")
    if draft is not None or (not placed and context.may("order.place")):
        _more(draft)
        draw_wizard(context, draft or _new(context))
    elif not placed:
        widgets.empty("No order yet", "Orders are not taken here at the moment.", icon="shopping_bag")
    elif placed:
        draw_next_step(context)
    for order in placed:
        draw_order(context, order)
    is_waiting = any(order.is_pending for order in placed)
    if placed and draft is None and not is_waiting and context.may("order.place"):
        st.button(
            "Order another package",
            icon=":material/add:",
            key="my_order_another",
            on_click=store,
            args=({"step": PACKAGE},),
        )
    if placed and context.may("guided_session.read"):
        draw_customer_hours(context, "Your hours for sessions")
    draw_session_dialog()
    draw_support(context, has_order=bool(placed))


def _named_first(placed: Sequence[OrderView]) -> list[OrderView]:
    """Put the order that the address names before the others. BadLinkError for one that is none of them."""
    named = st.query_params.get(ORDER, "")
    if named and all(order.id != named for order in placed):
        raise BadLinkError("order", remedy="Open your orders", path=MY_ORDER)
    return sorted(placed, key=lambda order: order.id != named)


def _new(context: Context) -> DraftView:
    """Return the draft that is stored with the first choice."""
    return DraftView("", 0, context.now, Draft())


def _more(draft: DraftView | None) -> None:
    """Draw the menu of a stored draft in the title row."""
    if draft is None:
        return
    with widgets.row_end():
        choice = st.menu_button(
            "More", [_DISCARD], icon=":material/more_horiz:", type="tertiary", key="my_order_more"
        )
    if choice == _DISCARD:
        widgets.confirm(
            "Discard this draft?",
            ["What you chose and answered is given up.", "Orders that you submitted stay."],
            "Discard draft",
            lambda: act(discard_draft, "Draft discarded"),
        )
