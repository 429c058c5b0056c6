"""HTTP routes beside the console: `PUT /api/upload` streams a file to disk in flat memory, `/healthz` says we are up."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path
from typing import IO

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from adapters import SOURCES
from core.db.base import app_engine
from core.engine.sources import actions as sources
from core.entry.web.tickets import check_ticket, claims
from core.errors import AppError, InvalidInputError, LimitReachedError
from core.platform.access.actions import enter
from core.settings import settings

log = logging.getLogger(__name__)
MEGABYTE = 1024 * 1024


async def upload(request: Request) -> JSONResponse:
    """`PUT /api/upload?ticket=…&name=export.csv` with the file as body; answers what it was recognised as."""
    ticket, name = request.query_params.get("ticket", ""), request.query_params.get("name", "")
    try:
        await run_in_threadpool(_admit, ticket, name)
        folder = await run_in_threadpool(_folder)
        with tempfile.NamedTemporaryFile(dir=folder, suffix=Path(name).suffix) as file:
            await _receive(request, file, name)
            return JSONResponse(await run_in_threadpool(_add, ticket, Path(file.name), name))
    except AppError as error:
        return JSONResponse(error.as_dict(), status_code=error.status)
    except Exception:
        log.exception("the upload of a file failed")
        return JSONResponse({"code": "InternalError", "message": "The upload failed."}, status_code=500)


def _admit(ticket: str, name: str) -> None:
    """Refuses before a byte is read."""
    if not name or Path(name).name != name:
        raise InvalidInputError("The upload has no file name.", hint="Add &name=export.csv to the address.")
    claim = claims(ticket)
    with enter(claim["person"], claim["tenant"]) as context:
        check_ticket(context, ticket)


def _folder() -> Path:
    folder = settings().app_data_dir / "uploads"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


async def _receive(request: Request, file: IO[bytes], name: str) -> None:
    """Part by part to the disk, so that memory stays flat; refuses as soon as the limit is passed."""
    left = settings().upload_limit_mb * MEGABYTE
    async for part in request.stream():
        left -= len(part)
        if left < 0:
            raise LimitReachedError(
                f"{name} is larger than {settings().upload_limit_mb:,} MB.",
                hint="Split the export by date or location, or raise UPLOAD_LIMIT_MB.",
            )
        file.write(part)
    file.flush()


def _add(ticket: str, path: Path, name: str) -> dict[str, object]:
    claim = claims(ticket)
    with enter(claim["person"], claim["tenant"]) as context:
        file = sources.add_file(context, check_ticket(context, ticket), path, SOURCES, name=name)
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


ROUTES = [Route("/api/upload", upload, methods=["PUT"]), Route("/healthz", healthz, methods=["GET"])]
