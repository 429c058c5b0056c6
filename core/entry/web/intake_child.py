"""The process that reads uploaded files, one child per file: `python -m core.entry.web.intake_child SOCKET`.

It has everything imported and waits on its socket; for each job it is sent the end of a new channel, forks, and the
child works. A file that crashes its child, or has it killed, costs nobody else anything. It ends with its console.
"""

from __future__ import annotations

import ctypes
import json
import logging
import os
import resource
import signal
import socket
import sys
import traceback
from pathlib import Path

from adapters import SOURCES
from core.db import embedded
from core.db.base import app_engine
from core.engine.mapping.actions import add_export
from core.engine.sources.actions import reread_file
from core.engine.sources.read import ReaderOptions
from core.engine.sources.tables import SourceFile
from core.errors import AppError
from core.platform.access.actions import enter

_END_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)
_SPARE = 1 << 30  # bytes of address space that are reserved and not used
_NICE = 15  # far below the console, which answers people: a thirtieth of a processor that both want
log = logging.getLogger("aura.intake")


def main() -> None:
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the console, whose end is this one's
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the children
    control = socket.socket(fileno=int(sys.argv[1]))
    while True:
        message, received, _, _ = socket.recv_fds(control, 1, 1)
        if not message:
            return
        channel = socket.socket(fileno=received[0])
        if os.fork() == 0:
            control.close()
            _child(channel)
        channel.close()


def _child(channel: socket.socket) -> None:
    """Answer one job and end."""
    _end_with_parent()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # the reader of workbooks waits for a process of its own
    code = 1
    try:
        with channel.makefile("rw", encoding="utf-8") as lines:
            lines.write(f"{os.getpid()}\n")
            lines.flush()
            os.nice(_NICE)
            lines.write(json.dumps(_answer(json.loads(lines.readline()))) + "\n")
        code = 0
    finally:
        if code:
            log.error("reading a file failed\n%s", traceback.format_exc())
        try:
            app_engine().dispose()
            embedded.release()
        finally:
            os._exit(code)  # never back into the loop of the process that forked this one


def _answer(job: dict[str, object]) -> dict[str, object]:
    """Answer a job with {'file': …}, or {'error': …} as its class and its parts."""
    limit = int(str(job["memory"])) + _SPARE
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        return {"file": _work(job)}
    except MemoryError:
        return {"crash": "memory"}
    except AppError as error:
        facts = json.loads(json.dumps(error.facts, default=str))
        return {"error": {"code": error.code, "message": error.message, "hint": error.hint, "facts": facts}}


def _work(job: dict[str, object]) -> dict[str, object]:
    with enter(str(job["person"]), str(job["tenant"]), sign_in=str(job["sign_in"]) or None) as context:
        if "options" in job:
            options = ReaderOptions(**job["options"])  # type: ignore[arg-type]  # as asdict wrote them
            return _summary(reread_file(context, str(job["file"]), options, SOURCES))
        path, name, migration = Path(str(job["path"])), str(job["name"]), str(job["migration"])
        return _summary(
            add_export(context, migration, path, SOURCES, name=name, creates=bool(job["creates"]))
        )


def _summary(file: SourceFile) -> dict[str, object]:
    return {
        "id": file.id,
        "name": file.name,
        "source": file.source,
        "confidence": file.confidence,
        "reasons": file.reasons,
        "size": file.size,
        "sha256": file.sha256,
    }


def _end_with_parent() -> None:
    """End this process with the process that forked it. Linux only.

    That one has a single thread; the console, whose threads come and go, is followed by the end of its socket instead.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_END_WITH_PARENT, signal.SIGKILL)


if __name__ == "__main__":
    main()
