"""The real console on the tests' database, served as `aura serve` serves it, and watched."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from core.context import Context
from core.engine.sources.actions import create_migration
from core.entry import processes
from core.entry.web.tickets import issue_ticket
from core.settings import settings

ROOT = Path(__file__).resolve().parents[3]
_PATIENCE = 60  # seconds

_WATCH = """
import os, sys

def watch(event, arguments):
    if event in {"socket.connect", "socket.sendto", "socket.sendmsg"} and isinstance(arguments[1], tuple):
        line = f"{event} {arguments[1][0]}"
    elif event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        line = f"{event} {arguments[0]}"
    else:
        return
    with open(os.environ["WATCHED"], "a") as file:
        file.write(line + chr(10))

sys.addaudithook(watch)
"""
"""Runs at the start of each Python process of the console: where it connects to, and which names it looks up."""


@dataclass(frozen=True)
class Served:
    """A console at work: its port, its log, and the connections its processes opened."""

    port: int
    log: Path
    watched: Path

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def send(self, head: str, body: bytes = b"", seconds: float = 10) -> bytes:
        """Everything the console answers to these bytes until it closes the connection or is silent."""
        with socket.create_connection(("127.0.0.1", self.port), seconds) as connection:
            connection.sendall(head.replace("\n", "\r\n").encode("latin-1") + body)
            answer = b""
            with suppress(TimeoutError, ConnectionError):
                while part := connection.recv(65536):
                    answer += part
                    connection.settimeout(0.3)  # the answer comes at once
            return answer

    def faults(self) -> str:
        """What the log says of failures."""
        return "\n".join(
            line for line in self.log.read_text().splitlines() if "Traceback" in line or "failed" in line
        )


@pytest.fixture
def migration(alice: Context) -> str:
    """A migration of Alice's that every process sees."""
    created = create_migration(alice, "Uploads").id
    alice.session.commit()
    return created


@pytest.fixture
def ticket(alice: Context, migration: str) -> str:
    return issue_ticket(alice, migration)


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """limits(upload_read_mb=64, …) sets settings of this process for one test."""

    def choose(**variables: object) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(name.upper(), str(value))
        settings.cache_clear()

    yield choose
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture(scope="module")
def served(database: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    (folder / "sitecustomize.py").write_text(_WATCH)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Served(port, folder / "console.log", folder / "watched")
    server.watched.touch()
    environment = os.environ | {
        "PYTHONPATH": f"{folder}:{ROOT}", "WATCHED": str(server.watched), "FORWARDED_ALLOW_IPS": "",
        "APP_ALLOWED_HOSTS": "console.example, *.inside.example", "UPLOAD_IDLE_SECONDS": "0.5", "UPLOAD_READ_SECONDS": "6",
    }  # fmt: skip
    command = [
        *(sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py")),
        *("--server.address", "127.0.0.1", "--server.port", str(port), "--server.headless", "true"),
    ]
    with server.log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        _wait(server, process)
        yield server
    finally:
        process.terminate()
        process.wait(_PATIENCE)
        # Its worker would carry out the runs of every test that comes after.
        for member in processes.members():
            if member.role == processes.WORKER:
                member.process.kill()


def _wait(console: Served, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and process.poll() is None:
        with suppress(httpx.TransportError):
            if httpx.get(f"{console.address}/healthz", timeout=2).is_success:
                return
        time.sleep(0.1)
    pytest.fail(f"The console did not start:\n{console.log.read_text()[-3000:]}")
