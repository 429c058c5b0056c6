"""The worker's process as others see it. Needs the settings and little more, so that a command which will want a
worker can start one before its own imports: both then make ready at the same time.
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

_KEEP_MEMORY = {
    "_RJEM_MALLOC_CONF": "narenas:1,dirty_decay_ms:3000,muzzy_decay_ms:-1,thp:always",
    "MALLOC_TRIM_THRESHOLD_": str(1024**3),
    "MALLOC_MMAP_THRESHOLD_": str(32 * 1024**2),  # the most that glibc takes
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
    "MALLOC_TOP_PAD_": str(16 * 1024**2),
}
"""Chunk after chunk needs as much memory as the one before: what Polars (jemalloc) and Python (glibc) free is kept, and
one arena takes all of it. Given back, it would be faulted in again: three quarters of a million-row import's faults.
In large pages, half of the rest is saved.
"""

LEAVE_SECONDS = 10.0
"""How long a worker that nobody needs may take to leave."""


_COMING_UP = 60.0  # seconds within which a worker beats for the first time
_STOPPING = "stopping"  # the file that names who is stopping all processes of the data folder
_MODULE = "core.entry.worker"


class Starting(Protocol):
    """A worker that has been started, by this process or by another."""

    @property
    def pid(self) -> int: ...

    def poll(self) -> int | None:
        """Its exit code once it has ended, as subprocess.Popen has it."""

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

_early: list[subprocess.Popen[bytes]] = []
"""The worker started before anybody knew whether one lives, until claimed or dismissed."""


def spawn() -> subprocess.Popen[bytes]:
    """Starts a worker; its output goes to APP_DATA_DIR/logs/worker.log.

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
            env=os.environ | _KEEP_MEMORY | {"APP_DATA_DIR": str(settings().app_data_dir.resolve())},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C in the console's terminal is not meant for it
        )
    children.append(child)
    _mark().write_text(str(child.pid))
    return child


def log_file() -> Path:
    """Where the workers started here write what they have to say."""
    return settings().app_data_dir / "logs" / "worker.log"


def coming_up(beaten: Collection[int]) -> Starting | None:
    """The worker that another process has started and that has not beaten yet (`beaten`: the processes that have).

    Its starter may have been killed while it waited for it.
    """
    with suppress(OSError, ValueError, psutil.Error):
        process = psutil.Process(int(_mark().read_text()))
        is_worker = _MODULE in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE
        if is_worker and process.pid not in beaten and time.time() - process.create_time() < _COMING_UP:
            return Stranger(process)
    return None


def spawn_early() -> None:
    """Starts a worker unless one seems to live on this machine. Whoever calls this must claim or dismiss it.

    Only with the embedded database: workers of a server's may live anywhere, and only the database tells.
    """
    if settings().database_url is None and not _seems_to_live() and not is_stopping():
        _early.append(spawn())


def claim() -> subprocess.Popen[bytes] | None:
    """The worker that was started early, from now on the caller's; None without one, or where it has ended."""
    child = _early.pop() if _early else None
    return child if child is not None and child.poll() is None else None


def dismiss() -> None:
    """Ends the worker that was started early, should nobody have claimed it."""
    if child := claim():
        end(child)


def end(child: Starting) -> None:
    """Has it leave in good order, so that the embedded server does not stay behind for its sake."""
    if child.poll() is not None:
        return
    child.terminate()
    try:
        child.wait(LEAVE_SECONDS)
    except (subprocess.TimeoutExpired, psutil.TimeoutExpired):
        child.kill()


@contextmanager
def stopping(folder: Path) -> Iterator[None]:
    """Inside the block nobody starts a worker for the data folder: all its processes are being stopped."""
    me = psutil.Process()
    mark = folder / _STOPPING
    if mark.parent.is_dir():
        mark.write_text(f"{me.pid} {me.create_time()}")
    try:
        yield
    finally:
        mark.unlink(missing_ok=True)


def is_stopping() -> bool:
    """Whether somebody is stopping all processes of the data folder; one who was killed while doing so is not."""
    with suppress(OSError, ValueError, psutil.Error):
        process, created = (settings().app_data_dir / _STOPPING).read_text().split()
        return bool(abs(psutil.Process(int(process)).create_time() - float(created)) < 1.0)
    return False


def leave_mark() -> None:
    """Called by a worker that comes up."""
    _mark().parent.mkdir(parents=True, exist_ok=True)  # with DATABASE_URL nothing else has made it yet
    _mark().write_text(str(os.getpid()))


def _seems_to_live() -> bool:
    """A hint, no more: a worker that is missed costs a second one that is dismissed again."""
    try:
        os.kill(int(_mark().read_text()), 0)
    except (OSError, ValueError):
        return False
    return True


def _mark() -> Path:
    return settings().app_data_dir / "worker.pid"
