"""A visitor with a link, before the console's routes and layers; keeps no cookies."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from core.entry.web.auth.gate import SignInGate
from core.entry.web.bodies import SteadyBodies
from core.entry.web.headers import SecurityHeaders
from core.entry.web.hosts import AllowedHosts
from core.entry.web.quotes import routes
from core.kit.ids import new_id
from tests.business.sales.acceptance.offers import Offer, send_offer


async def _console(_request):
    return PlainTextResponse("console")


class Visitor:
    """Somebody at an address of the network who sends requests as a browser does."""

    def __init__(self, base: str = "http://localhost:8501") -> None:
        self.base = base
        self.peer = f"2001:db8:{new_id()[-4:]}:{new_id()[-4:]}::7"
        layers = [Middleware(layer) for layer in (SecurityHeaders, AllowedHosts, SteadyBodies, SignInGate)]
        self.app = Starlette(routes=[*routes.ROUTES, Route("/{path:path}", _console)], middleware=layers)

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.send("GET", path, headers=headers)

    def post(self, path: str, fields: Mapping[str, str], **headers: str) -> httpx.Response:
        return self.send("POST", path, data=dict(fields), headers={"origin": self.base} | headers)

    def send(self, method: str, path: str, **request) -> httpx.Response:
        headers = {"user-agent": "Mozilla/5.0"} | request.pop("headers", {})
        headers = {name.replace("_", "-"): value for name, value in headers.items()}

        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, client=(self.peer, 50_000))
            async with httpx.AsyncClient(transport=transport, base_url=self.base) as client:
                return await client.request(method, path, headers=headers, **request)

        return asyncio.run(send())


@pytest.fixture
def visitor(database: None) -> Visitor:
    return Visitor()


@pytest.fixture
def offer(database: None) -> Offer:
    """A quote that was sent."""
    return send_offer()


@pytest.fixture
def path(offer: Offer) -> str:
    return f"/q/{offer.token}"
