"""The section of payments: sums, instalments, payments at the gateway, receipts."""

from __future__ import annotations

import streamlit as st

from core.business.engagements.payments.views import OrderPayments, order_payments
from core.context import Context
from core.kit.money import ZERO
from pages.orders.payments.dialogs import (
    LINK,
    RECORD,
    REFUND,
    SIDE,
    open_dialog,
    record_dialog,
    refund_dialog,
)
from pages.orders.payments.online import draw_online, draw_pay_button, link_dialog
from pages.orders.payments.receipts import draw_receipts
from pages.orders.payments.words import amount, draw_instalments, draw_progress
from pages.ui import widgets


def show_payments(context: Context, order_id: str) -> None:
    """Draw the payments of an order, with the buttons that the person's role has."""
    view = order_payments(context, order_id)
    _buttons(context, view)
    _figures(view)
    draw_progress(view.status, view.currency)
    widgets.section("Instalments")
    st.caption(f"{view.plan}.")
    draw_instalments(view.status, view.currency)
    draw_online(context, view)
    widgets.section("Receipts")
    draw_receipts(context, view, order_id)
    if SIDE.opened == RECORD:
        record_dialog(order_id, view)
    elif SIDE.opened == LINK:
        link_dialog(order_id, view)
    elif SIDE.opened.startswith(REFUND):
        refund_dialog(order_id, view, SIDE.opened.removeprefix(REFUND))


def _buttons(context: Context, view: OrderPayments) -> None:
    is_open = view.status.remaining > ZERO
    nothing = None if is_open else "Nothing is open on this order"
    with widgets.row_end():
        draw_pay_button(context, view)
        if context.may("payment.record"):
            st.button(
                "Record payment",
                type="primary",
                icon=":material/add:",
                key="payment_record",
                disabled=not is_open,
                help=nothing,
                on_click=open_dialog,
                args=(RECORD,),
            )


def _figures(view: OrderPayments) -> None:
    status, currency = view.status, view.currency
    values = [
        ("Total", status.total),
        ("Paid", status.paid),
        ("Overdue", status.overdue),
        ("Due today", status.due),
        ("Not yet due", status.not_yet_due),
    ]
    values += [("No longer due", status.no_longer_due)] if status.no_longer_due else []
    widgets.figures([(label, amount(value, currency)) for label, value in values])
    if status.held:
        st.warning(
            f"{amount(status.held, currency)} was paid beyond the total. It is held: give it back.",
            icon=":material/savings:",
        )
