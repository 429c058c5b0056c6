"""Servers on data folders of their own: one folder is made, and copied for each test."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from core.db.cluster import server, users

_SLEEPER = ["sleep", "600"]


@pytest.fixture(scope="session")
def made_folder() -> Iterator[Path]:
    """A complete data folder; its server was stopped in good order."""
    # Not below pytest's own folder, which is closed to the database's user.
    base = Path(tempfile.mkdtemp(prefix="aura-cluster-")).resolve()
    folder = base / "pg"
    user = users.server_user(folder)
    server.start(folder, user)
    server.stop(folder, user)
    yield folder
    shutil.rmtree(base, ignore_errors=True)


@pytest.fixture
def folder(made_folder: Path) -> Iterator[Path]:
    """A copy of the data folder, on a short path."""
    yield from _copies(made_folder, "")


@pytest.fixture
def long_folder(made_folder: Path) -> Iterator[Path]:
    """A copy of the data folder whose path is too long for a socket."""
    yield from _copies(made_folder, "x" * 100)


def _copies(made_folder: Path, below: str) -> Iterator[Path]:
    base = Path(tempfile.mkdtemp(prefix="aura-cluster-")).resolve()
    target = base / below / "pg"
    target.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-a", str(made_folder), str(target)], check=True)
    yield target
    server.stop(target, users.server_user(target))
    shutil.rmtree(base, ignore_errors=True)


Start = Callable[[Path], Path]


@pytest.fixture
def start() -> Start:
    """Starts the server of a data folder; returns the folder of its socket."""
    return lambda folder: server.start(folder, users.server_user(folder))[0].sockets


@pytest.fixture
def answers() -> Callable[[Path], bool]:
    """Whether the server behind a socket answers to this user, as the superuser."""

    def ask(sockets: Path) -> bool:
        with psycopg.connect(host=str(sockets), user="postgres", dbname="postgres") as connection:
            return connection.execute("select 1").fetchone() == (1,)

    return ask


@pytest.fixture
def other_program() -> Iterator[int]:
    """The process id of a program that has nothing to do with a database."""
    with subprocess.Popen(_SLEEPER) as program:
        yield program.pid
        program.kill()


@pytest.fixture
def as_stranger() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a command as another user of this machine."""
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("only root can act as another user")
    stranger = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    return lambda *command: subprocess.run(
        [*stranger, *command], cwd="/", capture_output=True, text=True, check=False
    )
