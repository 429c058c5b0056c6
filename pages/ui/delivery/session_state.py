"""What the screens of sessions share: the open dialog, the customer it works in, and how sessions are written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from core.context import Context
from core.errors import AppError
from pages.ui.dialogs import SideDialogs
from pages.ui.frame import session_context
from pages.ui.refusals import notices, refusal

STATE = st.session_state
DIALOG = SideDialogs("sessions_dialog")
DETAILS, BOOK, MOVE, CANCEL, HOLD = "details", "book", "move", "cancel", "hold"
COLOURS = {"Booked": "blue", "Held": "green", "Cancelled": "gray"}
_SUBJECT = "sessions_subject"
"""Key of the session: customer (slug) and id of the session, or of the order, that the dialog is about."""
_FIELDS = ("sessions_kind", "sessions_person", "sessions_slot", "sessions_reason", "sessions_charge")
_TEXTS = ("sessions_minutes", "sessions_decisions")


def open_dialog(name: str, customer: str, subject: str) -> None:
    """Open a dialog about a session, or about an order to book for; for callbacks."""
    for key in (*_FIELDS, *_TEXTS):
        STATE.pop(key, None)
    STATE[_SUBJECT] = (customer, subject)
    DIALOG.open(name)


def turn_dialog(name: str) -> None:
    """Show another part of the open dialog; for callbacks."""
    customer, subject = STATE[_SUBJECT]
    open_dialog(name, customer, subject)


def subject_of_dialog() -> tuple[str, str]:
    """Return customer (slug) and id that the open dialog is about."""
    customer, subject = STATE[_SUBJECT]
    return customer, subject


@contextmanager
def customer_of_dialog() -> Iterator[Context]:
    """Open the Context of the dialog's customer; what is refused stands in the dialog."""
    try:
        with session_context(subject_of_dialog()[0]) as context:
            notices()
            yield context
    except AppError as error:
        refusal(error)


def finish(work: Callable[[Context], object], done: str) -> None:
    """Close the dialog and do the work in its customer; for callbacks."""
    customer, _ = subject_of_dialog()
    DIALOG.finish(work, done, tenant=customer)


def buttons(label: str, work: Callable[[Context], object], done: str, *, disabled: bool = False) -> None:
    """Draw Cancel and the button that does the work."""
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button("Back", key="sessions_back", on_click=DIALOG.close)
        st.button(
            label,
            type="primary",
            key="sessions_confirm",
            disabled=disabled,
            on_click=finish,
            args=(work, done),
        )
