"""Sees a run of the demo to its end: by the worker where one lives, else in this process.

The run stays in the queue meanwhile, so a worker that comes up later finishes what this process could not; what both
carry is loaded once, for each chunk's transaction asks the ledger.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select

from core.db.session import TenantSession
from core.engine.runs.tables import Run
from core.engine.runs.worker import heartbeat, queue, steps
from core.errors import ConflictError

ACTIVE = frozenset({"queued", "running", "verifying"})
PATIENCE = 180.0  # seconds; the demo's import takes about ten


def finish_run(tenant: str, person: str, run_id: str) -> None:
    """Returns when the run (tenant, person and run by id) is not under way any more; ConflictError after PATIENCE."""
    until = time.monotonic() + PATIENCE
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
    with TenantSession(tenant, person) as session:
        kind = session.scalar(select(Run.kind).where(Run.id == run_id))
    if kind == "dry_run":
        steps.dry_run(tenant, person, run_id, lambda: False)
        return
    with _quick_turns():
        tasks = steps.begin(tenant, person, run_id)
        steps.load(tenant, person, run_id, tasks)
        steps.finish(tenant, person, run_id)


@contextmanager
def _quick_turns() -> Iterator[None]:
    """Threads hand the interpreter over as often as in a worker: an import's lanes do so a hundred times a chunk."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.0003)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def _state(tenant: str, person: str, run_id: str) -> str | None:
    with TenantSession(tenant, person) as session:
        return session.scalar(select(Run.state).where(Run.id == run_id))
