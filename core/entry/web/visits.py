"""Tell where a request comes from: the address of the network, behind declared proxies as they say."""

from __future__ import annotations

import ipaddress

from starlette.datastructures import Headers
from starlette.types import Scope

from core.entry.web.hosts import LOOPBACK, Host, HostRules
from core.settings import settings

_FORWARDED = frozenset(
    {"forwarded", "via", "x-real-ip", "x-client-ip", "x-cluster-client-ip", "true-client-ip"}
)
_FORWARDED_BEGIN = ("x-forwarded", "x-original-", "x-envoy-", "cf-", "fly-", "fastly-")
"""Headers that proxies and networks for delivery add to what they pass on."""


def visitor_address(scope: Scope) -> str:
    """Return the address that a request comes from: of X-Forwarded-For the last that is no proxy of ours."""
    client = scope.get("client")
    peer = _normal(client[0]) if client else ""
    proxies = HostRules.of(settings()).proxies
    if peer not in proxies:
        return peer
    forwarded = ",".join(Headers(scope=scope).getlist("x-forwarded-for")).split(",")
    for value in reversed([part.strip() for part in forwarded if part.strip()]):
        address = _normal(value)
        if not address:  # what a visitor writes there is not to be believed
            return peer
        if address not in proxies:
            return address
    return peer


def is_from_proxy(scope: Scope) -> bool:
    """Tell whether a declared proxy (APP_PROXIES) passed the request on."""
    client = scope.get("client")
    return client is not None and _normal(client[0]) in HostRules.of(settings()).proxies


def came_unencrypted(scope: Scope) -> bool:
    """Tell whether a declared proxy says that the browser sent the request by plain http."""
    return is_from_proxy(scope) and Headers(scope=scope).get("x-forwarded-proto", "").lower() == "http"


def is_on_this_machine(scope: Scope) -> bool:
    """Tell whether a request was made on this machine, under its name, and passed on by nobody."""
    headers = Headers(scope=scope)
    client, host = scope.get("client"), Host.parse(headers.get("host", ""))
    if (
        client is None
        or host is None
        or host.name not in LOOPBACK
        or any(name in _FORWARDED or name.startswith(_FORWARDED_BEGIN) for name in headers)
    ):
        return False
    return _is_loopback(client[0])


def _is_loopback(address: str) -> bool:
    normal = _normal(address)
    return bool(normal) and ipaddress.ip_address(normal).is_loopback


def _normal(address: str) -> str:
    """Return an address in its one form, '' for what is none."""
    try:
        parsed = ipaddress.ip_address(address.strip().strip("[]").partition("%")[0])
    except ValueError:
        return ""
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return str(mapped or parsed)
