"""The dialog that invites somebody to the operator's staff."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from core.errors import AppError
from core.platform.access.people.actions import STAFF_ROLES
from core.platform.signin.actions import invite
from core.platform.signin.rules import may_give
from pages.ui import formats
from pages.ui.dialogs import SideDialogs
from pages.ui.frame import live, session_context
from pages.ui.links import NOTICE

STATE = st.session_state
DIALOGS = SideDialogs("people_dialog")
INVITE = "invite"
"""Name of the dialog that invites; every other name is the id of the person it shows."""
_FAULTS = "invite_faults"
_ABOUT = {
    "sales": "Prospects and customers they own",
    "specialist": "Customers they are assigned to",
    "partner": "Customers they are assigned to; works for another company",
    "manager": "All customers; approves imports; second factor required",
    "admin": "People and settings; no guests' data; second factor required",
}


def roles_to_give(context: Context) -> list[str]:
    """List the roles that the person may give: only an administrator makes managers and administrators."""
    return [role for role in STAFF_ROLES if may_give(context.role, role)]


def _dismiss() -> None:
    for key in ("invite_email", "invite_name", "invite_role", _FAULTS):
        STATE.pop(key, None)
    DIALOGS.close()


@st.dialog("Invite a person", icon=":material/person_add:", position="right", on_dismiss=_dismiss)
def invite_dialog() -> None:
    """Ask for address, name and role; the invitation is sent by e-mail."""
    DIALOGS.leave_unless(INVITE)
    with live() as context:
        st.text_input("E-mail", key="invite_email", max_chars=320, placeholder="name@example.com")
        _fault("email")
        st.text_input("Name", key="invite_name", max_chars=200)
        _fault("name")
        st.selectbox(
            "Role",
            roles_to_give(context),
            index=None,
            format_func=formats.words,
            placeholder="Choose a role",
            key="invite_role",
        )
        _fault("role")
        if about := _ABOUT.get(STATE.get("invite_role") or ""):
            st.caption(about)
        st.caption("The link in the e-mail works for 7 days.")
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.button("Cancel", key="invite_cancel", on_click=_dismiss)
            st.button("Send invitation", type="primary", key="invite_send", on_click=_send)


def _send() -> None:
    role = STATE.get("invite_role")
    if role is None:
        STATE[_FAULTS] = {"role": "Choose a role"}
        return
    try:
        with session_context() as context:
            invite(context, STATE["invite_email"], STATE["invite_name"], role)
    except AppError as error:
        field = error.facts.get("field")
        STATE[_FAULTS] = {str(field or "email"): f"{error.message} {error.hint}".strip()}
        return
    _dismiss()
    STATE[NOTICE] = "Invitation sent"


def _fault(field: str) -> None:
    """Draw what is wrong with a field, below it."""
    if message := STATE.get(_FAULTS, {}).get(field):
        st.markdown(f":red[:material/error: {formats.plain(message)}]")
