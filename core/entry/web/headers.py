"""Security headers on every HTTP answer, as a plain ASGI layer: it never buffers a body, so uploads stay streams."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.entry.web.hosts import Host
from core.settings import settings

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
TLS_HEADERS = {"Strict-Transport-Security": "max-age=31536000"}
"""A year, for this name alone: names beside it are not the console's to decide about."""

_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_HASHED = "/static/"
"""Streamlit's own code and fonts, with a hash in their names; everything else is not to be stored."""


def policy(scripts: Sequence[str] = (), host: Host | None = None) -> str:
    """Build the Content-Security-Policy of a page whose inline scripts have these hashes, served under this host.

    What Streamlit does not let us tighten is written down in docs/security.md.
    """
    sockets = "".join(f" {scheme}://{_authority(host)}" for scheme in ("ws", "wss")) if host else ""
    code = " ".join(("'self'", *scripts, "blob:"))
    return (
        f"default-src 'self'; script-src {code}; "
        f"style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        f"connect-src 'self'{sockets}; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; "
        f"form-action 'self'; frame-src 'none'; frame-ancestors 'none'"
    )


def inline_scripts(page: Path) -> list[str]:
    """Hash the inline scripts of a page, as the policy names them."""
    scripts = _INLINE.findall(page.read_text(encoding="utf-8"))
    digests = (hashlib.sha256(script.encode()).digest() for script in scripts)
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]


class SecurityHeaders:
    """A layer that adds HEADERS where the answer does not set them itself, and decides what may be stored.

    `page`: the page whose inline scripts may run. With APP_BEHIND_TLS also TLS_HEADERS, and cookies for TLS only.
    """

    def __init__(self, app: ASGIApp, page: Path | None = None) -> None:
        self.app = app
        self.scripts = inline_scripts(page) if page else []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        fixed = HEADERS | (TLS_HEADERS if settings().app_behind_tls else {})
        host = Host.parse(Headers(scope=scope).get("host", ""))

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in fixed.items():
                    headers.setdefault(name, value)
                headers.setdefault("Content-Security-Policy", policy(self.scripts, host))
                if not (
                    scope["path"].startswith(_HASHED) and "immutable" in headers.get("Cache-Control", "")
                ):
                    headers["Cache-Control"] = "no-store"
                if settings().app_behind_tls:
                    _secure_cookies(message)
            await send(message)

        await self.app(scope, receive, with_headers)


def _secure_cookies(message: Message) -> None:
    """Mark cookies as secure; Streamlit does so only where it ends TLS itself."""
    message["headers"] = [
        (name, value + b"; Secure")
        if name.lower() == b"set-cookie" and b"; secure" not in value.lower()
        else (name, value)
        for name, value in message["headers"]
    ]


def _authority(host: Host) -> str:
    name = f"[{host.name}]" if ":" in host.name else host.name
    return f"{name}:{host.port}" if host.port else name
