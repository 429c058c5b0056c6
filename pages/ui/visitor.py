"""Tell who looks at the console: by the cookie of a sign-in, or, where the demo's menu is open, by choice."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import streamlit as st

from core.entry.web.auth import cookies
from core.entry.web.auth.gate import DEMO_HEADER
from core.platform.signin import sessions
from core.platform.signin.sessions import SignIn, current_sign_in, touch
from pages.ui.links import PERSON, SIGN_IN

SIGN_IN_PATH = "/auth/sign-in"


def cookie_token() -> str:
    """Return the value of the sign-in cookie, '' without one."""
    return cookies.read(st.context.cookies, cookies.SIGN_IN)


def signed_in() -> SignIn | None:
    """Find the sign-in of this browser and note that it is used; None without a cookie, NotSignedInError where it has ended."""
    token = cookie_token()
    if not token:
        return None
    sign_in = current_sign_in(token)
    touch(sign_in.person, sign_in.id)
    return sign_in


def may_choose_demo_person() -> bool:
    """Tell whether the menu of demo people is open: the gate says so. Without a browser there is no gate (tests)."""
    headers = st.context.headers
    return headers.get(DEMO_HEADER) == "open" if len(headers) else True


def acting_as() -> tuple[str, str | None]:
    """Return the person (id, '' for nobody) that this session acts as, and their sign-in session (id) if they signed in."""
    return str(st.session_state.get(PERSON) or ""), st.session_state.get(SIGN_IN)


def sign_in_address(path: str, query: dict[str, str]) -> str:
    """Return the address of the sign-in page, which leads back to a screen."""
    target = f"/{path}" + (f"?{urlencode(query)}" if query else "")
    return SIGN_IN_PATH + (f"?next={quote(target, safe='')}" if target != "/" else "")


def sign_out() -> None:
    """End this browser's sign-in session; the next rerun says so. For callbacks."""
    sessions.sign_out(cookie_token())
