"""Keep a worker running while somebody waits for its work: in the console, and in every command that waits for a run.

A supervisor looks at the workers' beats every two seconds. Where no worker lives any more it starts another one, which
takes the runs over; any number of supervisors may do so at once, for a worker is started by one process at a time.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread

from core.db import embedded
from core.engine.runs.worker import heartbeat
from core.entry import spawn
from core.entry.worker import ensure_worker
from core.errors import AppError, ConflictError

LOOK_EVERY = 2.0  # seconds between two looks
_SHORT_LIFE_SECONDS = 10.0  # seconds: a worker that lived no longer counts as one that ended at its start
_MAX_FAILED_STARTS = 3  # starts that failed in a row, after which a command gives up
_MAX_SHORT_LIVES = 10  # workers in a row that ended at their start, after which a command gives up
_MAX_START_PAUSE_SECONDS = 300.0  # seconds between two tries to start a worker that does not come up
_MAX_RESTART_PAUSE_SECONDS = 20.0  # seconds between two starts of workers that come up and end

_log = logging.getLogger("aura.supervisor")


@dataclass(slots=True)
class Supervisor:
    """A process's knowledge of the workers, and when it may start the next one.

    `tell` takes sentences for people. `failure` says why no worker can be started, once several tries have failed;
    None while there is hope.
    """

    tell: Callable[[str], None]
    stop: Event = field(default_factory=Event)
    failure: ConflictError | None = field(default=None, init=False)
    _thread: Thread | None = field(default=None, init=False)
    _missed: int = field(default=0, init=False)
    _failed: int = field(default=0, init=False)
    _short_lives: int = field(default=0, init=False)
    _started_at: float | None = field(default=None, init=False)
    _not_before: float = field(default=0.0, init=False)

    def begin(self) -> None:
        """Look from now on, in a thread beside the caller's."""
        self._thread = Thread(target=self.run, name="supervisor", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Look no more; a worker that is just being started leaves again."""
        self.stop.set()
        if self._thread is not None:
            self._thread.join(spawn.LEAVE_SECONDS + LOOK_EVERY)

    def run(self) -> None:
        """Look again and again until `stop`. A database that is away is waited for."""
        while not self.stop.wait(LOOK_EVERY):
            try:
                self.look()
            except Exception as failure:  # noqa: BLE001  (the supervisor's loop: it may never stop)
                self._missed = 0  # the workers' silence may be the database's
                _log.warning("The workers cannot be seen: %s", type(failure).__name__)
                embedded.revive()

    def look(self) -> None:
        """Look at the workers once; start one where none lives and it is time to."""
        workers = heartbeat.workers()
        now = time.monotonic()
        if any(worker.is_live() for worker in workers):
            self._missed = 0
            if self._started_at is None or now - self._started_at > _SHORT_LIFE_SECONDS:
                self._failed = self._short_lives = 0
                self.failure = None
            return
        self._missed += 1
        has_ended = bool(workers) and all(worker.is_gone() for worker in workers)
        # Silence counts when it is met twice: after a machine has slept, everybody's last beat is old.
        if (has_ended or self._missed > 1) and now >= self._not_before:
            self._replace(workers)

    def _replace(self, workers: list[heartbeat.Worker]) -> None:
        short = self._started_at is not None and time.monotonic() - self._started_at <= _SHORT_LIFE_SECONDS
        self._short_lives = self._short_lives + 1 if short else 0
        self.tell(_what_happened(workers))
        try:
            ensure_worker(is_wanted=lambda: not self.stop.is_set())
        except AppError as error:
            if not self.stop.is_set():
                self._give_in(error)
            return
        self._started_at = time.monotonic()
        self._failed = self._missed = 0
        self.tell(f"{_online_workers(heartbeat.workers())} is online and takes up the runs.")
        if self._short_lives:
            self._not_before = self._started_at + min(_MAX_RESTART_PAUSE_SECONDS, 2.0**self._short_lives)
        if self._short_lives >= _MAX_FAILED_STARTS:
            self.tell(
                f"The worker has ended shortly after its start {self._short_lives} times in a row. Its log: {spawn.log_file()}"
            )
        if self._short_lives >= _MAX_SHORT_LIVES:
            self.failure = ConflictError(
                "The worker ends again and again shortly after its start.",
                hint=f"Its log tells why: {spawn.log_file()}",
            )

    def _give_in(self, error: AppError) -> None:
        """Wait longer after each try that failed; after several say that it will not do."""
        self._failed += 1
        pause = min(_MAX_START_PAUSE_SECONDS, 5.0 * 2 ** (self._failed - 1))
        self._not_before = time.monotonic() + pause
        self.tell(f"{error} The next try is in {pause:.0f} seconds.")
        if self._failed >= _MAX_FAILED_STARTS:
            self.failure = ConflictError(
                f"The worker does not start: {self._failed} tries have failed.",
                hint=f"Its log tells why: {spawn.log_file()}",
                tries=self._failed,
            )


@contextmanager
def supervised(tell: Callable[[str], None]) -> Iterator[Supervisor]:
    """Keep a worker running inside the block. When it ends, none is started any more."""
    supervisor = Supervisor(tell)
    supervisor.begin()
    try:
        yield supervisor
    finally:
        supervisor.end()


def _what_happened(workers: list[heartbeat.Worker]) -> str:
    """Describe the workers by the one with the newest beat."""
    if not workers:
        return "No worker is online. Starting one."
    last = min(workers, key=lambda worker: worker.silent)
    if last.is_gone():
        return f"The worker (process {last.process}) has ended. Starting another."
    return f"The worker (process {last.process}) has not been heard of for {last.silent:.0f} seconds. Starting another."


def _online_workers(workers: list[heartbeat.Worker]) -> str:
    online = [str(worker.process) for worker in workers if worker.is_live()]
    return f"A worker (process {', '.join(online)})"
