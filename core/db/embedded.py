"""The embedded PostgreSQL: started on first use, shared by every process of this machine.

The server lives under APP_DATA_DIR/pg and listens on a unix socket only, which nobody but its own user can reach. It
outlives a killed client; it stops when the last process that uses it ends in an orderly way.
"""

from __future__ import annotations

import atexit
import logging
import os
import pwd
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock

from sqlalchemy import URL

from core.db.cluster import handles, postmaster, server, users
from core.db.cluster.postmaster import Postmaster
from core.db.turns import FileLock, Turn
from core.errors import AppError, ConflictError
from core.settings import settings

_STARTING = Turn(
    "is starting or stopping an embedded database server", patience=660.0
)  # a start after a crash lasts
_threads = Lock()
_log = logging.getLogger("aura.database")


def data_folder() -> Path:
    return settings().app_data_dir.resolve() / "pg"


@cache
def server_url() -> URL:
    """Return the superuser's address of the running server, started if need be (about 2 s; 20 ms when it runs).

    ConflictError where it cannot be started, or not so that only its own user can reach it.
    """
    if sys.platform == "win32":
        raise ConflictError(
            "The embedded database needs unix sockets, which Windows does not offer it.",
            hint="Set DATABASE_URL to a PostgreSQL server, or run the console under WSL.",
        )
    folder = data_folder()
    with _alone():
        user = users.server_user(folder)
        running, is_new = server.start(folder, user)
        handles.take(folder, os.getpid(), user, is_new_server=is_new)
    atexit.register(release)
    return _address(running, user)


def release() -> None:
    """Let go of the server, which stops when no other process of this machine uses it.

    Processes that were killed have not let go of it: they are taken off its list first.
    """
    if settings().database_url is not None or not server_url.cache_info().currsize:
        return
    folder = data_folder()
    if not folder.exists():
        return
    with _alone():
        user = users.server_user(folder)
        if handles.leave(folder, os.getpid(), user):
            server.stop(folder, user)


def revive() -> None:
    """Start the server again where it crashed: its postmaster.pid stands, the process is gone.

    After an orderly stop there is no such file, and the server stays down. What fails is left to the next call.
    """
    folder = data_folder()
    if settings().database_url is not None or not (folder / "postmaster.pid").exists():
        return
    try:
        with _alone():
            if postmaster.running(folder) is None:
                server.start(folder, users.server_user(folder))
    except (AppError, OSError) as failure:
        _log.warning("The embedded server did not start: %s", failure)


def _address(running: Postmaster, user: pwd.struct_passwd) -> URL:
    """Return the superuser's address; libpq refuses a server that `requirepeer` does not run, so nobody can put a socket of theirs in its way."""
    return URL.create(
        "postgresql",
        username="postgres",
        database="postgres",
        query={"host": str(running.sockets), "requirepeer": user.pw_name},
    )


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the lock under which the server of this data folder is started and stopped."""
    path = data_folder().parent / "pg.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    # The lock between processes does not tell threads apart.
    with _threads, FileLock(path, _STARTING):
        yield
