"""Workers as processes of their own: forked from a mother who has imported what they need."""

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

from core.engine.runs.worker import heartbeat

TEST_FOLDER = Path(__file__).parent
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
    """Wait for the condition and returns what it returned."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if result := condition():
            return result
        time.sleep(0.02)
    raise AssertionError("it did not come about in time")


def worker_log() -> Path:
    return Path(os.environ["APP_DATA_DIR"]) / "worker.log"


@contextmanager
def mothered():
    """Start the process whose children the workers are; it has imported what they need."""
    with (
        worker_log().open("ab") as output,
        subprocess.Popen(
            [sys.executable, str(TEST_FOLDER / "forking_worker.py")],
            cwd=TEST_FOLDER.parents[2],
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
def forking_workers(mother: subprocess.Popen[str], *, fake: bool = True, **environment: str):
    """Start workers on demand, each in a fraction of a second; ends those that are left."""
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
