"""The dialog that enters an exchange rate, or corrects the one of a day."""

from __future__ import annotations

import streamlit as st

from core.business.billing.currencies import ACTIVE, HISTORICAL
from core.business.billing.rates.actions import add_rate
from core.errors import AppError
from core.kit.money import TYPED_FORM, typed_number
from pages.ui import formats
from pages.ui.dialogs import SideDialogs
from pages.ui.frame import live, session_context
from pages.ui.links import NOTICE

STATE = st.session_state
DIALOGS = SideDialogs("rates_dialog")
ENTER = "enter"
_FAULT, _FIELD = "rates_fault", "rates_field_"


def open_entry() -> None:
    """Open the dialog with empty fields; for callbacks."""
    for key in [key for key in STATE if str(key).startswith(_FIELD)]:
        STATE.pop(key, None)
    STATE[_FAULT] = ""
    DIALOGS.open(ENTER)


@st.dialog("Enter rate", icon=":material/currency_exchange:", position="right", on_dismiss=DIALOGS.close)
def enter_dialog() -> None:
    """Ask for a rate; one that replaces another of the day needs a reason."""
    DIALOGS.leave_unless(ENTER)
    with live() as context:
        codes = [*ACTIVE, *HISTORICAL]
        base, quote = st.columns(2)
        base.selectbox("1 unit of", codes, key=f"{_FIELD}base")
        quote.selectbox("In", codes, index=1, key=f"{_FIELD}quote")
        st.text_input("Rate", key=f"{_FIELD}rate", placeholder="26.4")
        today = context.today
        st.date_input("Day", value=today, max_value=today, key=f"{_FIELD}day")
        st.text_input("Source", key=f"{_FIELD}source", placeholder="RBZ interbank rate", max_chars=100)
        st.text_input(
            "Reason of a correction",
            key=f"{_FIELD}correction",
            max_chars=200,
            help="Only where the day has a rate already: the earlier one stays in the log",
        )
        if fault := STATE.get(_FAULT):
            st.error(formats.plain(fault), icon=":material/error:")
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.button("Cancel", key="rates_cancel", on_click=DIALOGS.close)
            st.button("Enter rate", type="primary", key="rates_save", on_click=_save)


def _save() -> None:
    values = {key.removeprefix(_FIELD): STATE[key] for key in map(str, STATE) if key.startswith(_FIELD)}
    rate = typed_number(str(values["rate"]))
    if rate is None:
        STATE[_FAULT] = f"The rate is not a number. {TYPED_FORM}"
        return
    try:
        with session_context() as context:
            add_rate(
                context,
                values["base"],
                values["quote"],
                values["day"],
                rate,
                values["source"],
                correction=values["correction"],
            )
    except AppError as error:
        STATE[_FAULT] = str(error)
        return
    STATE[NOTICE] = "Rate entered"
    DIALOGS.close()
