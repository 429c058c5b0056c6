"""Retry a step while the database is away; let no foreign text out of it.

How long the database may be away has no limit: nobody could record the failure meanwhile. What has a limit is how often
in a row a step may fail without a chunk of progress though the database answers again.
"""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import psycopg
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, PendingRollbackError

from core.db import embedded
from core.db.base import app_engine
from core.db.session import TenantSession
from core.engine.runs.disk_space import wait_for_room
from core.engine.runs.gate import RunStoppedError, ServerRestartedError
from core.engine.runs.tables import RunChunk
from core.errors import AppError
from core.settings import settings

_log = logging.getLogger("aura.runs")

P = ParamSpec("P")
R = TypeVar("R")

_DATABASE_AWAY = (
    OperationalError,
    InterfaceError,
    PendingRollbackError,
    psycopg.OperationalError,
    psycopg.InterfaceError,
    OSError,
    ServerRestartedError,
)
_POLL_SECONDS = 0.5  # between two checks whether the database answers
_MAX_PAUSE_SECONDS = 8.0  # between two attempts


class DatabaseAwayError(Exception):
    """The database did not answer; the message has neither the statement nor its values."""


class DiskFullError(Exception):
    """The database has no room for what it was to write."""


class UnforeseenError(Exception):
    """A fault of the product, named by its kind: the text of a foreign error can hold a guest's data."""


def persistently(tenant: str, run_id: str, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call a function of a run's step until it returns; each call begins from the ledger.

    Raises DatabaseAwayError after MIGRATION_RETRY_ATTEMPTS failures in a row without a chunk between them.
    """
    failures, before = 0, -1
    while True:
        try:
            return without_values(function, *args, **kwargs)
        except DiskFullError:
            _log.warning("The database's disk is full; the run waits for room")
            wait_for_room(tenant, run_id)
        except DatabaseAwayError as failure:
            _log.warning("The database was away from a run (%s); the step begins again", failure)
            wait_for_database()
            loaded = _chunks(tenant, run_id)
            failures = 1 if loaded > before else failures + 1
            before = max(before, loaded)
            if failures > settings().migration_retry_attempts:
                raise
            time.sleep(min(0.25 * 2 ** (failures - 1), _MAX_PAUSE_SECONDS))


def without_values(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call a function and let no foreign error text out: the queue stores and logs errors in the clear."""
    try:
        return function(*args, **kwargs)
    except (AppError, RunStoppedError):
        raise
    except Exception as failure:  # noqa: BLE001  (foreign, whatever it is)
        if isinstance(_cause(failure), psycopg.errors.DiskFull):
            raise DiskFullError(type(failure).__name__) from None
        if _is_away(failure):
            raise DatabaseAwayError(type(failure).__name__) from None
        where = "".join(traceback.format_tb(failure.__traceback__))
        _log.error("%s at\n%s", type(failure).__name__, where)
        raise UnforeseenError(type(failure).__name__) from None


def wait_for_database() -> None:
    """Wait until the database answers. An embedded server that crashed is started again."""
    while True:
        try:
            with app_engine().connect() as connection:
                connection.execute(text("select 1"))
        except _DATABASE_AWAY:
            embedded.revive()
            time.sleep(_POLL_SECONDS)
        else:
            return


def _is_away(failure: Exception) -> bool:
    """Whether a failure is the database's absence, or another execution of this run that was quicker with a chunk."""
    cause = _cause(failure)
    is_disconnected = isinstance(failure, DBAPIError) and failure.connection_invalidated
    return (
        is_disconnected
        or isinstance(failure, _DATABASE_AWAY)
        or isinstance(cause, psycopg.errors.UniqueViolation)
    )


def _cause(failure: Exception) -> BaseException | None:
    return failure.orig if isinstance(failure, DBAPIError) else failure


def _chunks(tenant: str, run_id: str) -> int:
    """Count the lines of the run's ledger; 0 where the database is away again."""
    try:
        with TenantSession(tenant, "") as session:
            query = select(func.count()).select_from(RunChunk).where(RunChunk.run_id == run_id)
            return int(session.scalar(query) or 0)
    except _DATABASE_AWAY:
        return 0
