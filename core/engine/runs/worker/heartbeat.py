"""Send heartbeats, and take over the runs of dead workers. DBOS itself recovers only its own executor.

Every worker beats by the database's clock and looks after all others, without a leader and without a lock: a lock is
one more thing that a frozen worker can hold. That is safe because taking over is an UPDATE that checks the owner. A
frozen worker also holds the rows of its open chunk, so its connections are ended first, by their application_name.
"""

from __future__ import annotations

import logging
import socket
import time
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import psutil
from sqlalchemy import Connection, bindparam, text

from core.db import embedded
from core.db.base import app_engine
from core.db.migrate import is_newer, newest_revision
from core.engine.runs.worker import handover, queue
from core.settings import settings

_log = logging.getLogger("aura.heartbeat")

_UNATTENDED_LIMIT = (
    10.0  # seconds between a claim and the start of its work; on a busy machine it takes one or two
)

_BEAT = text(
    """insert into worker_beat (executor_id, host, process, process_started, started_at, beat_at)
    values (:executor, :host, :process, :process_started, clock_timestamp(), clock_timestamp())
    on conflict (executor_id) do update
    set beat_at = excluded.beat_at, process_started = excluded.process_started"""
)
_BEATS = text(
    """select executor_id, host, process, process_started,
    cast(extract(epoch from clock_timestamp() - beat_at) as float) as silent from worker_beat"""
)
_END_CONNECTIONS = text(
    """select pg_terminate_backend(pid, 1000) from pg_stat_activity
    where application_name = :name and pid <> pg_backend_pid()"""
)
_FORGET = text("delete from worker_beat where executor_id in :executors").bindparams(
    bindparam("executors", expanding=True)
)


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker as its last beat left it. `silent` is seconds since then, by the database's clock."""

    executor_id: str
    host: str
    process: int
    process_started: float
    silent: float

    def is_gone(self) -> bool:
        """Whether its process is known to have ended: seen from its own machine only, else False."""
        return self.host == host() and not _runs(self.process, self.process_started)

    def is_live(self) -> bool:
        return self.silent <= settings().heartbeat_timeout_seconds and not self.is_gone()


def workers() -> list[Worker]:
    """List every worker that has a heartbeat, also a dead one that was not taken over yet."""
    with _autocommit() as connection:
        return [Worker(*row) for row in connection.execute(_BEATS)]


def host() -> str:
    """Name the machine on which process ids mean the same: containers may share a name and a kernel."""
    namespace = Path("/proc/self/ns/pid")
    return socket.gethostname() + (f" {namespace.readlink()}" if namespace.exists() else "")


@dataclass(slots=True)
class Heartbeat:
    """Heartbeat of one worker, which also watches the others."""

    executor_id: str
    steady_since: float | None = field(default=None, init=False)
    last: float = field(default=0.0, init=False)
    unattended_since: dict[str, float] = field(default_factory=dict, init=False)

    def run(self, stop: Event) -> None:
        """Send heartbeats and take over until `stop`. A database that is away is waited for; one that is newer ends the worker."""
        interval = min(2.0, settings().heartbeat_timeout_seconds / 5)
        while not stop.wait(interval):
            try:
                self.beat()
                if is_newer():
                    _log.error(
                        "The database is newer than this worker (revision %s). Its work is handed over. Update this"
                        " installation and start it again.",
                        newest_revision(),
                    )
                    stop.set()
                    return
                self.take_over()
                self.requeue_unattended()
            except Exception as failure:  # noqa: BLE001  (the heart of the worker's loop: it may never stop)
                self.steady_since = None
                _log.warning("No heartbeat: %s", type(failure).__name__)
                embedded.revive()

    def beat(self) -> None:
        """Record that this worker lives."""
        process = psutil.Process()
        params = {
            "executor": self.executor_id,
            "host": host(),
            "process": process.pid,
            "process_started": process.create_time(),
        }
        with _autocommit() as connection:
            connection.execute(_BEAT, params)
        now = time.monotonic()
        if self.steady_since is None or now - self.last > settings().heartbeat_timeout_seconds / 2:
            self.steady_since = now
        self.last = now

    def take_over(self) -> list[str]:
        """Put the work of every dead worker back in the queue; returns their executor ids."""
        owners = queue.owners()  # read before the beats: who owns work then has beaten already, or has left
        other_workers = [worker for worker in workers() if worker.executor_id != self.executor_id]
        dead = [worker.executor_id for worker in other_workers if self._is_dead(worker)]
        dead += sorted(owners - {worker.executor_id for worker in other_workers} - {self.executor_id})
        queue.adopt()
        for executor_id in dead:
            with _autocommit() as connection:
                connection.execute(_END_CONNECTIONS, {"name": queue.connection_name(executor_id)})
            work = handover.work_of(executor_id)
            recovered = queue.recover(executor_id)
            if recovered:
                handover.note(work)
            _log.info("Worker %s is gone; %d runs taken over", executor_id, recovered)
        _forget(dead)  # last, so that a take-over that breaks off is done again
        return dead

    def requeue_unattended(self) -> None:
        """Put back in the queue what this worker has claimed and has not carried out for a while (queue.unattended)."""
        now = time.monotonic()
        self.unattended_since = {
            workflow: self.unattended_since.get(workflow, now) for workflow in queue.unattended()
        }
        overdue = [
            workflow for workflow, since in self.unattended_since.items() if now - since >= _UNATTENDED_LIMIT
        ]
        if overdue:
            _log.warning("%d claimed runs were not begun; they go back to the queue", queue.requeue(overdue))

    def leave(self) -> None:
        """Remove this worker's heartbeat: the others take over at once."""
        _forget([self.executor_id])

    def _is_dead(self, worker: Worker) -> bool:
        """Whether the worker has ended, or was silent while this one beat steadily: else the database may have been away."""
        patience = settings().heartbeat_timeout_seconds
        steady = self.steady_since is not None and time.monotonic() - self.steady_since >= patience
        return worker.is_gone() or (steady and worker.silent > patience)


def _forget(executors: list[str]) -> None:
    if executors:
        with _autocommit() as connection:
            connection.execute(_FORGET, {"executors": executors})


def _runs(process: int, start_time: float) -> bool:
    """Whether a process is there, and is the one that started then (the number may have been given again)."""
    try:
        running = psutil.Process(process)
        return bool(
            running.status() != psutil.STATUS_ZOMBIE and abs(running.create_time() - start_time) < 1.0
        )
    except psutil.NoSuchProcess:
        return False


def _autocommit() -> Connection:
    return app_engine().connect().execution_options(isolation_level="AUTOCOMMIT")
