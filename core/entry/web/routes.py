"""HTTP routes beside the console: `/api/upload` streams files to disk in flat memory, `/healthz` says we are up.

A file comes whole in one PUT, or in parts: `offset`, `size` and `upload` (an id of the sender's choice) say which part
of which upload this is. A GET with the same parameters tells how much has arrived, a DELETE gives the upload up.
"""

from __future__ import annotations

import logging
import re
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import IO

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from adapters import SOURCES
from core.db.base import app_engine
from core.engine.mapping.actions import add_export
from core.entry.web.parts import (
    MEGABYTE,
    PartWriter,
    Upload,
    append_at,
    check_space,
    folder,
    refuse_size,
    remove_abandoned,
)
from core.entry.web.tickets import check_ticket, claims
from core.errors import AppError, InvalidInputError
from core.platform.access.actions import enter
from core.settings import settings

log = logging.getLogger(__name__)


Answer = dict[str, object]

_NAME_BYTES = 200  # a partial file's own words around it included, file systems take 255
_DIGITS = 30  # of a number of bytes
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


async def upload(request: Request) -> JSONResponse:
    """`/api/upload?ticket=…&name=export.csv`, by PUT with a file or a part of it as body."""
    try:
        ticket, name = request.query_params.get("ticket", ""), request.query_params.get("name", "")
        await run_in_threadpool(_admit, ticket, name)
        if request.query_params.get("upload") or request.method != "PUT":
            return JSONResponse(await _PARTS[request.method](request, _upload_of(request)))
        return JSONResponse(await _whole(request, ticket, name))
    except ClientDisconnect:  # what has arrived of a part stays; nobody is left to answer
        return JSONResponse({"code": "ClientDisconnect"}, status_code=499)
    except AppError as error:
        return JSONResponse(error.as_dict(), status_code=error.status)
    except Exception:
        log.exception("the upload of a file failed")
        return JSONResponse({"code": "InternalError", "message": "The upload failed."}, status_code=500)


async def _whole(request: Request, ticket: str, name: str) -> Answer:
    """Take in a file that comes in one body; what it was recognised as."""
    size = request.headers.get("content-length", "0")
    if size.isascii() and size.isdigit() and len(size) <= _DIGITS:
        if int(size) > settings().upload_limit_mb * MEGABYTE:
            refuse_size(name)
        await run_in_threadpool(check_space, name, int(size))
    with tempfile.NamedTemporaryFile(dir=folder(), suffix=Path(name).suffix) as file:
        await _receive(request, file, name)
        return await run_in_threadpool(_add, ticket, Path(file.name), name)


async def _part(request: Request, part_of: Upload) -> Answer:
    """Append a part; the new offset, and after the last part what the file was recognised as."""
    offset = _number(request, "offset")
    if offset == 0:
        await run_in_threadpool(remove_abandoned)
    # With each part: others that are uploading at the same time fill the disk too.
    await run_in_threadpool(check_space, part_of.name, part_of.size - offset)
    with append_at(part_of, offset) as file:
        writer = PartWriter(part_of, file)
        async for data in request.stream():
            writer.write(data)
        file.flush()
        if writer.written < part_of.size:
            return {"offset": writer.written}
        try:
            added = await run_in_threadpool(_add, part_of.ticket, part_of.path, part_of.name)
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


def _upload_of(request: Request) -> Upload:
    parameters = request.query_params
    if not parameters.get("upload"):
        raise InvalidInputError("The address names no upload.", hint="Add &upload=…&size=… to it.")
    size = _number(request, "size")
    if size > settings().upload_limit_mb * MEGABYTE:
        refuse_size(parameters["name"])
    return Upload(parameters["ticket"], parameters["name"], size, parameters["upload"])


def _number(request: Request, name: str) -> int:
    text = request.query_params.get(name, "")
    if not (text.isascii() and text.isdigit()):
        raise InvalidInputError(f"The address has no {name}.", hint=f"Add &{name}=… in bytes.")
    if len(text) > _DIGITS:
        raise InvalidInputError(f"The {name} in the address is too large.", hint="Give it in bytes.")
    return int(text)


def _admit(ticket: str, name: str) -> None:
    """Refuses before a byte is read."""
    if not name or name == ".." or Path(name).name != name or _CONTROL.search(name):
        raise InvalidInputError("The upload has no file name.", hint="Add &name=export.csv to the address.")
    if len(name.encode()) > _NAME_BYTES:
        raise InvalidInputError("The file name is too long.", hint=f"Use at most {_NAME_BYTES} bytes.")
    claim = claims(ticket)
    with enter(claim["person"], claim["tenant"]) as context:
        check_ticket(context, ticket)


async def _receive(request: Request, file: IO[bytes], name: str) -> None:
    """Part by part to the disk, so that memory stays flat; refuses as soon as the limit is passed."""
    left = settings().upload_limit_mb * MEGABYTE
    async for part in request.stream():
        left -= len(part)
        if left < 0:
            refuse_size(name)
        file.write(part)
    file.flush()


def _add(ticket: str, path: Path, name: str) -> Answer:
    claim = claims(ticket)
    with enter(claim["person"], claim["tenant"]) as context:
        migration_id = check_ticket(context, ticket)
        file = add_export(context, migration_id, path, SOURCES, name=name, creates=bool(claim["creates"]))
        return {
            "id": file.id,
            "name": file.name,
            "source": file.source,
            "confidence": file.confidence,
            "reasons": file.reasons,
            "size": file.size,
            "sha256": file.sha256,
        }


async def healthz(_request: Request) -> JSONResponse:
    """200 when the database answers, else 503."""
    try:
        await run_in_threadpool(_ask_database)
    except SQLAlchemyError:
        return JSONResponse({"status": "database away"}, status_code=503)
    return JSONResponse({"status": "ok"})


def _ask_database() -> None:
    with app_engine().connect() as connection:
        connection.execute(text("select 1"))


ROUTES = [
    Route("/api/upload", upload, methods=["PUT", "GET", "DELETE"]),
    Route("/healthz", healthz, methods=["GET"]),
]
