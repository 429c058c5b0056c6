"""The contacts of a customer: people of theirs who see Today and their own things; invited by e-mail."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from core.context import Context
from core.errors import AppError
from core.platform.access.customers.views import Customer
from core.platform.access.people.actions import CONTACT, remove_contact
from core.platform.access.people.views import people
from core.platform.signin.actions import invite, withdraw_invitation
from core.platform.signin.views import invitations
from pages.ui import dialogs, formats, widgets
from pages.ui.frame import act, session_context
from pages.ui.links import NOTICE

STATE = st.session_state
_FAULTS = "contact_faults"
_FIELDS = ("contact_email", "contact_name")


def draw_contacts(context: Context, customer: Customer) -> None:
    """Draw contacts and open invitations, and the form for another; for those who manage people."""
    if not context.may("people.manage"):
        return
    dialogs.section("Contacts")
    slug, is_open = customer.details.slug, customer.archived_at is None
    if not is_open:
        st.caption("Contacts have no access while the customer is archived.")
        return
    with session_context(slug) as customer_context:
        contacts, pending = people(customer_context), invitations(customer_context)
    for person in contacts:
        _entry(
            person.name,
            person.email or "",
            "Active" if person.active else "Deactivated",
            "Remove",
            f"contact_remove_{person.id}",
            partial(_remove, slug, person.id),
        )
    for invitation in pending:
        _entry(
            invitation.name,
            invitation.email,
            "Expired" if invitation.expired else "Invited",
            "Withdraw",
            f"contact_withdraw_{invitation.id}",
            partial(_withdraw, slug, invitation.id),
        )
    if not contacts and not pending:
        st.caption("No contact yet. Contacts see how far their migration is, and nothing of the mapping.")
    _form(slug)


def _entry(name: str, email: str, state: str, label: str, key: str, run: Callable[[], None]) -> None:
    colours = {"Active": "green", "Invited": "blue", "Expired": "orange", "Deactivated": "gray"}
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.text(f"{name}, {email}" if email else name, width="content")
        widgets.badge(state, colours[state])
        st.space("stretch")
        st.button(label, key=key, on_click=run)


def _form(slug: str) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Contact's e-mail", key="contact_email", max_chars=320, placeholder="name@example.com")
        st.text_input("Contact's name", key="contact_name", max_chars=200)
        st.button("Invite", key="contact_invite", on_click=_invite, args=(slug,))
    if message := STATE.get(_FAULTS):
        st.markdown(f":red[:material/error: {formats.plain(message)}]")


def _invite(slug: str) -> None:
    try:
        with session_context(slug) as context:
            email, name = (str(STATE.get(field) or "") for field in _FIELDS)
            invite(context, email, name, CONTACT)
    except AppError as error:
        STATE[_FAULTS] = f"{error.message} {error.hint}".strip()
        return
    for key in (*_FIELDS, _FAULTS):
        STATE.pop(key, None)
    STATE[NOTICE] = "Invitation sent"


def _withdraw(slug: str, invitation_id: str) -> None:
    act(lambda context: withdraw_invitation(context, invitation_id), "Invitation withdrawn", tenant=slug)


def _remove(slug: str, person_id: str) -> None:
    act(lambda context: remove_contact(context, person_id), "Access removed", tenant=slug)
