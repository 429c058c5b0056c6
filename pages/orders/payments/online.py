"""Payments at the gateway: the link for the customer, and what is under way."""

from __future__ import annotations

import streamlit as st

from core.business.engagements.payments.online import PayOffer, check_online, pay_offers, pay_online
from core.business.engagements.payments.views import OnlinePayment, OrderPayments
from core.context import Context
from core.kit.money import ZERO, show
from pages.orders.payments.dialogs import FIELD, LINK, SIDE, answer, open_dialog, save
from pages.orders.payments.words import amount
from pages.ui import formats, widgets
from pages.ui.frame import act, live

_COLOURS = {"Paid": "green", "Cancelled": "gray", "Disputed": "red", "Refunded": "orange"}


def draw_pay_button(context: Context, view: OrderPayments) -> None:
    """Draw the button that asks which instalment is paid online, where there is a gateway and something is open."""
    if view.gateway is None or view.status.remaining == ZERO or not context.may("payment.pay"):
        return
    st.button(
        "Make pay link",
        icon=":material/link:",
        key="payment_link",
        help=f"The customer pays an instalment at {view.gateway}",
        on_click=open_dialog,
        args=(LINK,),
    )


def link_dialog(order_id: str, view: OrderPayments) -> None:
    """Ask which instalment is paid, and show the amount, rate and day before the link is made."""

    @st.dialog("Make pay link", icon=":material/link:", position="right", on_dismiss=SIDE.close)
    def body() -> None:
        SIDE.leave_unless(LINK)
        with live() as context:
            offers = {offer.instalment_id: offer for offer in pay_offers(context, order_id)}
            if not offers:
                st.info("Nothing is open on this order.")
                return
            chosen = st.selectbox(
                "Instalment",
                list(offers),
                format_func=lambda part: (
                    f"No. {offers[part].number}, {offers[part].due}: {offers[part].amount}"
                ),
                key=f"{FIELD}part",
            )
            offer = offers[chosen]
            if offer.refusal:
                st.error(formats.plain(offer.refusal), icon=":material/currency_exchange:")
            else:
                st.metric(f"Asked at {view.gateway}", show(offer.asked, offer.currency))
                st.caption(
                    formats.plain(offer.conversion or "In the order's currency: nothing is converted.")
                )
            if not offer.refusal:
                answer("Make link", lambda: save(lambda fresh: _make_link(fresh, order_id, offer)))

    body()


def _make_link(context: Context, order_id: str, offer: PayOffer) -> str:
    pay_online(context, order_id, offer.instalment_id, shown=offer.asked)
    return "Pay link made"


def draw_online(context: Context, view: OrderPayments) -> None:
    """Draw the payments at the gateway, or that there is none."""
    if view.gateway is None:
        st.caption("There is no payment gateway here: payments are made offline and recorded by hand.")
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
            st.caption(
                formats.plain(
                    f"Begun {formats.moment(context, payment.started_at)}"
                    + (f", {payment.conversion}" if payment.conversion else "")
                )
            )
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
