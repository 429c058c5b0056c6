"""Tell who looks at the console: by the cookie of a sign-in, or, where the demo's menu is open, by choice."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import streamlit as st

from core.entry.web.auth import cookies
from core.entry.web.auth.gate import DEMO_HEADER
from core.platform.access.views import demo_cast
from core.platform.signin import sessions
from core.platform.signin.sessions import SignIn, current_sign_in, touch
from pages.ui.links import MIGRATION, PERSON, SIGN_IN, TENANT

SIGN_IN_PATH = "/auth/sign-in"


def cookie_token() -> str:
    """Return the value of the sign-in cookie, '' without one."""
    token: object = cookies.read(st.context.cookies, cookies.SIGN_IN)
    return token if isinstance(token, str) else ""


def signed_in() -> SignIn | None:
    """Find the sign-in of this browser and note that it is used; None without a cookie, NotSignedInError where it has ended."""
    token = cookie_token()
    if not token:
        return None
    sign_in = current_sign_in(token)
    touch(sign_in.person, sign_in.id)
    return sign_in


def may_choose_demo_person() -> bool:
    """Tell whether the menu of demo people is open: the gate says so.

    Where nothing names a host there is no browser and no gate, but a test; the layer of allowed hosts refuses the rest.
    """
    host: object = st.context.headers.get("host")
    return st.context.headers.get(DEMO_HEADER) == "open" if isinstance(host, str) else True


def people_to_act_as() -> dict[str, str]:
    """List the people (id -> name) whom the visitor may act as: who signed in is that person and nobody else.

    NotSignedInError where the sign-in has ended.
    """
    state = st.session_state
    sign_in = signed_in()
    if sign_in is None:
        state.pop(SIGN_IN, None)
        return _demo_people()
    if state.get(PERSON) != sign_in.person:
        for key in (TENANT, MIGRATION):
            state.pop(key, None)
    state[PERSON], state[SIGN_IN] = sign_in.person, sign_in.id
    return {sign_in.person: sign_in.name}


def acting_as() -> tuple[str, str | None]:
    """Return the person (id, '' for nobody) that this session acts as, and their sign-in session (id) if they signed in.

    Without a sign-in only people of the demo are acted as, and only where their menu is open: what the browser sends of
    a menu can be anybody's id.
    """
    person, sign_in = str(st.session_state.get(PERSON) or ""), st.session_state.get(SIGN_IN)
    if person and sign_in is None and person not in _demo_people():
        return "", None
    return person, sign_in


def _demo_people() -> dict[str, str]:
    return dict(demo_cast()) if may_choose_demo_person() else {}


def sign_in_address(path: str, query: dict[str, str]) -> str:
    """Return the address of the sign-in page, which leads back to a screen."""
    target = f"/{path}" + (f"?{urlencode(query)}" if query else "")
    return SIGN_IN_PATH + (f"?next={quote(target, safe='')}" if target != "/" else "")


def sign_out() -> None:
    """End this browser's sign-in session; the next rerun says so. For callbacks."""
    sessions.sign_out(cookie_token())
