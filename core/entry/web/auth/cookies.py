"""The cookies of sign-in: HttpOnly, SameSite=Lax, behind TLS Secure and under the prefix that no other host can set."""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from starlette.responses import Response

from core.platform.access.sign_in_state import LONGEST
from core.platform.signin.rules import SECOND_STEP
from core.platform.signin.tokens import new_token
from core.settings import settings

SIGN_IN, SECOND, FORM, PROVIDER = "aura_sign_in", "aura_second_step", "aura_form", "aura_provider"
_SECONDS = {SIGN_IN: LONGEST, SECOND: SECOND_STEP, PROVIDER: SECOND_STEP, FORM: LONGEST}


def full_name(name: str) -> str:
    """Return the name a cookie has: with the prefix __Host- behind TLS."""
    return f"__Host-{name}" if settings().app_behind_tls else name


def read(cookies: Mapping[str, str], name: str) -> str:
    """Read a cookie's value, '' without one."""
    return cookies.get(full_name(name), "")


def write(answer: Response, name: str, value: str) -> None:
    answer.set_cookie(
        full_name(name),
        value,
        max_age=int(_SECONDS[name].total_seconds()),
        path="/",
        httponly=True,
        samesite="lax",
        secure=settings().app_behind_tls,
    )


def clear(answer: Response, name: str) -> None:
    answer.delete_cookie(
        full_name(name), path="/", httponly=True, samesite="lax", secure=settings().app_behind_tls
    )


def form_token(cookies: Mapping[str, str]) -> str:
    """Return the token that a form repeats: that of the browser's cookie, else a new one."""
    return read(cookies, FORM) or new_token()


def is_own_form(cookies: Mapping[str, str], repeated: str) -> bool:
    """Tell whether a form came from a page that this browser was given."""
    token = read(cookies, FORM)
    return bool(token) and hmac.compare_digest(token.encode(), repeated.encode())
