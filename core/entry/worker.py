"""The worker: the process that carries runs out. Any number may work on one database, on any machine.

It can be killed at any moment: what was under way is taken up by another worker, or by the next one that starts. The
console never waits for it; ensure_worker() starts one on this machine where none lives.
"""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Callable
from threading import Event, Thread
from typing import NoReturn

from sqlalchemy.exc import SQLAlchemyError

from core.db import embedded
from core.db.base import app_engine
from core.db.migrate import migrate
from core.db.turns import Turn, advisory_lock
from core.engine.runs.worker import heartbeat, queue
from core.entry import spawn
from core.entry.tuning import tune_worker
from core.errors import AppError, ConflictError
from core.kit.ids import new_id

_START_LOCK = 7_204_512  # any number: the advisory lock that lets one process at a time start a worker
_START_TIMEOUT_SECONDS = 60.0  # seconds a worker may take to start
_TURN = Turn("is starting a worker", patience=_START_TIMEOUT_SECONDS + 30.0)


def main() -> None:
    """Work until SIGTERM or SIGINT, then hand over at once and exit."""
    executor_id = new_id()
    os.environ["PGAPPNAME"] = queue.connection_name(executor_id)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    logging.getLogger("aura").setLevel(logging.INFO)
    logging.getLogger("dbos").addFilter(_is_news)
    from core.entry import jobs  # noqa: PLC0415  (the clock's library; only needed here)

    tune_worker()
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    migrate()
    heart = heartbeat.Heartbeat(executor_id)
    spawn.write_pid_file()
    heart.beat()  # before it takes any work: who owns work and has no heartbeat is taken for gone
    queue.launch(executor_id)
    heart.take_over()
    Thread(target=heart.run, args=(stop,), name="heartbeat", daemon=True).start()
    jobs.start()
    logging.getLogger("aura.worker").info("Worker %s is ready", executor_id)
    stop.wait()
    leave(heart)


def leave(heart: heartbeat.Heartbeat) -> NoReturn:
    """End the process at once, also where the database is away: the others then take over after the time-out.

    An orderly exit would wait for the open chunk; it is rolled back, and done again by the worker that takes over.
    """
    try:
        heart.leave()
    except (AppError, OSError, SQLAlchemyError) as failure:
        logging.getLogger("aura.worker").warning("Left without handing over: %s", type(failure).__name__)
    finally:
        _exit_at_once()


def _exit_at_once() -> NoReturn:
    try:
        logging.disable()  # what its threads say about the database going away is no news
        embedded.release()
    finally:
        os._exit(0)


def ensure_worker(*, is_wanted: Callable[[], bool] = lambda: True) -> None:
    """Start a worker on this machine unless one lives somewhere; return when it beats.

    Its output goes to APP_DATA_DIR/logs/worker.log. `is_wanted` is asked before it is started and while it starts.
    Raises ConflictError where it is not wanted any more, where it does not come up, where the processes of the data
    folder are being stopped, and where another process has been starting one for longer than its turn may last.
    """
    with (
        app_engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection,
        advisory_lock(connection, _START_LOCK, _TURN),
    ):
        for child in spawn.children:
            child.poll()
        early = spawn.adopt()
        beats = heartbeat.workers()
        living = {worker.process for worker in beats if worker.is_live()}
        if not living:
            starting = early or spawn.coming_up({worker.process for worker in beats})
            if not starting and not is_wanted():
                raise ConflictError("No worker is wanted any more.")
            _wait_for(starting or spawn.spawn(), is_wanted)
        elif early and living - {early.pid}:
            spawn.end(early)


def _wait_for(child: spawn.Starting, is_wanted: Callable[[], bool]) -> None:
    """Return when the worker beats. ConflictError where it ends first or takes too long; then it is ended."""
    until = time.monotonic() + _START_TIMEOUT_SECONDS
    while child.poll() is None and time.monotonic() < until and is_wanted():
        if any(worker.process == child.pid and worker.is_live() for worker in heartbeat.workers()):
            return
        time.sleep(0.1)
    exit_code = child.poll()
    spawn.end(child)  # a worker that nobody waits for any more would come up beside its successor
    raise ConflictError(
        "The worker did not start.",
        hint=f"Its log tells why: {spawn.log_file()}",
        exit_code=exit_code,
    )


def _is_news(record: logging.LogRecord) -> bool:
    """Return whether a line of DBOS tells more than that a run was paused or cancelled: it logs those as errors."""
    text = record.getMessage() + (repr(record.exc_info[1]) if record.exc_info else "")
    return not any(word in text for word in ("Cancelled", "cancelled", "no longer owned", "RunStoppedError"))


if __name__ == "__main__":
    main()
