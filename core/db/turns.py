"""Take turns with other processes: a lock that is asked for again and again, for so long and no longer.

A statement that waits for a lock holds a snapshot, for whose end CREATE INDEX CONCURRENTLY waits; the queue builds its
indexes that way, in a process that may itself hold the lock. So nothing here waits inside a statement or a transaction.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fasteners import InterProcessLock
from sqlalchemy import Connection, text

from core.errors import ConflictError
from core.kit.wording import as_words

_POLL_SECONDS = 0.1  # seconds between two questions whether the lock is free
_SILENT_SECONDS = 5.0  # seconds that pass before it is said what is waited for

_log = logging.getLogger("aura.start")

_HOLDER = text(
    """select pid from pg_locks where locktype = 'advisory' and granted and objsubid = 1
    and database = (select oid from pg_database where datname = current_database())
    and classid::bigint << 32 | objid::bigint = :lock"""
)


@dataclass(frozen=True, slots=True)
class Turn:
    """Work that one process at a time may do.

    work      in words that follow "another process", as in "is bringing the database up to date"
    patience  seconds another process may take for it before waiting ends with ConflictError
    """

    work: str
    patience: float


@contextmanager
def advisory_lock(connection: Connection, number: int, turn: Turn) -> Iterator[None]:
    """Hold an advisory lock of the connection's database inside the block.

    The connection must be in autocommit. ConflictError, whose facts name the holder's PostgreSQL process, where the
    lock is not free within the patience of the turn.
    """

    def is_ours() -> bool:
        return bool(connection.scalar(text("select pg_try_advisory_lock(:lock)"), {"lock": number}))

    def holder() -> dict[str, object]:
        return {"postgres_process": connection.scalar(_HOLDER, {"lock": number})}

    _wait(is_ours, turn, holder)
    try:
        yield
    finally:
        connection.execute(text("select pg_advisory_unlock(:lock)"), {"lock": number})


class FileLock(InterProcessLock):  # type: ignore[misc]  # it ships no types
    """A lock on a file between processes, entered within the patience of its turn. ConflictError where it is not free."""

    def __init__(self, path: Path, turn: Turn) -> None:
        super().__init__(path)
        self.turn = turn

    def __enter__(self) -> Any:
        try:
            _wait(lambda: bool(self.acquire(blocking=False)), self.turn, lambda: {"file": str(self.path)})
        except ConflictError:
            self.lockfile.close()
            raise
        return self


def _wait(is_ours: Callable[[], bool], turn: Turn, facts: Callable[[], dict[str, object]]) -> None:
    """Ask until the lock is ours; say once what is waited for."""
    since = time.monotonic()
    is_quiet = True
    while not is_ours():
        waited = time.monotonic() - since
        if waited > turn.patience:
            held_by = facts()
            names = ", ".join(f"{as_words(name)} {value}" for name, value in held_by.items() if value)
            raise ConflictError(
                f"Another process {turn.work}, for more than {turn.patience:.0f} seconds.",
                hint=f"Try again when it has ended. If it does not end, `aura stop` ends all processes of the data folder (lock: {names}).",
                **held_by,
            )
        if is_quiet and waited > _SILENT_SECONDS:
            is_quiet = False
            _log.warning("Waiting up to %.0f seconds: another process %s.", turn.patience, turn.work)
        time.sleep(_POLL_SECONDS)
