"""HTTP routes beside the console: `/api/upload` streams files to disk in flat memory, `/healthz` says we are up.

A file comes whole in one PUT, or in parts: `offset`, `size` and `upload` (an id of the sender's choice) say which part
of which upload this is. A GET with the same parameters tells how much has arrived, a DELETE gives the upload up.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from anyio import CapacityLimiter, to_thread
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from core.context import Context
from core.db.base import app_engine
from core.entry.web import intake
from core.entry.web.parts import (
    MEGABYTE,
    PartWriter,
    Upload,
    append_at,
    check_offset,
    check_space,
    folder,
    partial_bytes,
    refuse_size,
    remove_abandoned,
)
from core.entry.web.query import check_name, content_length, number, single, upload_id
from core.entry.web.quota import begin_upload, check_bytes, check_target, turn
from core.entry.web.tickets import Claim, check_ticket, claims
from core.errors import AppError, InvalidInputError, NotFoundError
from core.platform.access.actions import enter
from core.platform.signin.sessions import touch
from core.settings import settings

log = logging.getLogger(__name__)


Answer = dict[str, object]
_READING = CapacityLimiter(4)
"""Files that are read at once; the others wait."""
_CHECK_SPACE_BYTES = 64 * MEGABYTE  # bytes of unknown many after which the disk is looked at again


class MethodError(AppError):
    """The address takes other methods."""

    status = 405


async def upload(request: Request) -> JSONResponse:
    """Answer `/api/upload?ticket=…&name=export.csv`: PUT with a file or a part of it as body."""
    try:
        return JSONResponse(await _upload(request))
    except ClientDisconnect:  # what has arrived of a part stays; nobody is left to answer
        return JSONResponse({"code": "ClientDisconnect"}, status_code=499)
    except AppError as error:
        return _refusal(error)
    except Exception:
        log.exception("the upload of a file failed")
        return JSONResponse({"code": "InternalError", "message": "The upload failed."}, status_code=500)


async def unknown_address(request: Request) -> JSONResponse:
    """Refuse every other address under /api."""
    return _refusal(
        NotFoundError(f"There is no {request.url.path[:100]}.", hint="Files go to /api/upload by PUT.")
    )


def _refusal(error: AppError) -> JSONResponse:
    answer = JSONResponse(error.as_dict(), status_code=error.status)
    if "retry_after" in error.facts:
        answer.headers["Retry-After"] = str(error.facts["retry_after"])
    if isinstance(error, MethodError):
        answer.headers["Allow"] = ", ".join(_PARTS)
    return answer


async def _upload(request: Request) -> Answer:
    """Check the request, then do what it asks for: nothing is stored before."""
    if request.method not in _PARTS:
        raise MethodError(f"Files are not uploaded by {request.method[:20]}.", hint="Use PUT.")
    ticket, name, upload_key = single(request, "ticket"), single(request, "name"), upload_id(request)
    claim = claims(ticket)
    check_name(name)
    part_of = None
    if upload_key or request.method != "PUT":
        if not upload_key:
            raise InvalidInputError("The address names no upload.", hint="Add &upload=…&size=… to it.")
        part_of = Upload(ticket, name, number(request, "size"), upload_key)
        if part_of.size > settings().upload_limit_mb * MEGABYTE:
            refuse_size(name)
    await run_in_threadpool(_admit, ticket)
    if request.method == "PUT":
        with turn(claim["person"]):
            return await (_part(request, part_of) if part_of else _whole_file(request, ticket, name))
    assert part_of is not None  # noqa: S101  (every method but PUT needs one)
    return await _PARTS[request.method](request, part_of)


async def _whole_file(request: Request, ticket: str, name: str) -> Answer:
    """Take in a file that comes in one body; what it was recognised as."""
    size = content_length(request)
    if size is not None and size > settings().upload_limit_mb * MEGABYTE:
        refuse_size(name)
    await run_in_threadpool(_begin, ticket, name, size or 0)
    intake.warm_soon()
    with tempfile.NamedTemporaryFile(dir=folder(), suffix=Path(name).suffix) as file:
        await _receive(request, file, ticket, name)
        return await _add(ticket, Path(file.name), name)


async def _part(request: Request, part_of: Upload) -> Answer:
    """Append a part; the new offset, and after the last part what the file was recognised as."""
    offset, length = number(request, "offset"), content_length(request)
    if offset + (length or 0) > part_of.size:
        raise InvalidInputError(
            f"{part_of.name} is larger than announced.", hint="Start this upload again.", offset=offset
        )
    if await run_in_threadpool(_prepare, part_of, offset):
        intake.warm_soon()
    with append_at(part_of, offset) as file:
        writer = PartWriter(part_of, file)
        async for data in request.stream():
            writer.write(data)
        file.flush()
        if writer.written < part_of.size:
            return {"offset": writer.written}
        try:
            added = await _add(part_of.ticket, part_of.path, part_of.name)
        finally:
            part_of.discard()
    return {"offset": part_of.size, "file": added}


async def _offset(_request: Request, part_of: Upload) -> Answer:
    return {"offset": part_of.offset()}


async def _give_up(_request: Request, part_of: Upload) -> Answer:
    part_of.discard()
    return {"offset": 0}


_PARTS: Mapping[str, Callable[[Request, Upload], Awaitable[Answer]]] = {
    "PUT": _part,
    "GET": _offset,
    "HEAD": _offset,
    "DELETE": _give_up,
}


@contextmanager
def _entered(claim: Claim) -> Iterator[Context]:
    """Enter as the ticket says; what is uploaded counts as use of the sign-in session, and ends with it."""
    if claim["sign_in"]:
        touch(claim["person"], claim["sign_in"])
    with enter(claim["person"], claim["tenant"], sign_in=claim["sign_in"] or None) as context:
        yield context


def _admit(ticket: str) -> None:
    """Refuse a person who may not open the ticket's migration."""
    claim = claims(ticket)
    with _entered(claim) as context:
        check_ticket(context, ticket)


