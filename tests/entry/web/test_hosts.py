"""Who may reach the console: by which names, from which pages; and whom the console itself calls."""

from __future__ import annotations

import asyncio
import base64
import ipaddress
import os

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from core.entry.web.headers import HEADERS, SecurityHeaders, policy
from core.entry.web.hosts import AllowedHosts, Host, HostRules
from core.settings import Settings

PATHS = [
    "/",
    "/home",
    "/healthz",
    "/api/upload",
    "/_stcore/health",
    "/_stcore/host-config",
    "/static/js/x.js",
    "/media/x",
]
FOREIGN = ["evil.example", "evil.example:8501", "127.0.0.1.evil.example", "localhost.evil.example", "localhost@evil.example",
           "127.0.0.2", "[::2]", "10.0.0.1", "xn--localhost", "", "console.example.evil.example", "inside.example"]  # fmt: skip
OURS = ["localhost", "LOCALHOST:1", "127.0.0.1", "127.0.0.1:65535", "[::1]:8501", "[0:0:0:0:0:0:0:1]", "localhost.",
        "console.example", "Console.Example:443", "a.inside.example", "a.b.inside.example."]  # fmt: skip


def _status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def _websocket(served, host: str, origin: str | None = None) -> int:
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [
        "GET /_stcore/stream HTTP/1.1", f"Host: {host}", "Upgrade: websocket", "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", *([f"Origin: {origin}"] if origin else []),
    ]  # fmt: skip
    return _status(served.send("\n".join([*lines, "", ""])))


@pytest.mark.parametrize("path", PATHS)
def test_a_request_under_a_foreign_name_is_refused_whatever_it_asks_for(served, path):
    answer = served.send(f"GET {path} HTTP/1.1\nHost: evil.example:{served.port}\nConnection: close\n\n")
    assert _status(answer) == 403
    assert b"APP_ALLOWED_HOSTS" in answer
    assert len(answer) < 2000


@pytest.mark.parametrize("host", FOREIGN)
def test_a_name_that_only_looks_like_one_of_ours_is_refused(served, host):
    assert _status(served.send(f"GET / HTTP/1.1\nHost: {host}\n\n")) in {400, 403}
    assert _websocket(served, host) in {400, 403}


@pytest.mark.parametrize("host", OURS)
def test_the_names_of_the_settings_are_served_on_every_port(served, host):
    assert _status(served.send(f"GET /healthz HTTP/1.1\nHost: {host}\n\n")) == 200
    assert _websocket(served, host) == 101


def test_a_request_without_a_host_or_with_two_is_refused(served):
    assert 400 <= _status(served.send("GET / HTTP/1.1\n\n")) < 500
    assert 400 <= _status(served.send("GET / HTTP/1.0\n\n")) < 500
    assert 400 <= _status(served.send("GET / HTTP/1.1\nHost: localhost\nHost: evil.example\n\n")) < 500


def test_a_full_address_in_the_request_line_does_not_replace_the_host(served):
    assert _status(served.send("GET http://localhost/healthz HTTP/1.1\nHost: evil.example\n\n")) == 403


def test_a_forwarded_host_opens_nothing_where_no_proxy_is_declared(served):
    for header in ("X-Forwarded-Host: localhost", "Forwarded: host=localhost", "X-Host: localhost"):
        assert _status(served.send(f"GET / HTTP/1.1\nHost: evil.example\n{header}\n\n")) == 403


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "http://localhost:3000", "https://127.0.0.1:1", "file://", "http://"],
)
def test_a_page_of_another_site_opens_no_websocket_and_writes_nothing(served, origin):
    host = f"127.0.0.1:{served.port}"
    assert _websocket(served, host, origin) == 403
    for method in ("PUT", "POST", "DELETE"):
        head = f"{method} /api/upload?ticket=x&name=a.csv HTTP/1.1\nHost: {host}\nOrigin: {origin}\nContent-Length: 0\n\n"
        assert _status(served.send(head)) == 403


def test_the_consoles_page_opens_its_websocket(served):
    for host in (f"127.0.0.1:{served.port}", "console.example"):
        assert _websocket(served, host, f"http://{host}") == 101
    assert _websocket(served, "console.example", "https://console.example") == 101  # behind TLS


