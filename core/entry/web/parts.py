"""Take in a file in parts: each part is appended to a partial file on disk, in order, and the last makes the file complete.

A partial file belongs to one upload: a person's, to one migration, under the id the browser chose for it, of one name
and size. It survives a lost connection and a restart; the sender asks for the offset and goes on from it. What nobody
goes on with for a day is removed.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NoReturn

from core.entry.web.tickets import claims
from core.errors import ConflictError, InvalidInputError, LimitReachedError
from core.settings import settings

MEGABYTE = 1024 * 1024
ABANDONED_SECONDS = 24 * 3600
_SUFFIX = ".part"
_SPARE = 256 * MEGABYTE  # disk space that an upload leaves free


@dataclass(frozen=True, slots=True)
class Upload:
    """One upload in parts: the ticket it came with, the file's name and size in bytes, the sender's id for it."""

    ticket: str
    name: str
    size: int
    upload: str

    @property
    def path(self) -> Path:
        """Return the path of the partial file; the same upload finds it with any later ticket of the same person."""
        claim = claims(self.ticket)
        key = [claim["tenant"], claim["person"], claim["migration"], self.upload, self.name, self.size]
        return folder() / f"{_mark(claim['tenant'])}-{_digest(json.dumps(key))}{_SUFFIX}"

    def offset(self) -> int:
        """Count the bytes that have arrived."""
        return self.path.stat().st_size if self.path.exists() else 0

    def discard(self) -> None:
        self.path.unlink(missing_ok=True)


def partial_bytes(tenant: str) -> int:
    """Count the bytes of a customer's uploads that are under way."""
    total = 0
    for path in folder().glob(f"{_mark(tenant)}-*{_SUFFIX}"):
        with suppress(FileNotFoundError):
            total += path.stat().st_size
    return total


def _mark(tenant: str) -> str:
    return _digest(tenant)[:16]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def folder() -> Path:
    uploads = settings().app_data_dir / "uploads"
    uploads.mkdir(parents=True, exist_ok=True, mode=0o700)
    return uploads


def check_space(name: str, size: int) -> None:
    """Raise LimitReachedError where the disk has no space for the bytes that are still to come."""
    if size + _SPARE > shutil.disk_usage(folder()).free:
        raise LimitReachedError(
            f"The server has no space for {name}.", hint="Ask whoever runs the console to free disk space."
        )


def refuse_size(name: str) -> NoReturn:
    raise LimitReachedError(
        f"{name} is larger than {settings().upload_limit_mb:,} MB.",
        hint="Split the export by date or location, or raise UPLOAD_LIMIT_MB.",
    )


@contextmanager
def append_at(upload: Upload, offset: int) -> Iterator[IO[bytes]]:
    """Open the partial file for the part that begins at `offset`.

    ConflictError, with the right offset in its facts, where that is another one, or where another request is at work
    on the same upload.
    """
    with upload.path.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _refuse_offset(upload, "Another request is uploading this file.")
        if file.seek(0, os.SEEK_END) != offset:  # it may have grown since it was opened
            _refuse_offset(upload, "The part does not begin where the file ends.")
        yield file


def check_offset(upload: Upload, offset: int) -> None:
    """Raise ConflictError as append_at does, before anything is opened."""
    if offset != upload.offset():
        _refuse_offset(upload, "The part does not begin where the file ends.")


def _refuse_offset(upload: Upload, message: str) -> NoReturn:
    raise ConflictError(message, hint="Go on from the offset in facts.", offset=upload.offset())


class PartWriter:
    """Writes one part; it may not go past the end of the file."""

    def __init__(self, upload: Upload, file: IO[bytes]) -> None:
        self.upload, self.file = upload, file
        self.start = self.written = file.tell()

    def write(self, data: bytes) -> None:
        """Append data. Beyond the announced size the part is taken back: InvalidInputError."""
        self.written += len(data)
        if self.written > self.upload.size:
            self.file.truncate(self.start)
            raise InvalidInputError(
                f"{self.upload.name} is larger than announced.", hint="Start this upload again."
            )
        self.file.write(data)


def remove_abandoned() -> int:
    """Remove the files of uploads that nobody went on with for a day; returns how many."""
    removed = 0
    for path in folder().iterdir():
        with suppress(FileNotFoundError):  # another console looks too
            if time.time() - path.stat().st_mtime > ABANDONED_SECONDS:
                path.unlink()
                removed += 1
    return removed
