"""The dialogs that record a payment of an order and give money back."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import streamlit as st

from core.business.billing.currencies import ACTIVE
from core.business.billing.payments.methods import METHODS, NewPayment, NewRefund
from core.business.engagements.payments.actions import record_payment, refund_payment, today_of
from core.business.engagements.payments.views import OrderPayments
from core.context import Context
from core.errors import AppError, InvalidInputError
from core.kit.ids import new_id
from core.kit.money import TYPED_FORM, typed_number
from pages.orders.payments.words import amount
from pages.ui import formats
from pages.ui.dialogs import SideDialogs
from pages.ui.frame import live, session_context
from pages.ui.links import NOTICE

STATE = st.session_state
SIDE = SideDialogs("payment_dialog")
RECORD, REFUND, LINK = "record", "refund:", "link"
_GROUP, _FAULT, FIELD = "payment_group", "payment_fault", "payment_field_"


def open_dialog(name: str) -> None:
    """Open a dialog with empty fields; what it records, it records once. For callbacks."""
    for key in [key for key in STATE if str(key).startswith(FIELD)]:
        STATE.pop(key, None)
    STATE.update({_GROUP: new_id(), _FAULT: ""})
    SIDE.open(name)


def record_dialog(order_id: str, view: OrderPayments) -> None:
    """Ask for a payment; it settles the oldest instalments first."""

    @st.dialog("Record payment", icon=":material/add:", position="right", on_dismiss=SIDE.close)
    def body() -> None:
        SIDE.leave_unless(RECORD)
        with live() as context:
            remaining = amount(view.status.remaining, view.currency)
            st.caption(f"{remaining} is open. A payment settles the oldest instalment first.")
            st.text_input("Amount", key=f"{FIELD}amount", placeholder="500.00")
            st.segmented_control(
                "Currency", ACTIVE, default=view.currency, required=True, key=f"{FIELD}currency"
            )
            _method_and_day(context, "Received on")
            st.text_input("Reference (optional)", key=f"{FIELD}reference", max_chars=100)
            answer("Record payment", lambda: save(lambda fresh: _record(fresh, order_id)))

    body()


def refund_dialog(order_id: str, view: OrderPayments, receipt_number: str) -> None:
    """Ask how much of a receipt goes back, and why."""
    refundable = {row.number: row.refundable for row in view.receipts if row.refundable}

    @st.dialog("Refund", icon=":material/undo:", position="right", on_dismiss=SIDE.close)
    def body() -> None:
        SIDE.leave_unless(f"{REFUND}{receipt_number}")
        with live() as context:
            most = amount(refundable.get(receipt_number, Decimal(0)), view.currency)
            st.caption(
                f"At most {most} of {formats.plain(receipt_number)}. What goes back is due again, unless the order is cancelled."
            )
            st.text_input(f"Amount in {view.currency}", key=f"{FIELD}amount")
            _method_and_day(context, "Given back on")
            st.text_input("Reason", key=f"{FIELD}reason", max_chars=500)
            answer("Refund", lambda: save(lambda fresh: _refund(fresh, order_id, receipt_number)))

    body()


def _method_and_day(context: Context, label: str) -> None:
    st.selectbox("Method", list(METHODS), format_func=METHODS.__getitem__, key=f"{FIELD}method")
    today = today_of(context)
    st.date_input(label, value=today, max_value=today, key=f"{FIELD}day")


def answer(label: str, work: Callable[[], None]) -> None:
    """Draw a refusal, and the buttons that close the dialog or do its work."""
    if fault := STATE.get(_FAULT):
        st.error(formats.plain(fault), icon=":material/error:")
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button("Cancel", key="payment_cancel", on_click=SIDE.close)
        st.button(label, type="primary", key="payment_save", on_click=work)


def save(work: Callable[[Context], str]) -> None:
    """Run the write; a refusal stands in the dialog, which stays open."""
    try:
        with session_context() as context:
            STATE[NOTICE] = work(context)
    except AppError as error:
        STATE[_FAULT] = str(error)
        return
    SIDE.close()


def _record(context: Context, order_id: str) -> str:
    payment = NewPayment(
        amount=_amount(),
        currency=str(STATE[f"{FIELD}currency"]),
        method=STATE[f"{FIELD}method"],
        received_on=STATE[f"{FIELD}day"],
        reference=STATE[f"{FIELD}reference"],
        group_id=STATE[_GROUP],
    )
    return f"Payment recorded, receipt {record_payment(context, order_id, payment)}"


def _refund(context: Context, order_id: str, receipt_number: str) -> str:
    refund = NewRefund(
        receipt_number,
        _amount(),
        STATE[f"{FIELD}reason"],
        STATE[f"{FIELD}method"],
        STATE[f"{FIELD}day"],
        STATE[_GROUP],
    )
    return f"Refund recorded, receipt {refund_payment(context, order_id, refund)}"


def _amount() -> Decimal:
    number = typed_number(str(STATE.get(f"{FIELD}amount") or "").removeprefix("$"))
    if number is None:
        raise InvalidInputError("The amount is not a number.", hint=TYPED_FORM)
    return number
