"""List the processes of this machine that use the embedded server: the last one to leave stops it.

A list of process ids as JSON in the data folder. A process that was killed stays in it until another one looks. A list
that cannot be read was cut short by a crash: whoever stood in it is unknown, so the server is not stopped by a process
that leaves; the list is right again with the server's next start.
"""

from __future__ import annotations

import json
import pwd
from pathlib import Path

import psutil

from core.db.cluster.files import write

_FILE = ".handle_pids.json"
_UNKNOWN = 0


def take(folder: Path, pid: int, user: pwd.struct_passwd, *, is_new_server: bool) -> None:
    """Add a process to those that use the server."""
    users = [handle for handle in _read(folder) if not (is_new_server and handle == _UNKNOWN)]
    _write(folder, [*_alive(users, pid), pid], user)


def leave(folder: Path, pid: int, user: pwd.struct_passwd) -> bool:
    """Take a process off the list; return whether it was the last one."""
    users = _read(folder)
    if pid not in users:
        return False
    remaining = _alive(users, pid)
    _write(folder, remaining, user)
    return not remaining


def _alive(users: list[int], but: int) -> list[int]:
    return [user for user in users if user == _UNKNOWN or (user != but and psutil.pid_exists(user))]


def _read(folder: Path) -> list[int]:
    path = folder / _FILE
    if not path.exists():
        return []
    try:
        users = json.loads(path.read_text())
    except ValueError:
        return [_UNKNOWN]
    if isinstance(users, list) and all(type(user) is int and user >= 0 for user in users):
        return users
    return [_UNKNOWN]


def _write(folder: Path, users: list[int], user: pwd.struct_passwd) -> None:
    write(folder / _FILE, json.dumps(users), user)
