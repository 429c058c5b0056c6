"""Workers as processes of their own, and runs for them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import func, select

from core.context import Context
from core.engine.runs import heartbeat, queue
from core.engine.runs.tables import Run, RunChunk
from core.engine.sources.tables import Migration
from core.kit.ids import new_id

HERE = Path(__file__).parent
TIMEOUT = 2.0


@dataclass
class WorkerProcess:
    process: psutil.Process

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    @property
    def beats(self) -> bool:
        return any(worker.process == self.process.pid for worker in heartbeat.workers())

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


def until(condition: Callable[[], Any], seconds: float = 60.0) -> Any:
    """Waits for the condition and returns what it returned."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.02)
    raise AssertionError("it did not come about in time")


def worker_log() -> Path:
    return Path(os.environ["APP_DATA_DIR"]) / "worker.log"


@pytest.fixture(scope="session")
def mother(database):
    """The process whose children the workers are; it has imported what they need."""
    with (
        worker_log().open("ab") as output,
        subprocess.Popen(
            [sys.executable, str(HERE / "forking_worker.py")],
            cwd=HERE.parents[2],
            env=os.environ | {"HEARTBEAT_TIMEOUT_SECONDS": str(TIMEOUT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=output,
            text=True,
        ) as process,
    ):
        yield process
        process.stdin.close()


@contextmanager
def started(mother: subprocess.Popen[str], *, fake: bool = True, **environment: str):
    """Starts workers on demand, each in a fraction of a second; ends those that are left."""
    workers: list[WorkerProcess] = []

    def start() -> WorkerProcess:
        mother.stdin.write(json.dumps({"fake": fake, "environment": environment}) + "\n")
        mother.stdin.flush()
        workers.append(WorkerProcess(psutil.Process(int(mother.stdout.readline()))))
        until(lambda: workers[-1].beats or not workers[-1].process.is_running())
        assert workers[-1].process.is_running(), worker_log().read_text()[-3000:]
        return workers[-1]

    try:
        yield start
    finally:
        for worker in workers:
            with suppress(psutil.NoSuchProcess):
                worker.kill()


@pytest.fixture
def spawn(mother):
    with started(mother) as start:
        yield start


@pytest.fixture
def fork(mother):
    """Starts a worker with the real pipeline and returns its process id."""
    with started(mother, fake=False) as start:
        yield lambda: start().process.pid


@pytest.fixture(scope="module")
def worker(mother):
    with started(mother) as start:
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
        return until(lambda: (found := self.state) in states and found, seconds)

    def has_loaded(self, chunks: int, seconds: float = 60.0) -> None:
        until(lambda: self.chunks >= chunks, seconds)


def add_run(
    context: Context, *, chunks=10, seconds=0.02, kind="import", state="queued", fault=None, faults=1
):
    """A run row with a plan for the fake pipeline, in the open transaction."""
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
        digest="",
        rows_total=chunks,
        rows_done=0,
        totals={},
        digests={},
        worked_seconds=0.0,
        created_by=context.person,
        updated_at=context.now,
    )
    context.session.add(run)
    context.session.flush()
    return run.id


@pytest.fixture
def begin():
    """Puts a run in the queue: begin(context, chunks=…, seconds=…, fault=…) -> Probe."""

    def make(context: Context, **more: Any) -> Probe:
        run_id = add_run(context, **more)
        queue.enqueue(context.session, "run_import", context.person, run_id)
        context.session.commit()
        return Probe(context, run_id)

    return make


@pytest.fixture
def probe() -> type[Probe]:
    return Probe
