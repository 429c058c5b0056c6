"""Each request has an id, in its answer and in the log, and no token of a link stands in the log."""

from __future__ import annotations

import asyncio
import logging

import httpx
import pytest
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from core.entry.web.request_ids import HEADER, RequestIds
from core.entry.web.visits import visitor_address
from core.kit import request_ids
from core.settings import settings


def ask(peer: str = "192.0.2.1", **headers: str) -> tuple[str, str]:
    """The id in the answer's header, and the one that the route's own thread knew."""

    async def route(request):
        return PlainTextResponse(await run_in_threadpool(request_ids.current))

    async def send():
        app = Starlette(routes=[Route("/", route)], middleware=[Middleware(RequestIds)])
        transport = httpx.ASGITransport(app, client=(peer, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.get(
                "/", headers={name.replace("_", "-"): value for name, value in headers.items()}
            )

    answer = asyncio.run(send())
    return answer.headers[HEADER], answer.text


def test_the_answer_and_the_work_behind_it_have_one_id():
    header, inside = ask()
    assert header == inside
    assert ask()[0] != header


def test_only_a_declared_proxy_proposes_an_id(monkeypatch):
    assert ask(x_request_id="proposed-by-somebody")[0] != "proposed-by-somebody"
    monkeypatch.setenv("APP_PROXIES", "192.0.2.1")
    settings.cache_clear()
    assert ask(x_request_id="proposed-by-proxy")[0] == "proposed-by-proxy"
    for wrong in ("short", "with space and more", "x" * 100, "line%0abreak{}"):
        assert ask(x_request_id=wrong)[0] != wrong
    monkeypatch.undo()
    settings.cache_clear()


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        ("", "203.0.113.9", "192.0.2.1"),
        ("192.0.2.1", "203.0.113.9", "203.0.113.9"),
        ("192.0.2.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("192.0.2.1,203.0.113.9", "198.51.100.1, 203.0.113.9", "198.51.100.1"),
        ("192.0.2.1", "198.51.100.1, nonsense", "192.0.2.1"),
        ("192.0.2.1", "", "192.0.2.1"),
        ("192.0.2.1", "::ffff:203.0.113.9", "203.0.113.9"),
    ],
)
def test_the_visitors_address_is_what_a_declared_proxy_says(monkeypatch, proxies, forwarded, address):
    monkeypatch.setenv("APP_PROXIES", proxies)
    settings.cache_clear()
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    assert visitor_address({"type": "http", "client": ("192.0.2.1", 1), "headers": headers}) == address
    monkeypatch.undo()
    settings.cache_clear()


def test_a_log_line_has_the_id_and_no_token(caplog):
    record = logging.LogRecord(
        "aura.web", logging.INFO, "x.py", 1, "GET %s failed", ("/auth/reset/secret-token-43?x=1",), None
    )
    request_id = request_ids.begin()
    assert request_ids.RequestFilter().filter(record)
    assert record.request == request_id
    assert record.getMessage() == "GET /auth/reset/…?x=1 failed"
