"""Whom to ask: the contact block of the customer's line of business, and text messages about the order."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.context import Context
from core.errors import AppError
from core.platform.delivery.phones import my_phone, set_phone
from core.platform.delivery.support import support_of
from core.settings import settings
from pages.ui import formats, widgets
from pages.ui.frame import session_context
from pages.ui.links import NOTICE
from pages.ui.refusals import keep_fault

STATE = st.session_state
_PHONE = "my_order_phone"


def draw_support(context: Context, *, has_order: bool) -> None:
    """Draw how we are reached, and where there is an order and text messages are sent, the field for one's own number."""
    block = support_of(context.tenant.domain)
    widgets.section("Questions?")
    with st.container(border=True, gap="small"):
        with st.container(gap="xxsmall"):
            for label, value in (("E-mail", block.email), ("Phone", block.phone)):
                if value:
                    st.text(f"{label}: {value}")
        if block.email or block.addresses:
            with st.container(horizontal=True, gap="small"):
                if block.email:
                    st.link_button("Write to us", f"mailto:{block.email}", icon=":material/mail:")
                for label, address in block.addresses.items():
                    st.link_button(label, address, icon=":material/open_in_new:")
    if has_order and settings().sms_gateway_url:
        _text_messages(context)


def _text_messages(context: Context) -> None:
    """Draw the field of the person's own number; what was typed stays while it is no number."""
    stored = my_phone(context) or ""
    if STATE.get(f"{_PHONE}_stored") != stored or _PHONE not in STATE:
        STATE[_PHONE] = STATE[f"{_PHONE}_stored"] = stored
    with st.container(border=True, gap="small"):
        st.text_input(
            "Mobile number for text messages about your order",
            key=_PHONE,
            placeholder="+263 77 123 4567",
            max_chars=30,
            help="Stored encrypted. Empty: no text messages.",
        )
        with st.container(horizontal=True, gap="small"):
            st.button("Save number", key="my_order_phone_save", on_click=_save)
            if stored:
                st.button("Stop text messages", key="my_order_phone_stop", on_click=partial(_store, None))


def _save() -> None:
    _store(str(STATE.get(_PHONE) or ""))


def _store(number: str | None) -> None:
    try:
        with session_context() as context:
            set_phone(context, number)
    except AppError as error:
        keep_fault(error)
    else:
        STATE[NOTICE] = "Number saved" if number else formats.plain("No text messages are sent")