def _begin(ticket: str, name: str, size: int) -> None:
    """Refuse, or book, an upload of `size` bytes before a byte is read."""
    remove_abandoned()
    claim = claims(ticket)
    with _entered(claim) as context:
        migration = check_ticket(context, ticket)
        partial = partial_bytes(claim["tenant"])
        begin_upload(context, migration, size=size, partial=partial, creates=claim["creates"])
    check_space(name, size)


def _prepare(part_of: Upload, offset: int) -> bool:
    """Refuse the next part, or let it come; whether it is the first. Others fill disk and quota between two parts."""
    if offset == 0 and not part_of.offset():
        _begin(part_of.ticket, part_of.name, part_of.size)
        return True
    claim, size = claims(part_of.ticket), part_of.size - offset
    with _entered(claim) as context:
        migration = check_ticket(context, part_of.ticket)
        check_offset(part_of, offset)
        check_target(context, migration, creates=claim["creates"])
        check_bytes(context, size=size, partial=partial_bytes(claim["tenant"]))
    check_space(part_of.name, size)
    return False


async def _receive(request: Request, file: IO[bytes], ticket: str, name: str) -> None:
    """Write the body to disk part by part, so that memory stays flat; refuse as soon as the limit is passed."""
    remaining, unseen = settings().upload_limit_mb * MEGABYTE, 0
    async for part in request.stream():
        remaining, unseen = remaining - len(part), unseen + len(part)
        if remaining < 0:
            refuse_size(name)
        if unseen > _CHECK_SPACE_BYTES:
            await run_in_threadpool(check_space, name, 0)
            await run_in_threadpool(_admit, ticket)
            unseen = 0
        file.write(part)
    file.flush()


async def _add(ticket: str, path: Path, name: str) -> Answer:
    """Read the file, a few at a time; a thread of its own waits for it, so that none is missing for anything else."""
    return await to_thread.run_sync(_read, ticket, path, name, limiter=_READING)


def _read(ticket: str, path: Path, name: str) -> Answer:
    """Read the file, after a second check of the ticket: the file may have taken long to come."""
    claim = claims(ticket)
    with _entered(claim) as context:
        check_ticket(context, ticket)
        check_bytes(context, size=path.stat().st_size)
    return intake.add(claim, path, name)


async def healthz(_request: Request) -> JSONResponse:
    """Answer 200 when the database answers, else 503."""
    try:
        await run_in_threadpool(_ask_database)
    except (SQLAlchemyError, AppError, OSError):
        return JSONResponse({"status": "database away"}, status_code=503)
    return JSONResponse({"status": "ok"})


def _ask_database() -> None:
    with app_engine().connect() as connection:
        connection.execute(text("select 1"))


ROUTES = [
    Route("/api/upload", upload, methods=["PUT", "GET", "DELETE", "POST", "PATCH", "OPTIONS"]),
    Route(
        "/api/{anything:path}", unknown_address, methods=["GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS"]
    ),
    Route("/healthz", healthz, methods=["GET"]),
]
