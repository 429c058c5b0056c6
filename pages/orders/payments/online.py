"""Payments at the gateway: the link for the customer, and what is under way."""

from __future__ import annotations

import streamlit as st

from core.business.engagements.payments.online import check_online, pay_online
from core.business.engagements.payments.views import OnlinePayment, OrderPayments
from core.context import Context
from core.kit.money import ZERO
from pages.orders.payments.words import amount
from pages.ui import formats, widgets
from pages.ui.frame import act

_COLOURS = {"Paid": "green", "Cancelled": "gray", "Disputed": "red", "Refunded": "orange"}


def draw_pay_button(context: Context, view: OrderPayments, order_id: str) -> None:
    """Draw the button that makes the link to pay the next instalment online, where a gateway takes the currency."""
    if view.gateway is None or view.status.remaining == ZERO or not context.may("payment.pay"):
        return
    st.button(
        "Make pay link",
        icon=":material/link:",
        key="payment_link",
        help=f"The customer pays the next instalment at {view.gateway}",
        on_click=_make_link,
        args=(order_id,),
    )


def _make_link(order_id: str) -> None:
    act(lambda context: pay_online(context, order_id), "Pay link made")


def draw_online(context: Context, view: OrderPayments) -> None:
    """Draw the payments at the gateway, or that there is none."""
    if view.gateway is None:
        st.caption(
            f"No payment gateway takes {view.currency} here: payments are made offline and recorded by hand."
        )
    if not view.online:
        return
    widgets.section("Online payments")
    for payment in view.online:
        _row(context, payment)


def _row(context: Context, payment: OnlinePayment) -> None:
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{amount(payment.amount, payment.currency)}**", width=120)
            widgets.badge(payment.state, _COLOURS.get(payment.state, "blue"))
            st.caption(f"Begun {formats.moment(context, payment.started_at)}")
            if context.may("payment.pay"):
                if payment.url:
                    st.link_button("Open pay page", payment.url, icon=":material/open_in_new:")
                st.button("Check now", key=f"payment_check_{payment.id}", on_click=_check, args=(payment.id,))
        if payment.url and context.may("payment.pay"):
            st.code(payment.url, language=None)


def _check(payment_id: str) -> None:
    act(
        lambda context: check_online(context, payment_id),
        lambda is_changed: "The payment changed" if is_changed else "Nothing new at the gateway",
    )
