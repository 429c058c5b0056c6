"""Finish a run of the demo: by the worker where one lives, else in this process.

The run stays in the queue meanwhile, so a worker that comes up later finishes what this process could not; what both
carry is loaded once, for each chunk's transaction asks the ledger.
"""

from __future__ import annotations

import time

from sqlalchemy import select

from core.db.session import TenantSession
from core.engine.runs.tables import Run
from core.engine.runs.worker import heartbeat, queue, steps
from core.errors import ConflictError

ACTIVE = frozenset({"queued", "running", "verifying"})
IMPORT_TIMEOUT_SECONDS = 180.0  # seconds; the demo's import takes about ten


def finish_run(tenant: str, person: str, run_id: str) -> None:
    """Wait until the run (tenant, person and run by id) has ended; ConflictError after IMPORT_TIMEOUT_SECONDS."""
    until = time.monotonic() + IMPORT_TIMEOUT_SECONDS
    while _state(tenant, person, run_id) in ACTIVE:
        if not any(worker.is_live() for worker in heartbeat.workers()):
            _carry_out(tenant, person, run_id)
            queue.withdraw(run_id)
        elif time.monotonic() > until:
            raise ConflictError(
                "A run of the demo is still under way.",
                hint="Look at Runs, and reset the demo when it has ended.",
            )
        else:
            time.sleep(0.2)


def _carry_out(tenant: str, person: str, run_id: str) -> None:
    with TenantSession(tenant, person, system=True) as session:
        kind = session.scalar(select(Run.kind).where(Run.id == run_id))
    if kind == "dry_run":
        steps.dry_run(tenant, person, run_id, lambda: False)
        return
    tasks = steps.begin(tenant, person, run_id)
    steps.load(tenant, person, run_id, tasks)
    steps.finish(tenant, person, run_id)


def _state(tenant: str, person: str, run_id: str) -> str | None:
    with TenantSession(tenant, person, system=True) as session:
        return session.scalar(select(Run.state).where(Run.id == run_id))
