"""Read forms: small, urlencoded, each field once, and only from a page that this browser was given."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from functools import wraps
from urllib.parse import parse_qsl, urlsplit

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from core.entry.web.auth import cookies, pages
from core.entry.web.visits import visitor_address
from core.errors import AppError, InvalidInputError, NotAllowedError
from core.platform.signin.sessions import Visit

MAX_BODY = 16 * 1024  # bytes
_MAX_FIELDS = 20
_MAX_NEXT = 2000  # characters
_INVITATION = re.compile(r"/auth/invitation/[\w-]{1,200}", re.ASCII)
_log = logging.getLogger("aura.web")
Handler = Callable[[Request], Awaitable[Response]]


async def read_form(request: Request) -> Mapping[str, str]:
    """Read the form of a POST. NotAllowedError where it is not ours, InvalidInputError where it is none."""
    form = await read_fields(request)
    if not cookies.is_own_form(request.cookies, form.get("form", "")):
        _refuse()
    return form


async def read_fields(request: Request) -> Mapping[str, str]:
    """Read the fields of a form that a page of the console sent, each once, whatever the browser's cookies."""
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        _refuse()
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MAX_BODY:
            raise InvalidInputError("The form is too large.", hint="Go back and try again.")
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MAX_FIELDS
        )
    except ValueError:  # also of its encodings
        raise InvalidInputError("The form is not readable.", hint="Go back and try again.") from None
    form = dict(pairs)
    if len(form) != len(pairs):
        _refuse()
    return form


def _refuse() -> None:
    raise NotAllowedError("This form has expired.", hint="Open the page again. Cookies have to be allowed.")


def next_path(value: str | None) -> str:
    """Return where to go after signing in: a path of the console or an invitation, '/' for everything else."""
    if not value or len(value) > _MAX_NEXT or not value.startswith("/") or value.startswith("//"):
        return "/"
    if "\\" in value or not value.isprintable() or not value.isascii() or " " in value:
        return "/"
    try:
        parts = urlsplit(value)
    except ValueError:
        return "/"
    is_elsewhere = value.startswith("/auth/") and not _INVITATION.fullmatch(value)
    return "/" if parts.scheme or parts.netloc or is_elsewhere else value


def visit_of(request: Request) -> Visit:
    """Tell where a request comes from."""
    return Visit(visitor_address(request.scope), request.headers.get("user-agent", ""))


def guarded(handler: Handler) -> Handler:
    """Answer what a handler does not: refusals by a page, and a database that is away."""

    @wraps(handler)
    async def handle(request: Request) -> Response:
        try:
            return await handler(request)
        except AppError as error:
            return pages.failure(request, error)
        except SQLAlchemyError:
            return pages.message(
                request, "The console is not reachable", "Try again in a minute.", status=503
            )

    return handle


_tasks: set[asyncio.Task[None]] = set()


def later(work: Callable[[str], None], value: str) -> None:
    """Do work beside the answer, whose time then tells nothing of it; a failure is logged without the value."""

    async def run() -> None:
        try:
            await run_in_threadpool(work, value)
        except (AppError, SQLAlchemyError) as error:
            _log.warning("%s failed after the answer: %s", work.__name__, type(error).__name__)

    task = asyncio.get_running_loop().create_task(run())
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)
