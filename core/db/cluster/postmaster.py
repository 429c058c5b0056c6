"""Find the server's first process by its file postmaster.pid, and remove what a crash left.

The file's lines: process id, data folder, start (seconds since 1970), port, folder of the socket, address, shared
memory, state (`src/include/utils/pidfile.h` of PostgreSQL). After a crash it stays; the process id may meanwhile be
another program's, and the file may be cut short.
"""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from core.db.cluster.sockets import SOCKET

_LINES = 8
_WRITING_SECONDS = 0.5  # seconds between the making of the file and its first line
_PAUSE = 0.02
_ORPHAN_TIMEOUT_SECONDS = 5.0  # seconds a process of a dead server may take to leave


@dataclass(frozen=True, slots=True)
class Postmaster:
    """A server's first process. `state` is starting, stopping, ready or standby; '' where the file does not say yet."""

    pid: int
    sockets: Path
    state: str


def running(folder: Path) -> Postmaster | None:
    """Return the server that works on the data folder; None where there is none, whatever its file says."""
    padded = [line.strip() for line in _lines(folder)] + [""] * _LINES
    if not padded[0].isdigit():
        return None
    postmaster = Postmaster(int(padded[0]), Path(padded[4] or folder), padded[7])
    return postmaster if _is_server(postmaster.pid, folder) or _answers(postmaster) else None


def _lines(folder: Path) -> list[str]:
    """Return the file's lines; an empty file is read again: a server makes it first and writes it then."""
    until = time.monotonic() + _WRITING_SECONDS
    while True:
        try:
            content = (folder / "postmaster.pid").read_text(errors="replace")
        except FileNotFoundError:
            return []
        if content.strip() or time.monotonic() > until:
            return content.splitlines()
        time.sleep(_PAUSE)


def clear_leftovers(folder: Path, sockets: Path) -> None:
    """Remove what a server that is gone has left: processes of connections, postmaster.pid, the socket and its lock.

    To be called only where `running` returned None. PostgreSQL itself refuses to start while the process id of such a
    file is another program's.
    """
    if not (folder / "postmaster.pid").exists() and not (sockets / f"{SOCKET}.lock").exists():
        return
    orphans = [process for process in psutil.process_iter(["name"]) if _is_orphan(process, folder)]
    for process in orphans:
        with suppress(psutil.Error):
            process.terminate()
    for process in psutil.wait_procs(orphans, timeout=_ORPHAN_TIMEOUT_SECONDS)[1]:
        with suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(orphans, timeout=_ORPHAN_TIMEOUT_SECONDS)
    for path in (folder / "postmaster.pid", sockets / SOCKET, sockets / f"{SOCKET}.lock"):
        path.unlink(missing_ok=True)


def _is_server(pid: int, folder: Path) -> bool:
    """Return whether the process is PostgreSQL on this data folder; process ids are used again."""
    try:
        process = psutil.Process(pid)
        command = process.cmdline()
        return (
            process.status() != psutil.STATUS_ZOMBIE
            and bool(command)
            and Path(command[0]).name == "postgres"
            and str(folder) in command
        )
    except psutil.Error:
        return False


def _answers(server: Postmaster) -> bool:
    """Return whether a server listens whose process cannot be seen: in another container, or of another user."""
    with socket.socket(socket.AF_UNIX) as client, suppress(OSError):
        client.settimeout(1)
        client.connect(str(server.sockets / SOCKET))
        return True
    return False


def _is_orphan(process: psutil.Process, folder: Path) -> bool:
    """Return whether the process serves a connection on this folder: the server's processes all work in it."""
    with suppress(psutil.Error):
        return process.info["name"] == "postgres" and Path(process.cwd()) == folder
    return False
