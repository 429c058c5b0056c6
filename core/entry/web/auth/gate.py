"""The gate before the console's pages: who is not signed in is sent to the sign-in page.

The menu of demo people takes its place only where the demo was loaded and the request was made on this machine, or where
DEMO_SIGN_IN says so. A layer decides it for each request and tells the screens by a header of its own, which it takes
away from every request that brings it.
"""

from __future__ import annotations

from functools import partial
from urllib.parse import quote

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from core.entry.web.auth import cookies
from core.entry.web.hosts import LOOPBACK, Host
from core.entry.web.visits import came_unencrypted, is_on_this_machine
from core.platform.access.views import has_demo_cast
from core.platform.signin import sessions
from core.settings import settings

DEMO_HEADER = "x-aura-demo"
"""Header of a request behind the gate: 'open' where the menu of demo people may be shown."""

_NO_PAGES = (
    "/_stcore/",
    "/static/",
    "/media/",
    "/component/",
    "/auth/",
    "/calendar/",
    "/q/",
    "/pay/",
    "/api/",
    "/healthz",
    "/oauth2callback",
    "/metrics",
)
"""Beginnings of the addresses that are no page of the console; they look after themselves, or serve constants."""


def is_demo_open(scope: Scope) -> bool:
    """Tell whether the person at the other end may choose a demo person from a menu."""
    config = settings()
    local = not config.app_behind_tls and config.app_host in LOOPBACK and is_on_this_machine(scope)
    return (local or config.demo_sign_in) and has_demo_cast()


class SignInGate:
    """The layer: before the routes, behind the check of the host's name."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        scope = _without_own_header(scope)
        is_reading = scope["type"] == "http" and scope["method"] in {"GET", "HEAD"}
        is_page = is_reading and _is_page(scope["path"])
        is_shown = is_page or (is_reading and scope["path"].startswith("/q/"))
        if is_shown and settings().app_behind_tls and came_unencrypted(scope):
            await _by_https(scope)(scope, receive, send)
            return
        if not is_page and scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return
        try:
            is_open = await run_in_threadpool(is_demo_open, scope)
            answer = await run_in_threadpool(partial(_turn_away, scope, is_open=is_open)) if is_page else None
        except SQLAlchemyError:
            is_open, answer = False, None
            if is_page:
                answer = PlainTextResponse("The console is not reachable. Try again in a minute.", 503)
        if answer is not None:
            await answer(scope, receive, send)
            return
        if is_open:
            scope["headers"].append((DEMO_HEADER.encode(), b"open"))
        await self.app(scope, receive, send)


def _by_https(scope: Scope) -> Response:
    """Send the browser to the same page by https; the name in the address was checked before."""
    host = Host.parse(Headers(scope=scope).get("host", ""))
    name = host.name if host else "localhost"
    path = _address(scope)
    return RedirectResponse(f"https://{f'[{name}]' if ':' in name else name}{path}", status_code=308)


def _address(scope: Scope) -> str:
    query = scope["query_string"].decode("latin-1")
    return str(scope["path"]) + (f"?{query}" if query else "")


def _without_own_header(scope: Scope) -> Scope:
    return {
        **scope,
        "headers": [pair for pair in scope["headers"] if pair[0].lower() != DEMO_HEADER.encode()],
    }


def _is_page(path: str) -> bool:
    return not path.startswith(_NO_PAGES) and "." not in path.rpartition("/")[2]


def _turn_away(scope: Scope, *, is_open: bool) -> Response | None:
    """Return the way to the sign-in page for whoever is not signed in, None for everybody else."""
    token = cookies.read(Request(scope).cookies, cookies.SIGN_IN)
    if token and sessions.is_signed_in(token):
        return None
    if is_open:
        return None
    address = _address(scope)
    target = "/auth/sign-in" + (f"?next={quote(address, safe='')}" if address != "/" else "")
    answer = RedirectResponse(target, status_code=303, headers={"Cache-Control": "no-store"})
    if token:
        cookies.clear(answer, cookies.SIGN_IN)
    return answer
