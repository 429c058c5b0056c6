"""Say why a run does not go on: no worker is online, or it makes no progress. From reads: it needs no worker to say so."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from core.context import Context
from core.engine.runs.rules import ACTIVE, WORKING
from core.engine.runs.tables import Run, RunChunk, RunEvent
from core.engine.runs.worker import heartbeat
from core.kit import clock
from core.settings import settings

NO_WORKER = "No worker is online: the run goes on when one starts. The console starts one by itself; without a console run `aura worker`."


def standstill(context: Context, run: Run) -> str:
    """Say why the run does not go on, and the remedy; '' where it goes on, waits its turn, or is not under way."""
    if run.state not in ACTIVE:
        return ""
    if not has_worker():
        return NO_WORKER
    return _without_progress(context, run) if run.state in WORKING else ""


def has_worker() -> bool:
    """Whether any worker is online, on whatever machine."""
    return any(worker.is_live() for worker in heartbeat.workers())


def _without_progress(context: Context, run: Run) -> str:
    """Warn of a run whose last chunk, event and change of state are older than MIGRATION_TIMEOUT_MINUTES."""
    signs = [
        context.session.scalar(select(func.max(column)).where(owner == run.id))
        for column, owner in ((RunChunk.loaded_at, RunChunk.run_id), (RunEvent.at, RunEvent.run_id))
    ]
    stood = clock.now() - max(sign for sign in (run.updated_at, *signs) if sign)
    if stood <= timedelta(minutes=settings().migration_timeout_minutes):
        return ""
    minutes = int(stood.total_seconds() // 60)
    return (
        f"The run has made no progress for {minutes:,} minutes. Pause and resume it, or see the worker's log."
    )
