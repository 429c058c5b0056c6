"""A browser that keeps cookies and fills in forms, before the console's routes and layers."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from html import unescape

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from core.entry.web.auth import forms, links, provider, sign_in
from core.entry.web.auth.gate import SignInGate
from core.entry.web.bodies import SteadyBodies
from core.entry.web.headers import SecurityHeaders
from core.entry.web.hosts import AllowedHosts
from core.kit.ids import new_id
from core.settings import settings
from tests.platform.signin.conftest import account, operator, specialist, visit

__all__ = ["account", "operator", "specialist", "visit"]
_FORM = re.compile(r'name="form" value="([^"]+)"')


async def _console(request):
    """What stands behind the gate: it repeats what the gate told it."""
    return PlainTextResponse(f"console demo={request.headers.get('x-aura-demo', '')}")


def make_app() -> Starlette:
    return Starlette(
        routes=[*sign_in.ROUTES, *links.ROUTES, *provider.ROUTES, Route("/{path:path}", _console)],
        middleware=[
            Middleware(SecurityHeaders),
            Middleware(AllowedHosts),
            Middleware(SteadyBodies),
            Middleware(SignInGate),
        ],
    )


class Browser:
    """A visitor at an address of the network; every answer is the last one until the next."""

    def __init__(self, peer: str, base: str = "http://localhost:8501") -> None:
        self.peer, self.base = peer, base
        self.cookies: dict[str, str] = {}
        self.answer: httpx.Response = httpx.Response(200)
        self.app = make_app()

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self._send("GET", path, None, headers)

    def post(self, path: str, fields: Mapping[str, str], **headers: str) -> httpx.Response:
        """Send a form as the page that was shown last would: with its token and from our origin."""
        token = _FORM.search(self.answer.text)
        hidden = {"form": unescape(token[1])} if token else {}
        return self._send("POST", path, hidden | dict(fields), {"origin": self.base} | headers)

    def _send(
        self, method: str, path: str, data: Mapping[str, str] | None, headers: Mapping[str, str]
    ) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, client=(self.peer, 50_000))
            async with httpx.AsyncClient(transport=transport, base_url=self.base) as client:
                cookie = {"cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
                answer = await client.request(
                    method,
                    path,
                    data=data,
                    headers={
                        name.replace("_", "-"): value for name, value in (cookie | dict(headers)).items()
                    },
                )
                await asyncio.gather(*forms._tasks)  # what is done beside the answer
                return answer

        self.answer = asyncio.run(send())
        for line in self.answer.headers.get_list("set-cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            if "Max-Age=0" in line:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        return self.answer

    def sign_in(self, email: str, password: str, path: str = "/auth/sign-in") -> httpx.Response:
        self.get(path)
        next_field = re.search(r'name="next" value="([^"]+)"', self.answer.text)
        more = {"next": unescape(next_field[1])} if next_field else {}
        return self.post("/auth/sign-in", {"email": email, "password": password} | more)


@pytest.fixture
def browser(database: None) -> Browser:
    """A visitor from elsewhere."""
    return Browser(f"2001:db8:{new_id()[-4:]}:{new_id()[-4:]}::7")


@pytest.fixture
def other_browser(database: None) -> Browser:
    return Browser(f"2001:db8:{new_id()[-4:]}:{new_id()[-4:]}::7")


@pytest.fixture
def config(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """config(app_behind_tls='true', …) sets settings for one test."""

    def choose(**variables: str) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(name.upper(), value)
        settings.cache_clear()

    yield choose
    monkeypatch.undo()
    settings.cache_clear()
