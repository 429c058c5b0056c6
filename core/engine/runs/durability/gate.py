"""The gate of every chunk: whether the run still goes on, on the server its step began on, with commits the disk has."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, text

from core.context import Context
from core.engine.runs.tables import Run


class RunStoppedError(Exception):
    """The run is not running any more: paused, cancelled or rolled back. The step ends without a trace."""


class ServerRestartedError(Exception):
    """The database server is another process than when the step began: what the step remembers of it may be lost."""


_STARTED = func.pg_postmaster_start_time()
_DURABLE = text(
    """set_config('synchronous_commit',
    case current_setting('synchronous_commit') when 'off' then 'on' else current_setting('synchronous_commit') end, true)"""
)
"""A server, a database or a role may have it off; a stricter setting stays."""


def server_started(context: Context) -> datetime:
    """When the database server started, UTC: another moment after a crash, a restart or a failover."""
    found: datetime = context.session.scalars(select(_STARTED)).one()
    return found


def gate(context: Context, run_id: str, server: datetime | None = None) -> None:
    """Opens a chunk's transaction: locks the run in share mode, so that pause, cancel and rollback wait for the chunk.

    The commit will wait for the disk. Raises RunStoppedError where the run is not running, ServerRestartedError where
    the server did not start at `server`, the moment noted when the step began.
    """
    query = select(Run.state, _STARTED, _DURABLE).where(Run.id == run_id).with_for_update(read=True, of=Run)
    row = context.session.execute(query).first()
    if row is None or row[0] != "running":
        raise RunStoppedError(run_id)
    if server is not None and row[1] != server:
        raise ServerRestartedError(run_id)
