"""The route of a specialist's calendar: GET /calendar/<token>.ics, for a calendar program that subscribes to it.

The token in the path is the secret. An unknown one is answered like one that was closed.
"""

from __future__ import annotations

import logging
import re

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from core.business.engagements.sessions.feed import calendar_of
from core.business.specialists.availability.feeds import PATH
from core.entry.web.visits import visitor_address
from core.errors import LimitReachedError
from core.platform.signin import limits
from core.platform.signin.limits import AttemptKey

_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,100}", re.ASCII)
_HEADERS = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}
_log = logging.getLogger("aura.web")


async def calendar(request: Request) -> Response:
    """Send the calendar of a token as text/calendar; 404 for a token that opens nothing."""
    if request.method not in {"GET", "HEAD"}:
        return _plain("This address is read by GET.", 405, Allow="GET, HEAD")
    token = str(request.path_params.get("token", ""))
    try:
        await run_in_threadpool(limits.take, AttemptKey(limits.FEED_ADDRESS, visitor_address(request.scope)))
        content = await run_in_threadpool(calendar_of, token if _TOKEN.fullmatch(token) else "-")
    except LimitReachedError as error:
        return _plain(error.message, error.status)
    except SQLAlchemyError as error:
        _log.warning("a calendar could not be read: %s", type(error).__name__)
        return _plain("The calendar cannot be read now.", 503)
    if content is None:
        return _plain("There is no such calendar.", 404)
    return Response(content, media_type="text/calendar; charset=utf-8", headers=_HEADERS)


async def unknown(_request: Request) -> Response:
    """Refuse every other address under /calendar."""
    return _plain("There is no such calendar.", 404)


def _plain(text: str, status: int, **headers: str) -> Response:
    return PlainTextResponse(text, status_code=status, headers=_HEADERS | headers)


_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
ROUTES = [
    Route(PATH + "/{token}.ics", calendar, methods=_METHODS),
    Route(PATH + "/{path:path}", unknown, methods=_METHODS),
]
