"""Bound how slowly a request's body may come, and end a body that nobody reads, on every route.

A plain ASGI layer. Where the body is too slow the route's reading raises SlowBodyError; an answer that is given before
the body has come waits for a moderate rest of it, so that the sender reads the answer, and else closes the connection.
"""

from __future__ import annotations

import asyncio
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.entry.web.hosts import refusal
from core.errors import LimitReachedError
from core.settings import settings

MIN_BYTES_PER_SECOND = 4096  # bytes a second, over the whole body but its first UPLOAD_IDLE_SECONDS
_MAX_DRAINED_BYTES = 16 * 1024 * 1024  # bytes that are read, and dropped, behind an early answer


class SlowBodyError(LimitReachedError):
    """The body of a request comes too slowly, or not at all."""

    status = 408


class Body:
    """The body of one request as it comes: `receive` is the route's; all of it is in when it is `finished`."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self.finished = self.too_slow = False
        self.received = 0
        self._waited = 0.0  # seconds; what the route needs for its own work is not the sender's

    async def receive(self) -> Message:
        """Receive a part of the body. SlowBodyError after UPLOAD_IDLE_SECONDS without a byte, or below MIN_BYTES_PER_SECOND."""
        if self.finished:
            return await self._receive()
        idle = settings().upload_idle_seconds
        waited_since = time.monotonic()
        try:
            async with asyncio.timeout(idle):
                message = await self._receive()
        except TimeoutError:
            self.too_slow = True
            raise SlowBodyError(
                f"No part of the request came for {idle:g} seconds.", hint="Send it again, without a pause."
            ) from None
        self._waited += time.monotonic() - waited_since
        self.received += len(message.get("body", b""))
        self.finished = message["type"] != "http.request" or not message.get("more_body", False)
        if not self.finished and self.received < MIN_BYTES_PER_SECOND * (self._waited - idle):
            self.too_slow = True
            raise SlowBodyError(
                f"The request comes with fewer than {MIN_BYTES_PER_SECOND:,} bytes a second.",
                hint="Send it over a faster connection, or in parts.",
            )
        return message

    async def drain(self) -> None:
        """Read, and drop, a moderate rest of the body."""
        try:
            until = self.received + _MAX_DRAINED_BYTES
            while not self.finished and not self.too_slow and self.received < until:
                await self.receive()
        except SlowBodyError:
            return


class SteadyBodies:
    """The layer: to be put before the routes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        body, has_answered = Body(receive), False
        # A client that waits for 100-continue (curl does) has sent nothing yet, and gets the refusal before it does.
        asks_first = Headers(scope=scope).get("expect", "").lower() == "100-continue"

        async def answer(message: Message) -> None:
            nonlocal has_answered
            if message["type"] == "http.response.start":
                has_answered = True
                if not body.finished and not (asks_first and not body.received):
                    await body.drain()
                if not body.finished:
                    MutableHeaders(scope=message)["Connection"] = "close"
            await send(message)

        try:
            await self.app(scope, body.receive, answer)
        except SlowBodyError as error:
            if not has_answered:
                await refusal(scope, error)(scope, receive, answer)
