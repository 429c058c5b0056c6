"""The sidebar: customer and migration, search, the menu with one section unfolded, and who is signed in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from pages.demo import bar
from pages.menu import Screen
from pages.shell.palette import open_palette
from pages.shell.scope import Scope, choose_customer, choose_person
from pages.ui.address import choose
from pages.ui.formats import plain, shortened, unique_labels, words
from pages.ui.links import MIGRATION, PERSON, SIGN_IN, TENANT, current, link
from pages.ui.visitor import sign_out

STATE = st.session_state
_OPEN_SECTION = "sidebar_section"


def sidebar(scope: Scope, screens: Sequence[Screen], icons: Mapping[str, str]) -> None:
    """Draw the sidebar for the screens the person may see; `icons` is section -> icon."""
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
        bar()
        _menu(screens, icons)
        st.space("small")
        _person(scope)


def _customer(scope: Scope) -> None:
    label = plain(shortened(scope.customer.name)) if scope.customer else "Choose a customer"
    with st.container(gap="xxsmall"):
        with st.popover(label, icon=":material/storefront:", width="stretch"):
            customers = unique_labels({slug: customer.name for slug, customer in scope.customers.items()})
            _choice("Customer", TENANT, customers, on_choose=choose_customer)
            _choice(
                "Migration",
                MIGRATION,
                scope.migrations,
                on_choose=lambda value: choose(MIGRATION, value),
                placeholder="None yet",
                disabled=not scope.migrations,
            )
        if name := scope.migrations.get(STATE.get(MIGRATION) or ""):
            st.caption(plain(shortened(name, 32)), text_alignment="center")


def _person(scope: Scope) -> None:
    name = scope.people.get(STATE.get(PERSON) or "", "")
    with st.popover(plain(shortened(name)), icon=":material/account_circle:", width="stretch"):
        st.caption(f"Role at this customer: {words(scope.customer.role) if scope.customer else 'none'}")
        if STATE.get(SIGN_IN):
            st.button("Sign out", icon=":material/logout:", key="sign_out", on_click=sign_out)
            return
        _choice("Signed in as", PERSON, scope.people, on_choose=choose_person)
        st.button("Sign out", icon=":material/logout:", key="sign_out", on_click=choose_person, args=(None,))


def _choice(
    label: str, key: str, names: Mapping[str, str], *, on_choose: Callable[[Any], None], **more: Any
) -> None:
    """Draw a select box that shows the session's value for `key` without owning it.

    Its own key names that value: a box that was drawn for another value, and what the browser still sends of it, counts
    for nothing.
    """
    before = STATE.get(key)
    widget = f"choose_{key}_{before}"
    STATE[widget] = before
    st.selectbox(
        label,
        list(names),
        format_func=names.__getitem__,
        key=widget,
        on_change=lambda: _pass_choice(key, before, STATE[widget], on_choose),
        **more,
    )


def _pass_choice(key: str, before: Any, value: Any, on_choose: Callable[[Any], None]) -> None:
    """Pass a choice on if it differs from what was shown and the session has not moved on since."""
    if value != before and STATE.get(key) == before:
        on_choose(value)


def _menu(screens: Sequence[Screen], icons: Mapping[str, str]) -> None:
    """Draw links to the screens; of a folded section only a link to its first screen."""
    sections = list(dict.fromkeys(screen.section for screen in screens if screen.section))
    current_section = next((screen.section for screen in screens if screen.path == current()), "")
    if current_section or STATE.get(_OPEN_SECTION) not in sections:
        STATE[_OPEN_SECTION] = current_section or next(iter(sections), "")
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
