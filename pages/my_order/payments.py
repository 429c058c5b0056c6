"""What is paid and due of an order: instalments with their state, paying online, receipts."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.business.billing.status import STANDINGS, Standing
from core.business.engagements.payments.online import PayOffer, pay_offers, pay_online
from core.business.engagements.payments.views import OrderPayments, order_payments, receipt
from core.context import Context
from core.kit.money import ZERO, show
from pages.ui import formats, widgets
from pages.ui.downloads import draw_download
from pages.ui.frame import act

STATE = st.session_state
_COLOURS = {
    Standing.PAID: "green",
    Standing.DUE: "orange",
    Standing.OVERDUE: "red",
    Standing.NOT_YET_DUE: "gray",
    Standing.NO_LONGER_DUE: "gray",
}


def draw_payments(context: Context, order_id: str) -> None:
    """Draw how much is paid, each instalment, the button that pays the next one, and the receipts."""
    payments = order_payments(context, order_id)
    currency, status = payments.currency, payments.status
    widgets.section("Payments")
    if status.total > ZERO:
        text = f"{show(status.paid, currency)} of {show(status.total, currency)} paid"
        st.progress(float(status.paid / status.total), text=formats.plain(text))
    st.caption(formats.plain(payments.plan))
    widgets.table(
        [
            {
                "Due": part.due,
                "Amount": show(part.part.amount, currency),
                "State": [STANDINGS[part.standing]],
            }
            for part in status.parts
        ],
        {
            "Due": st.column_config.TextColumn(width=95),
            "Amount": st.column_config.TextColumn(width=95, alignment="right"),
            "State": widgets.badge_column(
                "State", {STANDINGS[standing]: colour for standing, colour in _COLOURS.items()}, width=110
            ),
        },
        alt="Instalments with the time they are due, their amount and state",
    )
    _online(context, order_id, payments)
    _receipts(order_id, payments)


def _online(context: Context, order_id: str, payments: OrderPayments) -> None:
    """Draw the way to pay the next instalment at the gateway, where there is one and something is due."""
    part = payments.status.next_part
    if payments.gateway is None or part is None or not context.may("payment.pay"):
        return
    offer = next(
        (offer for offer in pay_offers(context, order_id) if offer.instalment_id == part.part.id), None
    )
    if offer is None:
        return
    if offer.refusal:
        st.caption("This cannot be paid online today: ask us, or pay by bank transfer.")
        return
    key = f"my_order_pay_{offer.instalment_id}_{offer.asked}"  # a link pays this and nothing that follows
    if address := STATE.get(key):
        st.link_button(
            f"Go to {formats.plain(payments.gateway)}",
            str(address),
            type="primary",
            icon=":material/open_in_new:",
        )
        return
    st.button(
        f"Pay {formats.plain(show(offer.asked, offer.currency))} online",
        type="primary" if part.standing in {Standing.DUE, Standing.OVERDUE} else "secondary",
        icon=":material/credit_card:",
        key=f"my_order_pay_online_{order_id}",
        on_click=partial(_begin, order_id, offer, key),
    )
    if offer.conversion:
        st.caption(formats.plain(offer.conversion))


def _begin(order_id: str, offer: PayOffer, key: str) -> None:
    """Ask the gateway where the instalment is paid; the next rerun links there."""
    STATE[key] = act(lambda context: pay_online(context, order_id, offer.instalment_id, shown=offer.asked))


def _receipts(order_id: str, payments: OrderPayments) -> None:
    for entry in payments.receipts:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            title = "Refund" if entry.is_refund else "Paid"
            st.text(f"{title} {entry.day:%-d %b %Y}: {entry.amount_text}", width="content")
            st.space("stretch")
            draw_download(
                formats.plain(entry.number),
                partial(_printed, order_id=order_id, number=entry.number),
                f"{entry.number}.pdf",
                key=f"my_order_receipt_{entry.number}",
            )


def _printed(context: Context, *, order_id: str, number: str) -> bytes:
    return receipt(context, order_id, number)
