"""A disk that is full while a run works: says so with how much is needed, waits, and lets the run go on by itself.

A chunk that met the full disk was taken back whole, so that nothing is to be undone.
"""

from __future__ import annotations

import shutil
import time

from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from core.db import embedded
from core.db.session import TenantSession
from core.engine.runs.rules import NO_ROOM
from core.engine.runs.states import WORKING, add_event
from core.engine.runs.tables import Run
from core.kit import clock
from core.settings import settings

_MEGABYTE = 1 << 20
_LEAST = 256 * _MEGABYTE
_SPARE = 2
"""Twice the size of the records: the write-ahead log takes as much until the next checkpoint."""
_LOOK = 2.0  # seconds between two looks
_PROBE = 8 * _MEGABYTE

_BYTES_PER_RECORD = text(
    """select sum(pg_total_relation_size(c.oid)) / greatest(sum(c.reltuples), 1) from pg_class c
    where c.relkind = 'r' and c.relname like 'target\\_%' and c.reltuples > 0"""
)
"""As measured over every record that stands in the target, its indexes included."""
_WRITE = text(
    """create temp table room on commit drop as
    select string_agg(md5(random()::text), '') as filled from generate_series(1, :pages) page, generate_series(1, 256)
    group by page"""
)
"""Pages of 8 KB that no compression makes smaller, written where the database keeps its files."""


def wait_for_room(tenant: str, run_id: str) -> None:
    """Returns when the database's disk has room for what the run still has to write, or the run does not work any more."""
    needed = bytes_needed(tenant, run_id)
    step = f"{NO_ROOM}. The run goes on by itself when {needed / _MEGABYTE:,.0f} MB are free."
    before = _say(tenant, run_id, step, warn=True)
    while not _has_room(tenant, needed) and _works(tenant, run_id):
        time.sleep(_LOOK)
    if before:
        _say(tenant, run_id, before, warn=False)


def bytes_needed(tenant: str, run_id: str) -> int:
    """What the rows that the run has still before it will take, by the size of the records that stand; 256 MB at least."""
    try:
        with TenantSession(tenant, "") as session:
            size = float(session.scalar(_BYTES_PER_RECORD) or 0)
            rows = session.scalar(select(Run.rows_total).where(Run.id == run_id)) or 0
            loaded = session.scalar(
                text(
                    "select coalesce(max(n), 0) from (select sum(rows) as n from run_chunk where run_id = :run group by entity) e"
                ),
                {"run": run_id},
            )
    except DBAPIError:
        return _LEAST
    return max(_LEAST, int(size * _SPARE * max(rows - int(loaded or 0), 0)))


def _has_room(tenant: str, needed: int) -> bool:
    """Whether the disk has as much room, where this machine has the disk, and the database can write."""
    if settings().database_url is None and shutil.disk_usage(embedded.data_folder()).free < needed:
        return False
    try:
        with TenantSession(tenant, "") as session:
            session.execute(_WRITE, {"pages": _PROBE // 8192})
            session.rollback()
    except DBAPIError:
        return False
    return True


def _works(tenant: str, run_id: str) -> bool:
    try:
        with TenantSession(tenant, "") as session:
            return session.scalar(select(Run.state).where(Run.id == run_id)) in WORKING
    except DBAPIError:
        return True


def _say(tenant: str, run_id: str, step: str, *, warn: bool) -> str:
    """Notes what the run does now, if the database can write it; what it did before."""
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
