"""Check before every chunk that the run goes on, on the server its step began on, and that commits reach the disk."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, text

from core.context import Context
from core.engine.runs.tables import Run


class RunStoppedError(Exception):
    """The run does not go on by this try: paused, cancelled, rolled back, or resumed by a later one. No trace is left."""


class ServerRestartedError(Exception):
    """The database server is another process than when the step began: what the step remembers of it may be lost."""


_SERVER_START = func.pg_postmaster_start_time()
_DURABLE = text(
    """set_config('synchronous_commit',
    case current_setting('synchronous_commit') when 'off' then 'on' else current_setting('synchronous_commit') end, true)"""
)
"""A server, a database or a role may have it off; a stricter setting stays."""


def server_started(context: Context) -> datetime:
    """Return when the database server started, UTC: it differs after a crash, a restart or a failover."""
    moment: datetime = context.session.scalars(select(_SERVER_START)).one()
    return moment


def gate(context: Context, run_id: str, server: datetime | None = None, attempt: str | None = None) -> None:
    """Open a chunk's transaction: locks the run in share mode, so that pause, cancel and rollback wait for the chunk.

    The commit will wait for the disk. Raises RunStoppedError where the run is not running, or by another try than
    `attempt`; ServerRestartedError where the server did not start at `server`, the moment noted when the step began.
    """
    query = select(Run.state, Run.attempt, _SERVER_START, _DURABLE).where(Run.id == run_id)
    row = context.session.execute(query.with_for_update(read=True, of=Run)).first()
    if row is None or row[0] != "running" or _is_another(row[1], attempt):
        raise RunStoppedError(run_id)
    if server is not None and row[2] != server:
        raise ServerRestartedError(run_id)


def hold(context: Context, run_id: str, attempt: str | None, *states: str) -> str:
    """Lock the run until the transaction ends, before a change of its state; return its state, which is one of `states`.

    Raises RunStoppedError where it is in another state, or carried out by another try than `attempt`.
    """
    query = select(Run.state, Run.attempt).where(Run.id == run_id).with_for_update(of=Run)
    row = context.session.execute(query).first()
    if row is None or row[0] not in states or _is_another(row[1], attempt):
        raise RunStoppedError(run_id)
    return str(row[0])


def _is_another(noted: str | None, attempt: str | None) -> bool:
    """Whether the try is not the one that is noted. Runs queued by an earlier version note none."""
    return noted is not None and attempt is not None and noted != attempt
