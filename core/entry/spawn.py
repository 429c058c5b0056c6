"""Start, adopt and end the worker's process.

Needs the settings and little more, so that a command that will want a worker can start it before its own imports: both
then get ready at the same time.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import psutil

from core.errors import ConflictError
from core.settings import ROOT, settings

LEAVE_SECONDS = 10.0
"""How long a worker that is not needed may take to leave."""

_FIRST_BEAT_SECONDS = 60.0  # seconds within which a worker beats for the first time
_STOPPING = "stopping"  # the file that names who is stopping all processes of the data folder
_MODULE = "core.entry.worker"


class Starting(Protocol):
    """A worker that has been started, by this process or by another."""

    @property
    def pid(self) -> int: ...

    def poll(self) -> int | None:
        """Return the exit code once the worker has ended, as subprocess.Popen does."""

    def terminate(self) -> None: ...

    def kill(self) -> None: ...

    def wait(self, timeout: float | None = None) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Stranger:
    """A worker that is no child of this process; how it ended is known to its starter only."""

    process: psutil.Process

    @property
    def pid(self) -> int:
        return int(self.process.pid)

    def poll(self) -> int | None:
        with suppress(psutil.NoSuchProcess):
            return None if self.process.status() != psutil.STATUS_ZOMBIE else -1
        return -1

    def terminate(self) -> None:
        with suppress(psutil.NoSuchProcess):
            self.process.terminate()

    def kill(self) -> None:
        with suppress(psutil.NoSuchProcess):
            self.process.kill()

    def wait(self, timeout: float | None = None) -> int | None:
        code: int | None = self.process.wait(timeout)
        return code


children: list[subprocess.Popen[bytes]] = []
"""Kept, so that one that ended does not stay behind as a zombie."""

_prestarted: list[subprocess.Popen[bytes]] = []
"""The worker that was started before it was known whether another one lives, until it is adopted or discarded."""


def spawn() -> subprocess.Popen[bytes]:
    """Start a worker; its output goes to APP_DATA_DIR/logs/worker.log.

    ConflictError while the processes of the data folder are being stopped.
    """
    if is_stopping():
        raise ConflictError(
            "The processes of this data folder are being stopped.",
            hint="Start again when `aura stop` has ended.",
        )
    log = log_file()
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        child = subprocess.Popen(
            [sys.executable, "-m", _MODULE],
            cwd=ROOT,
            env=os.environ | {"APP_DATA_DIR": str(settings().app_data_dir.resolve())},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C in the console's terminal is not meant for it
        )
    children.append(child)
    _pid_file().write_text(str(child.pid))
    return child


def log_file() -> Path:
    """Return the file that workers started here write their output to."""
    return settings().app_data_dir / "logs" / "worker.log"


def coming_up(beaten: Collection[int]) -> Starting | None:
    """Find a worker that another process has started and that has not beaten yet (`beaten`: the processes that have).

    Its starter may have been killed while it waited for it.
    """
    with suppress(OSError, ValueError, psutil.Error):
        process = psutil.Process(int(_pid_file().read_text()))
        is_worker = _MODULE in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE
        if (
            is_worker
            and process.pid not in beaten
            and time.time() - process.create_time() < _FIRST_BEAT_SECONDS
        ):
            return Stranger(process)
    return None


def prestart_worker() -> None:
    """Start a worker unless one seems to live on this machine. Whoever calls this must adopt or discard it.

    Only with the embedded database: workers of a server's may live anywhere, and only the database tells.
    """
    if settings().database_url is None and not _seems_to_live() and not is_stopping():
        _prestarted.append(spawn())


def adopt() -> subprocess.Popen[bytes] | None:
    """Return the prestarted worker, from now on the caller's; None without one, or where it has ended."""
    child = _prestarted.pop() if _prestarted else None
    return child if child is not None and child.poll() is None else None


def discard() -> None:
    """End the prestarted worker, unless it was adopted."""
    if child := adopt():
        end(child)


def end(child: Starting) -> None:
    """Terminate a worker in good order, so that the embedded server does not stay behind for its sake."""
    if child.poll() is not None:
        return
    child.terminate()
    try:
        child.wait(LEAVE_SECONDS)
    except (subprocess.TimeoutExpired, psutil.TimeoutExpired):
        child.kill()


@contextmanager
def stopping(folder: Path) -> Iterator[None]:
    """Mark the data folder as being stopped inside the block: nobody starts a worker for it."""
    me = psutil.Process()
    marker = folder / _STOPPING
    if marker.parent.is_dir():
        marker.write_text(f"{me.pid} {me.create_time()}")
    try:
        yield
    finally:
        marker.unlink(missing_ok=True)


def is_stopping() -> bool:
    """Return whether a living process is stopping all processes of the data folder."""
    with suppress(OSError, ValueError, psutil.Error):
        process, created = (settings().app_data_dir / _STOPPING).read_text().split()
        return bool(abs(psutil.Process(int(process)).create_time() - float(created)) < 1.0)
    return False


def write_pid_file() -> None:
    """Write this process's id to the worker's PID file; a worker does so when it comes up."""
    _pid_file().parent.mkdir(parents=True, exist_ok=True)  # with DATABASE_URL nothing else has made it yet
    _pid_file().write_text(str(os.getpid()))


def _seems_to_live() -> bool:
    """Guess whether a worker lives: one that is missed costs a second one, which is discarded again."""
    try:
        os.kill(int(_pid_file().read_text()), 0)
    except (OSError, ValueError):
        return False
    return True


def _pid_file() -> Path:
    return settings().app_data_dir / "worker.pid"
