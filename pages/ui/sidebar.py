"""The sidebar: customer and migration, the menu by sections, and who is signed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from pages.demo import bar
from pages.ui.links import MIGRATION, PERSON, TENANT, choose, link
from pages.ui.scope import Scope, choose_customer, choose_person
from pages.ui.show import told_apart

if TYPE_CHECKING:
    from pages.menu import Screen

STATE = st.session_state


def sidebar(scope: Scope, screens: Sequence[Screen]) -> None:
    """Draw the sidebar for the screens the person may see."""
    with st.sidebar:
        customers = told_apart({slug: place.name for slug, place in scope.places.items()})
        _choice("Customer", TENANT, customers, on_choose=choose_customer)
        _choice(
            "Migration",
            MIGRATION,
            scope.migrations,
            on_choose=lambda value: choose(MIGRATION, value),
            placeholder="None yet",
            disabled=not scope.migrations,
        )
        bar()
        _menu(screens)
        st.space("small")
        _choice("Signed in as", PERSON, scope.people, on_choose=choose_person)
        st.caption(f"Role here: {scope.place.role if scope.place else 'none'}")


def _choice(label: str, key: str, names: Mapping[str, str], *, on_choose: Any, **more: Any) -> None:
    """A select box that shows the session's value for `key` without owning it."""
    widget = f"choose_{key}"
    STATE[widget] = STATE.get(key)
    st.selectbox(
        label,
        list(names),
        format_func=names.__getitem__,
        key=widget,
        on_change=lambda: on_choose(STATE[widget]),
        **more,
    )


def _menu(screens: Sequence[Screen]) -> None:
    for section in dict.fromkeys(screen.section for screen in screens):
        if section:
            st.caption(section)
        with st.container(gap="xxsmall"):
            for screen in screens:
                if screen.section == section:
                    link(screen.path, screen.title, icon=screen.icon)
