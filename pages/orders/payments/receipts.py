"""The receipts of an order, each with its PDF and, for a payment, its refund."""

from __future__ import annotations

import streamlit as st

from core.business.engagements.payments.receipts import ReceiptView
from core.business.engagements.payments.views import OrderPayments, receipt
from core.context import Context
from core.kit.money import ZERO
from pages.orders.payments.dialogs import REFUND, open_dialog
from pages.ui import formats, widgets
from pages.ui.downloads import draw_download


def draw_receipts(context: Context, view: OrderPayments, order_id: str) -> None:
    """Draw the receipts, the newest first."""
    if not view.receipts:
        widgets.empty("Nothing was paid yet", "Payments appear here with their receipts.", icon="receipt")
        return
    for row in view.receipts:
        _row(context, row, order_id)


def _row(context: Context, row: ReceiptView, order_id: str) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{formats.plain(row.number)}**", width=120)
        widgets.badge("Refund" if row.is_refund else "Payment", "orange" if row.is_refund else "green")
        with st.container(gap=None):
            st.text(row.amount_text)
            details = (f"{row.day:%-d %b %Y}", row.method, row.reference, row.rate_note, row.reason)
            st.caption(formats.plain(" · ".join(filter(None, details))))
        draw_download(
            "PDF",
            lambda fresh: receipt(fresh, order_id, row.number),
            f"{row.number}.pdf",
            key=f"receipt_{row.number}",
        )
        if row.refundable > ZERO and context.may("payment.refund"):
            st.button(
                "Refund…", key=f"refund_{row.number}", on_click=open_dialog, args=(f"{REFUND}{row.number}",)
            )
