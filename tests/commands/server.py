"""Carry out commands of the command line by fork, in a process that has imported it: `server.py SOCKET`.

A command costs 1.8 seconds of imports otherwise. Its child has environment, folder, umask, session, standard streams
and arguments of the relay that asks for it, and nothing else that is open. What a running interpreter cannot take over,
variables that Python or a library in it reads when it starts, has an interpreter started instead. The server ends with
its standard input.
"""

from __future__ import annotations

import gc
import importlib
import io
import json
import os
import pkgutil
import selectors
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from typing import Any

import core.entry.cli
from core.entry import tuning
from core.settings import settings

READ_AT_START = ("LANG", "LC_", "LD_", "MALLOC_", "POLARS_", "PYTHON", "RAYON_", "TZ", "_RJEM_")
"""How variables begin that take effect only when an interpreter or a library starts."""

TAKEN_OVER = frozenset({"PYTHONPATH", "PYTHONUNBUFFERED"})
"""Variables of those that a child takes over."""


def _start_variables(environment: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value
        for name, value in environment.items()
        if name.startswith(READ_AT_START) and name not in TAKEN_OVER
    }


STARTED_WITH = _start_variables(os.environ)


class Server:
    """One process for every relay that connects; `child` and `connection` of a command are watched together."""

    def __init__(self, path: str) -> None:
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen(64)
        self.commands: dict[int, socket.socket] = {}
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.listener, selectors.EVENT_READ, self._accept)
        self.selector.register(sys.stdin, selectors.EVENT_READ, lambda _: sys.exit())

    def serve(self) -> None:
        while True:
            for key, _ in self.selector.select():
                key.data(key.fileobj)

    def _accept(self, listener: socket.socket) -> None:
        connection, _ = listener.accept()
        _, streams, _, _ = socket.recv_fds(connection, 1, 4)
        with connection.makefile("rb") as reader:
            request = json.loads(reader.readline())
        if _start_variables(request["environment"]) != STARTED_WITH:
            child = _start_interpreter(request, streams)
        elif (child := os.fork()) == 0:
            self._close()
            connection.close()
            _become(request, streams)
            core.entry.cli.run()
        self._watch(child, connection)
        for stream in streams:
            os.close(stream)

    def _watch(self, child: int, connection: socket.socket) -> None:
        handle = os.pidfd_open(child)

        def pass_on(_: socket.socket) -> None:
            """Send the child the signals that its relay got; kill it when the relay is gone."""
            numbers = connection.recv(64)
            for number in numbers or [signal.SIGKILL]:
                os.kill(child, number)
            if not numbers:
                self.selector.unregister(connection)

        def finish(_: int) -> None:
            _, status = os.waitpid(child, 0)
            self.selector.unregister(handle)
            os.close(handle)
            if connection in {key.fileobj for key in self.selector.get_map().values()}:
                self.selector.unregister(connection)
                connection.sendall(str(status).encode())
            del self.commands[handle]
            connection.close()

        self.commands[handle] = connection
        self.selector.register(handle, selectors.EVENT_READ, finish)
        self.selector.register(connection, selectors.EVENT_READ, pass_on)

    def _close(self) -> None:
        """Let go of everything that is the server's, in a child."""
        self.selector.close()
        self.listener.close()
        for handle, connection in self.commands.items():
            os.close(handle)
            connection.close()


def _become(request: dict[str, Any], streams: list[int]) -> None:
    """Be the process that the relay stands for."""
    os.fchdir(streams[3])
    for number, stream in enumerate(streams[:3]):
        os.dup2(stream, number)
    os.closerange(3, 65_536)
    if request["leads_session"]:
        os.setsid()
    os.umask(request["umask"])
    os.environ.clear()
    os.environ.update(request["environment"])
    sys.argv = ["core/entry/cli/__main__.py", *request["arguments"]]
    sys.stdin = _text_stream(0, "r")
    sys.stdout = sys.__stdout__ = _text_stream(1, "w")
    sys.stderr = sys.__stderr__ = _text_stream(2, "w")
    settings.cache_clear()


def _start_interpreter(request: dict[str, Any], streams: list[int]) -> int:
    process = subprocess.Popen(
        [sys.executable, "-m", "core.entry.cli", *request["arguments"]],
        env=request["environment"],
        stdin=streams[0],
        stdout=streams[1],
        stderr=streams[2],
        cwd=f"/proc/self/fd/{streams[3]}",
        pass_fds=streams[3:],
        umask=request["umask"],
        start_new_session=request["leads_session"],
    )
    process.returncode = 0  # it is waited for by its process id
    return process.pid


def _text_stream(number: int, mode: str) -> io.TextIOWrapper:
    """Open a standard stream as the interpreter does at its start."""
    model = (sys.stdin, sys.stdout, sys.stderr)[number]
    unbuffered = number > 0 and bool(os.environ.get("PYTHONUNBUFFERED"))
    return io.TextIOWrapper(
        open(number, f"{mode}b", buffering=0 if unbuffered else -1, closefd=False),
        encoding=model.encoding,
        errors=model.errors,
        newline="\n" if number else None,
        line_buffering=not unbuffered and (number == sys.stderr.fileno() or os.isatty(number)),
        write_through=unbuffered,
    )


def _import_all() -> None:
    """Import what commands import when they are called.

    No thread of Python's may run: a child would lack it. Those of jemalloc, OpenBLAS and Polars mind a fork themselves.
    """
    tuning.tune_command_malloc()
    for module in pkgutil.iter_modules(core.entry.cli.__path__):
        if module.name != "__main__":
            importlib.import_module(f"core.entry.cli.{module.name}")
    from core.db.migrate import all_metadata

    all_metadata()
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    _import_all()
    server = Server(sys.argv[1])
    assert threading.active_count() == 1
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    server.serve()
