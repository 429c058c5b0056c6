"""Change one's password; what is wrong stands below the fields."""

from __future__ import annotations

import streamlit as st

from core.errors import AppError
from core.platform.signin.actions import change_password
from core.platform.signin.views import Account
from pages.ui import formats, widgets
from pages.ui.frame import session_context
from pages.ui.links import NOTICE

STATE = st.session_state
_FAULT = "profile_password_fault"
_FIELDS = ("profile_present", "profile_new", "profile_again")


def draw_password(account: Account) -> None:
    """Draw the form; somebody who signs in elsewhere (OIDC) has no password here."""
    widgets.section("Password")
    if not account.has_password:
        st.caption("You sign in with your company's account and have no password here.")
        return
    with st.expander("Change password", icon=":material/key:", key="profile_password"):
        st.text_input(
            "Present password",
            type="password",
            key="profile_present",
            autocomplete="current-password",
            max_chars=128,
        )
        st.text_input(
            "New password",
            type="password",
            key="profile_new",
            autocomplete="new-password",
            max_chars=128,
            help="12 to 128 characters",
        )
        st.text_input(
            "New password again",
            type="password",
            key="profile_again",
            autocomplete="new-password",
            max_chars=128,
        )
        if fault := STATE.get(_FAULT):
            st.markdown(f":red[:material/error: {formats.plain(fault)}]")
        st.caption("Your other sign-in sessions end.")
        st.button("Change password", type="primary", key="profile_password_save", on_click=_change)


def _change() -> None:
    present, new, again = (str(STATE.get(field) or "") for field in _FIELDS)
    if new != again:
        STATE[_FAULT] = "The two new passwords differ."
        return
    try:
        with session_context() as context:
            change_password(context, present, new)
    except AppError as error:
        STATE[_FAULT] = str(error)
        return
    for field in (*_FIELDS, _FAULT):
        STATE.pop(field, None)
    STATE[NOTICE] = "Password changed"
