"""Workers as processes of their own, and runs for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import func, select

from core.context import Context
from core.engine.runs.tables import Run, RunChunk
from core.engine.runs.worker import queue
from core.engine.sources.tables import Migration
from core.kit.ids import new_id
from tests.engine.runs.processes import forking_workers, mothered, until


@pytest.fixture(scope="session")
def mother(database):
    with mothered() as process:
        yield process


@pytest.fixture
def spawn(mother):
    with forking_workers(mother) as start:
        yield start


@pytest.fixture
def fork(mother):
    """Start a worker with the real pipeline and returns its process id."""
    with forking_workers(mother, fake=False) as start:
        yield lambda: start().process.pid


@pytest.fixture(scope="module")
def worker(mother):
    with forking_workers(mother) as start:
        yield start()


@dataclass
class Probe:
    """A run and what can be seen of it from outside."""

    context: Context
    id: str

    def look(self, column: Any) -> Any:
        value = self.context.session.scalar(select(column).where(Run.id == self.id))
        self.context.session.rollback()
        return value

    @property
    def state(self) -> str:
        return self.look(Run.state)

    @property
    def chunks(self) -> int:
        query = select(func.count()).select_from(RunChunk).where(RunChunk.run_id == self.id)
        value = self.context.session.scalar(query)
        self.context.session.rollback()
        return value

    def reaches(self, *states: str, seconds: float = 60.0) -> str:
        return until(lambda: (state := self.state) in states and state, seconds)

    def has_loaded(self, chunks: int, seconds: float = 60.0) -> None:
        until(lambda: self.chunks >= chunks, seconds)


def add_run(
    context: Context, *, chunks=10, seconds=0.02, kind="import", state="queued", fault=None, faults=1
):
    """Add a run row with a plan for the fake pipeline, in the open transaction."""
    migration = Migration(
        tenant_id=context.tenant.id,
        id=new_id(),
        created_at=context.now,
        name="Move",
        source="toast",
        phase="import",
        settings={},
        created_by=context.person,
    )
    context.session.add(migration)
    context.session.flush()
    run = Run(
        tenant_id=context.tenant.id,
        id=new_id(),
        created_at=context.now,
        migration_id=migration.id,
        validation_id=new_id(),
        kind=kind,
        state=state,
        phase="import",
        step="",
        plan={"chunks": chunks, "seconds": seconds, "fault": fault, "faults": faults},
        plan_hash="",
        rows_total=chunks,
        rows_done=0,
        totals={},
        checksums={},
        worked_seconds=0.0,
        created_by=context.person,
        updated_at=context.now,
    )
    context.session.add(run)
    context.session.flush()
    return run.id


@pytest.fixture
def begin():
    """Put a run in the queue: begin(context, chunks=…, seconds=…, fault=…) -> Probe."""

    def make(context: Context, **more: Any) -> Probe:
        run_id = add_run(context, **more)
        queue.enqueue(context.session, "run_import", context.person, run_id)
        context.session.commit()
        return Probe(context, run_id)

    return make


@pytest.fixture
def probe() -> type[Probe]:
    return Probe
