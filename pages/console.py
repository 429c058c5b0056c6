"""The Streamlit script: who is acting, for which customer, on which migration; then the chosen screen."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from core.engine.sources import views as sources
from core.platform.access import views as access
from core.platform.access.rules import ROLES
from pages.menu import MENU, SECTIONS
from pages.ui.frame import MIGRATION, PERSON, TENANT, framed, here
from pages.ui.links import PAGES
from pages.ui.show import told_apart

STATE = st.session_state
IMAGES = Path(__file__).parent / "images"


def main() -> None:
    st.set_page_config("AuraConnect migrations", str(IMAGES / "mark.svg"), layout="wide")
    st.logo(str(IMAGES / "wordmark.svg"), icon_image=str(IMAGES / "mark.svg"), size="large")
    people = dict(access.demo_cast())
    _take_from_address(PERSON, people)
    STATE.setdefault(PERSON, None)
    if STATE[PERSON] is None:
        _sign_in(people)
        return
    places = {place.slug: place for place in access.places(STATE[PERSON])}
    _take_from_address(TENANT, places)
    if STATE.get(TENANT) not in places:
        STATE[TENANT] = next(iter(places), None)
    with st.sidebar:
        labels = told_apart({slug: place.name for slug, place in places.items()})
        st.selectbox("Customer", list(labels), format_func=lambda slug: labels[slug], key=TENANT)
        _choose_migration()
    role = places[STATE[TENANT]].role if STATE[TENANT] else ""
    page = _navigation(role)
    with st.sidebar:
        st.space("small")
        st.selectbox("Signed in as", list(people), format_func=lambda person: people[person], key=PERSON)
        st.caption(f"Role here: {role or 'none'}")
    for key in (PERSON, TENANT, MIGRATION):
        if STATE.get(key) and st.query_params.get(key) != STATE[key]:
            st.query_params[key] = STATE[key]
    page.run()


def _take_from_address(key: str, allowed: Mapping[str, object]) -> None:
    """A link carries who, where and what; it counts when the session starts and nothing is chosen yet."""
    if STATE.get(key) is None and st.query_params.get(key) in allowed:
        STATE[key] = st.query_params[key]


def _sign_in(people: dict[str, str]) -> None:
    """Every address leads here until somebody is chosen, and stays, so that a link works after signing in."""

    def page() -> None:
        with st.columns([1, 2, 1])[1]:
            st.space("large")
            st.title("Migration console", anchor=False)
            if not people:
                st.markdown("There is nobody to sign in as yet. Start the demo with `aura serve --demo`.")
                return
            st.caption("A demo: choose whose eyes to see it with. Everybody and everything is invented.")
            for person, name in people.items():
                st.button(
                    name,
                    key=f"as_{person}",
                    icon=":material/person:",
                    width="stretch",
                    on_click=_sign_in_as,
                    args=(person,),
                )

    with st.sidebar:
        st.selectbox(
            "Signed in as",
            list(people),
            index=None,
            format_func=lambda person: people[person],
            key=PERSON,
            placeholder="Choose a person",
        )
    screens = [
        st.Page(page, title=screen.title, url_path=screen.path, default=screen is MENU[0]) for screen in MENU
    ]
    st.navigation(screens, position="hidden").run()


def _sign_in_as(person: str) -> None:
    STATE[PERSON] = person


def _choose_migration() -> None:
    with here() as context:
        names = told_apart({found.id: found.name for found in sources.migrations(context)})
    _take_from_address(MIGRATION, names)
    if STATE.get(MIGRATION) not in names:
        STATE[MIGRATION] = next(iter(names), None)
    st.selectbox(
        "Migration",
        list(names),
        format_func=lambda migration: names[migration],
        key=MIGRATION,
        placeholder="None yet",
        disabled=not names,
    )


def _navigation(role: str) -> st.Page:
    allowed = [screen for screen in MENU if screen.permission in ROLES.get(role, frozenset())]
    pages = {
        screen.path: st.Page(
            framed(screen.show, screen.permission),
            title=screen.title,
            icon=screen.icon,
            url_path=screen.path,
            default=screen is allowed[0],
        )
        for screen in allowed
    }
    STATE[PAGES] = pages
    chosen = st.navigation(list(pages.values()), position="hidden")
    with st.sidebar:
        for section in SECTIONS:
            if inside := [screen for screen in allowed if screen.section == section]:
                if section:
                    st.caption(section)
                with st.container(gap="xxsmall"):
                    for screen in inside:
                        st.page_link(pages[screen.path], label=screen.title, icon=screen.icon)
    return chosen


main()
