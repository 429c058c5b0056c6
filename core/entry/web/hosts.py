"""Refuse requests under a foreign host name, and from pages of other sites, before anything else sees them.

A page elsewhere can have its own name point to this machine (DNS rebinding) and would then be the console's own site in
its visitor's browser; only the Host header tells. Checked for HTTP and WebSocket alike.
"""

from __future__ import annotations

import ipaddress
import logging
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from core.errors import AppError, NotAllowedError
from core.settings import Settings, settings

LOOPBACK = ("localhost", "127.0.0.1", "::1")
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"(?P<name>\[[0-9a-fA-F:.]{2,45}\]|[A-Za-z0-9._-]{1,253})(?::(?P<port>[0-9]{1,5}))?")
_MAX_QUOTED = 100  # characters of a refused value that an answer or the log repeats
_log = logging.getLogger("aura.web")


@dataclass(frozen=True, slots=True)
class Host:
    """A Host header: its name in lower case, an IPv6 address without brackets; its port, None where it has none."""

    name: str
    port: int | None

    @classmethod
    def parse(cls, header: str) -> Host | None:
        """Parse a Host header; None for what is none: with a user, a path, blanks, a port that is no number."""
        match = _HOST.fullmatch(header)
        if match is None:
            return None
        return cls(_normal(match["name"]), int(match["port"]) if match["port"] else None)

    def at(self, scheme: str) -> tuple[str, int | None]:
        """Name and port under a scheme, whose standard port need not be written."""
        return self.name, self.port or _PORTS.get(scheme)


@dataclass(frozen=True, slots=True)
class HostRules:
    """The console's names: `names` and, by `suffixes` such as '.example.com', every name under them."""

    names: frozenset[str]
    suffixes: tuple[str, ...]
    allow_all: bool
    proxies: frozenset[str]

    @classmethod
    def of(cls, config: Settings) -> HostRules:
        """Read the rules from the settings: APP_HOST and the loopback are always allowed, APP_ALLOWED_HOSTS besides."""
        allowed_names = [_normal(name) for name in _list(config.app_allowed_hosts)]
        return cls(
            names=frozenset([*LOOPBACK, _normal(config.app_host), *allowed_names]) - {"*", ""},
            suffixes=tuple(name[1:] for name in allowed_names if name.startswith("*.")),
            allow_all="*" in allowed_names,
            proxies=frozenset(_normal(name) for name in _list(config.app_proxies)),
        )

    def allow(self, host: Host) -> bool:
        return self.allow_all or host.name in self.names or host.name.endswith(self.suffixes or ("\0",))


class AllowedHosts:
    """A layer that passes requests to an allowed host, and writes and WebSockets only from the console's pages.

    A declared proxy's X-Forwarded-Host takes the place of the Host header. Both have to be allowed: the header never
    opens what the Host header closes.
    """

    def __init__(self, app: ASGIApp, rules: HostRules | None = None) -> None:
        self.app = app
        self.rules = rules or HostRules.of(settings())
        self._logged: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        try:
            scope = self._checked(scope)
        except NotAllowedError as error:
            self._log(error)
            await _refuse(scope, receive, send, error)
            return
        await self.app(scope, receive, send)

    def _checked(self, scope: Scope) -> Scope:
        """Check the request and return its scope with the host that the browser sees; NotAllowedError otherwise."""
        headers = Headers(scope=scope)
        host = self._allowed(headers.getlist("host"))
        forwarded = headers.getlist("x-forwarded-host")
        if forwarded and self._is_proxy(scope):
            forwarded_host = forwarded[0].split(",")[0].strip()
            host = self._allowed([forwarded_host])
            scope = {**scope, "headers": list(scope["headers"])}
            MutableHeaders(scope=scope)["host"] = forwarded_host
        if scope["type"] == "websocket" or scope["method"] not in _SAFE_METHODS:
            _check_origin(headers.getlist("origin"), host)
        return scope

    def _allowed(self, values: list[str]) -> Host:
        host = Host.parse(values[0]) if len(values) == 1 else None
        if host is None:
            raise NotAllowedError(
                "The request names no host, or several.",
                hint="Send one Host header: a name and, if need be, a port.",
            )
        if not self.rules.allow(host):
            raise NotAllowedError(
                f"The console is not served under the name {host.name[:_MAX_QUOTED]!r}.",
                hint="Whoever runs the console can add the name to APP_ALLOWED_HOSTS.",
            )
        return host

    def _is_proxy(self, scope: Scope) -> bool:
        client = scope.get("client")
        return client is not None and _normal(client[0]) in self.rules.proxies

    def _log(self, error: NotAllowedError) -> None:
        """Log each refusal once, and not more than a hundred: a stranger must not fill the log."""
        if error.message not in self._logged and len(self._logged) < 100:
            self._logged.add(error.message)
            _log.warning("refused: %s %s", error.message, error.hint)


def _check_origin(origins: list[str], host: Host) -> None:
    """Refuse a page of another site with NotAllowedError; programs send no Origin."""
    if not origins:
        return
    scheme, _, address = origins[0].partition("://")
    origin = Host.parse(address) if len(origins) == 1 else None
    if origin is None or scheme not in _PORTS or origin.at(scheme) != host.at(scheme):
        raise NotAllowedError(
            f"A page of {origins[0][:_MAX_QUOTED]!r} may not use the console.",
            hint="Open the console under its own address. A proxy in front of it has to pass the Host header on, or "
            "X-Forwarded-Host, and then be named in APP_PROXIES.",
        )


async def _refuse(scope: Scope, receive: Receive, send: Send, error: AppError) -> None:
    if scope["type"] == "websocket" and "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1008})
        return
    await refusal(scope, error)(scope, receive, send)


def refusal(scope: Scope, error: AppError) -> Response:
    """Answer with a refusal: the form of our errors for a program, a line of text for a person."""
    if scope["path"].startswith(("/api/", "/healthz")):
        return JSONResponse(error.as_dict(), status_code=error.status)
    return PlainTextResponse(f"{error}\n", status_code=error.status)


def _normal(name: str) -> str:
    """Normalise a name: 'Example.COM.' to 'example.com', '[0:0::1]' to '::1'."""
    name = name.strip().strip("[]").rstrip(".").lower()
    try:
        return str(ipaddress.ip_address(name))
    except ValueError:
        return name


def _list(text: str) -> list[str]:
    """Split names at commas; an address written as in a browser counts as its name."""
    names = (name.strip() for name in text.split(","))
    return [(urlsplit(name).hostname or "") if "://" in name else name for name in names if name]
