"""The sidebar: customer and migration, search, the menu with one section unfolded, and who is signed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from pages.demo import bar
from pages.shell.choices import choice_box
from pages.shell.notifications import bell
from pages.shell.palette import open_palette
from pages.shell.scope import Scope, choose_customer, choose_person
from pages.ui.address import choose
from pages.ui.formats import plain, shortened, unique_labels, words
from pages.ui.links import MIGRATION, OPERATOR, PERSON, SIGN_IN, TENANT, current, link, pages
from pages.ui.screens import Screen
from pages.ui.visitor import sign_out

STATE = st.session_state
_OPEN_SECTION = "sidebar_section"


def sidebar(scope: Scope, screens: Sequence[Screen], icons: Mapping[str, str], opening: str) -> None:
    """Draw the sidebar for the screens the person may see; `icons` is section -> icon, `opening` unfolded at first."""
    with st.sidebar:
        _customer(scope)
        st.button(
            "Search",
            icon=":material/search:",
            key="palette_open",
            shortcut="Ctrl+K",
            width="stretch",
            on_click=open_palette,
        )
        if scope.fault is None:
            bell()
        bar()
        _menu(screens, icons, opening)
        st.space("small")
        _person(scope)


def _customer(scope: Scope) -> None:
    """Draw the choice of customer and migration; a screen of the operator has none chosen and leads to Today."""
    if not scope.customers:
        return
    if STATE.get(OPERATOR):
        with st.popover("All customers", icon=":material/public:", width="stretch"):
            choice_box(
                "Customer",
                TENANT,
                _customer_names(scope),
                on_choose=lambda slug: choose_customer(slug, "today"),
                is_shown=False,
                placeholder="Choose a customer",
            )
        return
    label = plain(shortened(scope.customer.name)) if scope.customer else "Choose a customer"
    with st.container(gap="xxsmall"):
        with st.popover(label, icon=":material/storefront:", width="stretch"):
            choice_box("Customer", TENANT, _customer_names(scope), on_choose=choose_customer)
            choice_box(
                "Migration",
                MIGRATION,
                scope.migrations,
                on_choose=lambda value: choose(MIGRATION, value),
                placeholder="None yet",
                disabled=not scope.migrations,
            )
        if name := scope.migrations.get(STATE.get(MIGRATION) or ""):
            st.caption(plain(shortened(name, 32)), text_alignment="center")


def _customer_names(scope: Scope) -> dict[str, str]:
    """Map slug -> label of the customers to choose from: archived ones are opened on Customers."""
    return unique_labels(
        {
            slug: customer.name
            for slug, customer in scope.customers.items()
            if not customer.is_archived or customer == scope.customer
        }
    )


def _person(scope: Scope) -> None:
    name = scope.people.get(STATE.get(PERSON) or "", "")
    with st.popover(plain(shortened(name)), icon=":material/account_circle:", width="stretch"):
        st.caption(_role(scope))
        if "profile" in pages():
            link("profile", "Profile", icon=":material/account_circle:")
        if STATE.get(SIGN_IN):
            st.button("Sign out", icon=":material/logout:", key="sign_out", on_click=sign_out)
            return
        choice_box("Signed in as", PERSON, scope.people, on_choose=choose_person)
        st.button("Sign out", icon=":material/logout:", key="sign_out", on_click=choose_person, args=(None,))


def _role(scope: Scope) -> str:
    """Name the role of the person where the screen works."""
    if STATE.get(OPERATOR) and scope.operator:
        return f"Role: {words(scope.operator.role)}"
    return f"Role at this customer: {words(scope.customer.role) if scope.customer else 'none'}"


def _menu(screens: Sequence[Screen], icons: Mapping[str, str], opening: str) -> None:
    """Draw links to the screens; of a folded section only a link to its first screen."""
    sections = list(dict.fromkeys(screen.section for screen in screens if screen.section))
    current_section = next((screen.section for screen in screens if screen.path == current()), "")
    if current_section or STATE.get(_OPEN_SECTION) not in sections:
        STATE[_OPEN_SECTION] = current_section or (
            opening if opening in sections else next(iter(sections), "")
        )
    with st.container(gap="xxsmall"):
        for section in ("", *sections):
            inside = [screen for screen in screens if screen.section == section]
            if section and section != STATE[_OPEN_SECTION]:
                link(inside[0].path, section, icon=icons.get(section))
                continue
            if section:
                st.caption(section)
            for screen in inside:
                link(screen.path, screen.title, icon=screen.icon)
