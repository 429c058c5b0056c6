"""The page of those who are not signed in: in the demo, one button for each of its people."""

from __future__ import annotations

import streamlit as st

from core.platform.access.views import tenants_of
from pages.shell.scope import Scope, choose_person
from pages.ui.formats import plain, words
from pages.ui.refusals import refusal


def sign_in(scope: Scope) -> None:
    """Offer the people of the demo. The address stays, so that a link works after signing in."""
    with st.columns([1, 2, 1])[1]:
        st.space("large")
        st.title("Migration console", anchor=False)
        if scope.fault:
            refusal(scope.fault)
        if not scope.people:
            st.markdown("Nobody can sign in yet. Start the demo with `aura serve --demo`.")
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


def _roles(person: str) -> str:
    """List the roles the person has, e.g. 'Specialist' or 'Manager, Admin'."""
    roles = dict.fromkeys(words(customer.role) for customer in tenants_of(person))
    return ", ".join(roles) or "No role yet"
