"""The Streamlit script: who is acting, for which customer, on which migration; then the chosen screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st

from core.kit import request_ids
from core.platform.access.rules import ROLES, permissions_of
from core.platform.access.services import without_switched_off
from pages.menu import FORMER, MENU
from pages.sections import SECTION_ICONS, is_in_menu, may_open, opening_section
from pages.shell.palette import palette
from pages.shell.scope import Scope, read_scope, write_address
from pages.shell.sidebar import sidebar
from pages.shell.signin import sign_in, signed_out, without_access
from pages.ui.frame import framed
from pages.ui.links import OPERATOR, PAGES, arrive, follow
from pages.ui.screens import Screen

STATE = st.session_state
IMAGES = Path(__file__).parent / "images"


def main() -> None:
    request_ids.begin()  # each rerun is one request: its faults and the log name the same id
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
    allowed = [screen for screen in MENU if _is_allowed(screen, scope)]
    if not allowed and scope.fault is None:
        screen, page = _navigation(MENU[:1], lambda _: without_access)
    else:
        screen, page = _navigation(
            MENU if scope.fault else allowed,
            lambda screen: framed(screen.show, screen.permission, scope.fault),
        )
    _entitle(screen.title)
    follow()
    _choose_tenant(screen, scope)
    sidebar(
        scope,
        [screen for screen in allowed if is_in_menu(screen, scope.role)],
        SECTION_ICONS,
        opening_section(scope.role),
    )
    if scope.fault is None:
        write_address()
    palette(scope)
    page.run()


def _is_allowed(screen: Screen, scope: Scope) -> bool:
    tenant = screen.tenant(scope.operator, scope.customer)
    if tenant is None or tenant.role not in ROLES or not may_open(screen, scope.role):
        return False
    granted = permissions_of(tenant.role, is_demo=tenant.is_demo)
    return screen.permission in without_switched_off(granted)


def _choose_tenant(screen: Screen, scope: Scope) -> None:
    """Have the screen and its callbacks work in the operator, or in the customer chosen."""
    tenant = screen.tenant(scope.operator, scope.customer)
    if tenant is not None and tenant == scope.operator:
        STATE[OPERATOR] = tenant.slug
    else:
        STATE.pop(OPERATOR, None)


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
