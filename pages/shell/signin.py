"""The pages of those who are not signed in: the way to sign in, and in the demo one button for each of its people."""

from __future__ import annotations

import streamlit as st

from core.errors import NotSignedInError
from core.platform.access.views import tenants_of
from pages.shell.scope import Scope, choose_person
from pages.ui.formats import plain, words
from pages.ui.links import current
from pages.ui.refusals import refusal
from pages.ui.visitor import sign_in_address
from pages.ui.widgets import empty


def sign_in(scope: Scope) -> None:
    """Offer the people of the demo, if there are any, and the sign-in page. The address stays, so that a link works later."""
    with st.columns([1, 2, 1])[1]:
        st.space("large")
        st.title("Migration console", anchor=False)
        if scope.fault:
            refusal(scope.fault)
        if not scope.people:
            st.markdown("You are not signed in.")
            _link("Sign in")
            return
        st.caption("Demo mode: choose a role. All data is fictional.")
        for person, name in scope.people.items():
            with st.container(gap="xxsmall"):
                st.button(
                    plain(name),
                    key=f"as_{person}",
                    icon=":material/person:",
                    width="stretch",
                    on_click=choose_person,
                    args=(person,),
                )
                st.caption(_roles(person), text_alignment="center")
        _link("Sign in with your account")


def signed_out(reason: NotSignedInError) -> None:
    """Say that and why the sign-in has ended, with the way back to this screen."""
    with st.columns([1, 2, 1])[1]:
        st.space("large")
        st.title("You are signed out", anchor=False)
        st.markdown(reason.hint)
        _link("Sign in")


def _link(label: str) -> None:
    """Draw the link to the sign-in page, in this tab; Streamlit's own links open another."""
    address = sign_in_address(current(), dict(st.query_params))
    st.html(f'<a href="{address}" target="_self">{label}</a>')


def without_access() -> None:
    """Tell somebody who reaches neither a customer nor the operator what to do."""
    st.title("Today", anchor=False)
    empty(
        "No customer yet",
        "Ask the person who invited you to add you to a customer. It then appears here.",
        icon="storefront",
    )


def _roles(person: str) -> str:
    """List the roles the person has, e.g. 'Specialist' or 'Manager, Admin'."""
    roles = dict.fromkeys(words(customer.role) for customer in tenants_of(person))
    return ", ".join(roles) or "No role yet"
