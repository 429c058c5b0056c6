"""Give each request an id, as a plain ASGI layer, and set up the console's log, whose lines carry it."""

from __future__ import annotations

import logging

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.entry.web.visits import is_from_proxy
from core.kit import request_ids

HEADER = "X-Request-Id"
_OURS, _SERVER = ("aura", "core"), ("uvicorn.access", "uvicorn.error")
_FORMAT = "%(asctime)s %(name)s %(levelname)s [%(request)s] %(message)s"


class RequestIds:
    """The layer: outermost, so that refusals have an id too. Only a declared proxy may propose one."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        proposed = Headers(scope=scope).get(HEADER, "") if is_from_proxy(scope) else ""
        request_id = request_ids.begin(proposed)

        async def with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = request_id
            await send(message)

        await self.app(scope, receive, with_id)


def set_up_log() -> None:
    """Write the lines of our own loggers to stderr with time and request, once; those of the server without tokens."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter(_FORMAT))
    handler.addFilter(request_ids.RequestFilter())
    for name in _OURS:
        logger = logging.getLogger(name)
        if not logger.handlers:
            logger.addHandler(handler)
            logger.propagate = False
    for name in _SERVER:
        logging.getLogger(name).addFilter(request_ids.RequestFilter())
