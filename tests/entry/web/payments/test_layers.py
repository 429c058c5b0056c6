"""The routes of the gateway behind the console's layers: nobody signs in there, and no answer may be stored or framed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware

from core.business.engagements.payments.online import RESULT_PATH
from core.entry.web.auth.gate import SignInGate
from core.entry.web.bodies import SteadyBodies
from core.entry.web.headers import SecurityHeaders
from core.entry.web.hosts import AllowedHosts
from core.entry.web.payments import ROUTES
from core.kit.ids import new_id
from core.platform.signin import limits
from core.settings import settings

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in (("URL", "https://www.paynow.co.zw/interface"), ("ID", "1201"), ("KEY", "a key")):
        monkeypatch.setenv(f"PAYMENT_GATEWAY_{name}", value)
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


def send(method: str, path: str, count: int = 1, **request: object) -> list[httpx.Response]:
    """Send requests from one address of the network through the layers."""
    layers = [Middleware(layer) for layer in (SecurityHeaders, AllowedHosts, SteadyBodies, SignInGate)]
    app = Starlette(routes=ROUTES, middleware=layers)
    peer = f"2001:db8:{new_id()[-4:]}:{new_id()[-4:]}::7"

    async def run() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app, client=(peer, 50_000))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8501") as client:
            return [await client.request(method, path, **request) for _ in range(count)]

    return asyncio.run(run())


def test_a_notification_needs_no_sign_in_and_is_verified() -> None:
    [answer] = send("POST", RESULT_PATH, content=b"reference=x&amount=1&status=Paid&hash=00")
    assert (answer.status_code, answer.text) == (422, "BadMessageError")
    [answer] = send("GET", RESULT_PATH)
    assert answer.status_code == 405


def test_a_customer_who_comes_back_needs_no_sign_in() -> None:
    [answer] = send("GET", f"{RESULT_PATH}/OC-0042-unknown")
    assert answer.status_code == 404
    assert "There is no such payment" in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_one_address_is_not_answered_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.LIMITS, limits.PAYMENT_ADDRESS, ((3, 60),))
    codes = [answer.status_code for answer in send("POST", RESULT_PATH, 5, content=b"a=1")]
    assert codes == [422, 422, 422, 429, 429]


def test_without_a_gateway_nothing_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PAYMENT_GATEWAY_URL")
    settings.cache_clear()
    [answer] = send("POST", RESULT_PATH, content=b"a=1")
    assert answer.status_code == 404
