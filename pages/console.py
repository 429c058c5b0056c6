"""The Streamlit script: who is acting, for which customer, on which migration; then the chosen screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st

from core.platform.access.rules import ROLES
from pages.menu import FORMER, MENU, SECTION_ICONS, Screen
from pages.shell.palette import palette
from pages.shell.scope import read_scope, write_address
from pages.shell.sidebar import sidebar
from pages.shell.signin import sign_in, signed_out
from pages.ui.frame import framed
from pages.ui.links import PAGES, arrive, follow

STATE = st.session_state
IMAGES = Path(__file__).parent / "images"


def main() -> None:
    st.logo(str(IMAGES / "wordmark.svg"), icon_image=str(IMAGES / "mark.svg"), size="large")
    follow()  # before any widget that is bound to the address
    scope = read_scope()
    if scope.ended is not None:
        ended = scope.ended
        _, page = _navigation(MENU, lambda _: lambda: signed_out(ended))
        _entitle("Signed out")
        page.run()
        return
    if scope.person is None:
        screen, page = _navigation(MENU, lambda _: lambda: sign_in(scope))
        _entitle("Sign in")
        page.run()
        return
    role = scope.customer.role if scope.customer else ""
    allowed = [screen for screen in MENU if screen.permission in ROLES.get(role, frozenset())]
    screen, page = _navigation(
        allowed or MENU, lambda screen: framed(screen.show, screen.permission, scope.fault)
    )
    _entitle(screen.title)
    follow()
    sidebar(scope, allowed, SECTION_ICONS)
    if scope.fault is None:
        write_address()
    palette(scope)
    page.run()


def _navigation(
    screens: Sequence[Screen], body: Callable[[Screen], Callable[[], None]]
) -> tuple[Screen, st.Page]:
    """Register the screens' pages and find the chosen one.

    The first screen answers under its own path and, as the default page, at the root of the address; a screen whose
    path was another once answers under that as well.
    """
    first = screens[0]
    root = st.Page(body(first), title=first.title, icon=first.icon, url_path="home", default=True)
    by_path = {
        screen.path: st.Page(body(screen), title=screen.title, icon=screen.icon, url_path=screen.path)
        for screen in screens
    }
    former = {
        path: st.Page(body(screen), title=screen.title, icon=screen.icon, url_path=path)
        for path, now in FORMER.items()
        for screen in screens
        if screen.path == now
    }
    page = st.navigation([root, *by_path.values(), *former.values()], position="hidden")
    if page is root:
        by_path[first.path] = root
    STATE[PAGES] = by_path
    path = next(path for path, registered in (by_path | former).items() if registered is page)
    screen = next(screen for screen in screens if screen.path == FORMER.get(path, path))
    arrive(screen.path)
    return screen, page


def _entitle(title: str) -> None:
    st.set_page_config(
        f"{title} · AuraConnect", str(IMAGES / "mark.svg"), layout="wide", initial_sidebar_state=256
    )


main()
