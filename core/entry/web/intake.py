"""Read files outside the console's process, bounded in time and memory, so that no file keeps other people waiting.

The reading of a hostile file may hold Python's one lock for minutes. It is done in a child of core.entry.web.intake_child.
"""

from __future__ import annotations

import atexit
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from threading import Lock, Thread
from typing import NoReturn

import psutil

from core.context import Context
from core.engine.sources.read import ReaderOptions
from core.entry.web.tickets import Claim
from core.errors import AppError, InvalidInputError, LimitReachedError, SourceUnavailableError
from core.settings import ROOT, settings

MEGABYTE = 1024 * 1024
_POLL_SECONDS = 0.1  # seconds between two looks at the memory
_lock = Lock()
_readers: list[tuple[subprocess.Popen[bytes], socket.socket]] = []
"""The process that forks a child per file, and the socket it takes jobs from; none before the first file."""


def add(claim: Claim, path: Path, name: str) -> dict[str, object]:
    """Add a file to a migration as add_export does; what it was recognised as. Raises what add_export raises.

    LimitReachedError beyond UPLOAD_READ_SECONDS or UPLOAD_READ_MB, InvalidInputError where reading it crashes.
    """
    return _read({**claim, "path": str(path), "name": name}, name)


def reread(context: Context, name: str, file_id: str, options: ReaderOptions) -> dict[str, object]:
    """Read a file again as reread_file does, apart from this process."""
    job = {
        "tenant": context.tenant.id,
        "person": context.person,
        "sign_in": context.sign_in or "",
        "file": file_id,
        "options": asdict(options),
    }
    return _read(job, name)


def warm() -> None:
    """Start the process that reads, unless it lives: its imports take a second or two."""
    with _lock:
        if _readers and _readers[0][0].poll() is None:
            return
        _stop()
        ours, theirs = socket.socketpair()
        log = settings().app_data_dir / "logs" / "intake.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output, theirs:
            process = subprocess.Popen(
                [sys.executable, "-m", "core.entry.web.intake_child", str(theirs.fileno())],
                cwd=ROOT,
                env=os.environ
                | {
                    "APP_DATA_DIR": str(settings().app_data_dir.resolve()),
                    "OPENBLAS_NUM_THREADS": "1",
                    "POLARS_MAX_THREADS": str(max(1, (os.cpu_count() or 1) - 1)),  # one is left for pages
                },
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        _readers.append((process, ours))
        atexit.unregister(stop)
        atexit.register(stop)


def warm_soon() -> None:
    """Warm up beside the upload of the file that is to be read."""
    Thread(target=warm, name="warm-intake", daemon=True).start()


def stop() -> None:
    """End the process that reads, and with it what it reads now."""
    with _lock:
        _stop()


def _stop() -> None:
    while _readers:
        process, control = _readers.pop()
        control.close()
        process.kill()
        process.wait()


def _read(job: Mapping[str, object], name: str) -> dict[str, object]:
    limits = settings()
    memory = limits.upload_read_mb * MEGABYTE
    channel, pid = _child()
    with channel, channel.makefile("r", encoding="utf-8") as lines:
        with suppress(OSError):  # it has ended already; then no answer follows
            channel.sendall(json.dumps({**job, "memory": memory}).encode() + b"\n")
        _watch(channel, pid, name, memory, limits.upload_read_seconds)
        line = ""
        with suppress(OSError):  # the child ended with the job unread, and the channel was reset
            line = lines.readline()
        answer = json.loads(line or '{"crash": "lost"}')
    return _result(answer, name, limits.upload_read_mb)


def _child() -> tuple[socket.socket, int]:
    """Fork a child; return the console's end of its channel, and its process id.

    Where the process that forks them has ended, another one is started once.
    """
    for _ in range(2):
        warm()
        ours, theirs = socket.socketpair()
        with theirs, suppress(OSError, IndexError), _lock:
            socket.send_fds(_readers[0][1], [b"."], [theirs.fileno()])
        number = b""
        with suppress(OSError):
            while not number.endswith(b"\n") and (digit := ours.recv(1)):
                number += digit
        if number:
            return ours, int(number)
        ours.close()
        with suppress(IndexError, subprocess.TimeoutExpired):
            _readers[0][0].wait(1)  # warm() sees then that it has ended
    raise SourceUnavailableError("Files cannot be read now.", hint="Upload the file again in a minute.")


def _watch(channel: socket.socket, pid: int, name: str, memory: int, seconds: float) -> None:
    """Wait for the answer; kill the child, and raise LimitReachedError, beyond its limits."""
    until = time.monotonic() + seconds
    with selectors.DefaultSelector() as selector:
        selector.register(channel, selectors.EVENT_READ)
        while not selector.select(_POLL_SECONDS):
            if _memory(pid) > memory:
                _kill(pid)
                _refuse_memory(name, memory // MEGABYTE)
            if time.monotonic() > until:
                _kill(pid)
                raise LimitReachedError(
                    f"{name} takes longer than {seconds:g} seconds to read.",
                    hint="Split the export by date or location, or raise UPLOAD_READ_SECONDS.",
                    file=name,
                )


def _result(answer: Mapping[str, object], name: str, megabytes: int) -> dict[str, object]:
    error, file = answer.get("error"), answer.get("file")
    if isinstance(file, dict):
        return file
    if isinstance(error, dict):
        raise _kind(error["code"])(error["message"], hint=error["hint"], **error["facts"])
    if answer.get("crash") == "memory":
        _refuse_memory(name, megabytes)
    raise InvalidInputError(
        f"{name} could not be read: the process that read it ended.",
        hint="Open the file in the program it comes from and save it again, or split it.",
        file=name,
    )


def _kind(code: str) -> type[AppError]:
    """Return the class of our errors that has this name."""
    kinds = [AppError]
    for kind in kinds:
        kinds += kind.__subclasses__()
    return next((kind for kind in kinds if kind.__name__ == code), InvalidInputError)


def _refuse_memory(name: str, megabytes: int) -> NoReturn:
    raise LimitReachedError(
        f"{name} needs more than {megabytes:,} MB of memory to read.",
        hint="Split the export by date or location, or raise UPLOAD_READ_MB.",
        file=name,
    )


def _memory(pid: int) -> int:
    """Return the bytes that the child uses by itself; 0 when it has ended."""
    with suppress(psutil.Error):
        return int(psutil.Process(pid).memory_info().rss)
    return 0


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