def test_starting_and_serving_asks_nobody_outside(served):
    httpx.get(f"{served.address}/")
    _websocket(served, f"127.0.0.1:{served.port}", "http://evil.example")
    outside = [
        line for line in served.watched.read_text().splitlines() if not _is_inside(line.rpartition(" ")[2])
    ]
    assert outside == []


def _is_inside(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in {"localhost", "None"}


async def _echo(request: Request) -> JSONResponse:
    answer = JSONResponse({"host": request.headers["host"]})
    answer.set_cookie("session", "x")
    return answer


def _ask(config: Settings, client: str = "10.0.0.9", **headers: str) -> httpx.Response:
    """What a console with these settings answers to a client at this address."""
    hosts = Middleware(AllowedHosts, rules=HostRules.of(config))
    app = Starlette(routes=[Route("/api/echo", _echo)], middleware=[Middleware(SecurityHeaders), hosts])

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app, client=(client, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://inner") as session:
            return await session.get(
                "/api/echo", headers={name.replace("_", "-"): v for name, v in headers.items()}
            )

    return asyncio.run(ask())


def test_a_declared_proxy_says_the_host_but_never_opens_a_foreign_one():
    settings = Settings(app_allowed_hosts="inner,shop.example", app_proxies="10.0.0.9")
    assert _ask(settings, X_Forwarded_Host="shop.example").json() == {"host": "shop.example"}
    assert _ask(settings, X_Forwarded_Host="evil.example").status_code == 403
    assert _ask(settings, Host="evil.example", X_Forwarded_Host="shop.example").status_code == 403
    assert _ask(settings, client="10.0.0.8", X_Forwarded_Host="shop.example").json() == {"host": "inner"}


def test_a_wildcard_counts_only_where_it_is_written():
    assert _ask(Settings(app_allowed_hosts="")).status_code == 403
    assert _ask(Settings(app_allowed_hosts="*")).status_code == 200
    assert _ask(Settings(app_host="inner")).status_code == 200


@given(st.text(max_size=60))
def test_no_text_is_taken_for_a_host_of_ours_but_ours(text):
    rules = HostRules.of(Settings(app_allowed_hosts=""))
    host = Host.parse(text)
    if host is not None and rules.allow(host):
        name = (
            text.rpartition(":")[0]
            if text.rpartition(":")[2].isdecimal() and not text.endswith("]")
            else text
        )
        assert (
            name.lower().rstrip(".") in {"localhost", "127.0.0.1"}
            or ipaddress.ip_address(name.strip("[].")).is_loopback
        )


def test_pages_exports_and_the_api_are_never_stored_and_code_is(served):
    for path in (
        "/",
        "/healthz",
        "/api/upload",
        "/_stcore/health",
        "/media/none.csv",
        "/nothing",
        "/favicon.png",
    ):
        answer = httpx.get(served.address + path)
        assert answer.headers["Cache-Control"] == "no-store", path
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    script = httpx.get(served.address).text.partition('crossorigin src=".')[2].partition('"')[0]
    assert "immutable" in httpx.get(served.address + script).headers["Cache-Control"]


def test_the_policy_of_a_page_names_no_other_host_and_allows_no_text_to_run(served):
    answer = httpx.get(served.address)
    header = answer.headers["Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in header.split(";"))
    assert "unsafe" not in rules["script-src"]
    assert "'sha256-" in rules["script-src"]
    host = f"127.0.0.1:{served.port}"
    assert rules["connect-src"] == f"'self' ws://{host} wss://{host}"
    assert "http" not in header.replace("https", "")
    assert "evil" not in policy([], Host.parse("evil.example; script-src *"))


def test_behind_tls_browsers_are_held_to_it(monkeypatch):
    from core.entry.web import headers

    assert "Strict-Transport-Security" not in _ask(Settings(app_allowed_hosts="*")).headers
    monkeypatch.setattr(headers, "settings", lambda: Settings(app_behind_tls=True))
    answer = _ask(Settings(app_allowed_hosts="*"))
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert "; Secure" in answer.headers["Set-Cookie"]
