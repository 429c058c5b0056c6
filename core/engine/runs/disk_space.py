"""Check whether the database's disk has room for a run: before it starts, and where the disk was full while it worked.

A run at work shows how much is needed, waits, and goes on by itself. A chunk that met the full disk was rolled back
whole, so nothing is left to clean up.
"""

from __future__ import annotations

import shutil
import time

from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from core.context import Context
from core.db import embedded
from core.db.session import TenantSession
from core.engine.runs.rules import NO_ROOM, WORKING
from core.engine.runs.states import add_event
from core.engine.runs.tables import Run
from core.errors import ConflictError
from core.kit import clock
from core.settings import settings

_MEGABYTE = 1 << 20
_MIN_BYTES = 256 * _MEGABYTE
_SIZE_FACTOR = 2
"""Twice the size of the records: the write-ahead log takes as much until the next checkpoint."""
_DEFAULT_ROW_BYTES = 700
"""Bytes a row takes where too few records stand to measure: 648 for an order line of 33 columns, by an import of 400,000."""
_POLL_SECONDS = 2.0  # seconds between two looks
_PROBE_BYTES = 8 * _MEGABYTE

_BYTES_PER_RECORD = text(
    """select sum(pg_total_relation_size(c.oid)) / sum(c.reltuples) from pg_class c
    where c.relkind = 'r' and c.relname like 'target\\_%' and c.reltuples > 0 having sum(c.reltuples) >= 10000"""
)
"""As measured over every record that stands in the target, its indexes included."""
_LOADED_ROWS = text(
    """select coalesce(sum(most), 0) from (select max(n) as most from (select stream_id, sum(rows) as n from run_chunk
    where run_id = :run group by stream_id, entity) each group by stream_id) streams"""
)
_WRITE_PROBE = text(
    """create temp table room on commit drop as
    select string_agg(md5(random()::text), '') as filled from generate_series(1, :pages) page, generate_series(1, 256)
    group by page"""
)
"""Pages of 8 KB that no compression makes smaller, written where the database keeps its files."""


def wait_for_room(tenant: str, run_id: str) -> None:
    """Wait until the database's disk has room for what the run still has to write, or the run does not work any more."""
    needed = bytes_needed(tenant, run_id)
    step = f"{NO_ROOM}. The run goes on by itself when {needed / _MEGABYTE:,.0f} MB are free."
    before = _set_step(tenant, run_id, step, warn=True)
    while not _has_room(tenant, needed) and _is_working(tenant, run_id):
        time.sleep(_POLL_SECONDS)
    if before:
        _set_step(tenant, run_id, before, warn=False)


def require_room(context: Context, rows: int) -> None:
    """Raise ConflictError where the disk of the embedded database has no room for so many rows of files.

    The disk of another server cannot be seen from here.
    """
    if settings().database_url is not None:
        return
    needed, free = _bytes_for(context.session, rows), shutil.disk_usage(embedded.data_folder()).free
    if free < needed:
        raise ConflictError(
            f"The database's disk has {free / _MEGABYTE:,.0f} MB free. The run needs about {needed / _MEGABYTE:,.0f} MB.",
            hint=f"Free {(needed - free) / _MEGABYTE:,.0f} MB, then start the run again.",
            state="no_room",
        )


def bytes_needed(tenant: str, run_id: str) -> int:
    """Estimate the bytes that the run's remaining rows will take, by the size of the records in the target; 256 MB at least."""
    try:
        with TenantSession(tenant, "") as session:
            totals = session.scalar(select(Run.totals).where(Run.id == run_id)) or {}
            rows = sum(table["rows"] for table in totals.get("tables", ()) if table["entities"])
            return _bytes_for(session, rows - int(session.scalar(_LOADED_ROWS, {"run": run_id}) or 0))
    except DBAPIError:
        return _MIN_BYTES


def _bytes_for(session: TenantSession, rows: int) -> int:
    size = float(session.scalar(_BYTES_PER_RECORD) or _DEFAULT_ROW_BYTES)
    return max(_MIN_BYTES, int(size * _SIZE_FACTOR * max(rows, 0)))


def _has_room(tenant: str, needed: int) -> bool:
    """Whether the disk has as much room, where this machine has the disk, and the database can write."""
    if settings().database_url is None and shutil.disk_usage(embedded.data_folder()).free < needed:
        return False
    try:
        with TenantSession(tenant, "") as session:
            session.execute(_WRITE_PROBE, {"pages": _PROBE_BYTES // 8192})
            session.rollback()
    except DBAPIError:
        return False
    return True


def _is_working(tenant: str, run_id: str) -> bool:
    try:
        with TenantSession(tenant, "") as session:
            return session.scalar(select(Run.state).where(Run.id == run_id)) in WORKING
    except DBAPIError:
        return True


def _set_step(tenant: str, run_id: str, step: str, *, warn: bool) -> str:
    """Set the step of the run, if the database can write it; return the step before."""
    try:
        with TenantSession(tenant, "") as session:
            before = session.scalar(select(Run.step).where(Run.id == run_id, Run.state.in_(WORKING)))
            if before is None:
                return ""
            session.execute(update(Run).where(Run.id == run_id, Run.state.in_(WORKING)).values(step=step))
            if warn and before != step:
                add_event(session, run_id, "warning", clock.now(), message=step)
            session.commit()
            return str(before)
    except DBAPIError:
        return ""
