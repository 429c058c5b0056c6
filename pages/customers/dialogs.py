"""Which dialog of the screen is open: it hangs on the session, so that a rerun of the page leaves it open."""

from __future__ import annotations

import streamlit as st

STATE = st.session_state
_OPEN = "customers_dialog"
CREATE = "create"
"""Name of the dialog that creates a customer; every other name is the id of the customer it shows."""


def open_dialog(name: str) -> None:
    """Open a dialog at the next rerun of the page, in place of another; for callbacks."""
    STATE[_OPEN] = name


def close_dialog() -> None:
    """Close the dialog at the next rerun of the page; for callbacks."""
    STATE[_OPEN] = ""


def opened() -> str:
    """Return the name of the open dialog, '' for none."""
    return str(STATE.get(_OPEN, ""))


def leave_unless(name: str) -> None:
    """Rerun the page where a callback inside the dialog closed it, or opened another."""
    if opened() != name:
        st.rerun()
