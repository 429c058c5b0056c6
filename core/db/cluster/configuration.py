"""The server's settings and who may connect: files of the data folder, brought up to date at each start.

Only the user that runs the server may connect, and root: the kernel tells the server whose process it is (the method
"peer" of pg_hba.conf), so there is neither a password nor trust. Existing folders, made under trust, are converted.
"""

from __future__ import annotations

import pwd
import shutil
from pathlib import Path

import psutil

from core.db.cluster.files import write, write_if_other

_MARK = "# AuraConnect: large imports, for the most part"
"""Stands in postgresql.conf of every data folder of ours that is complete."""
_SETTINGS = "aura.conf"
_INCLUDE = f"include_if_exists = '{_SETTINGS}'"
_CONTENT = """\
# AuraConnect writes this file anew at each start; put settings of yours into postgresql.auto.conf (ALTER SYSTEM).
listen_addresses = ''
unix_socket_permissions = 0700
shared_buffers = {buffers}MB      # an eighth of the memory; a load then writes each page once
wal_buffers = 32MB
wal_init_zero = off               # a new segment need not be written twice
max_wal_size = {wal}MB
wal_keep_size = 0                 # nobody reads the log of changes but the server itself, after a crash
max_replication_slots = 0
archive_mode = off
checkpoint_timeout = 15min
work_mem = 32MB
maintenance_work_mem = 256MB
log_error_verbosity = terse       # details of an error quote the row it is about
"""
_ACCESS = """\
# AuraConnect writes this file anew at each start: only the user that runs the server, and root, may connect.
local all all peer map=aura
"""
_MEGABYTE = 1 << 20
_MAX_BUFFERS_MB = 1024
_MAX_LOG_MB = 4096
_MIN_LOG_MB = 256


def log_limit(folder: Path) -> int:
    """Return how large the log of changes (WAL) may grow, in MB: an eighth of the room on the disk, within limits."""
    room = shutil.disk_usage(folder).free // _MEGABYTE
    return int(max(_MIN_LOG_MB, min(room // 8, _MAX_LOG_MB)))


def configure(folder: Path, user: pwd.struct_passwd) -> None:
    """Write the settings for the server's next start."""
    memory = psutil.virtual_memory().total // _MEGABYTE
    content = _CONTENT.format(buffers=min(memory // 8, _MAX_BUFFERS_MB), wal=log_limit(folder))
    write_if_other(folder / _SETTINGS, content, user)
    main = folder / "postgresql.conf"
    before = main.read_text(encoding="utf-8", errors="replace") if main.exists() else ""
    if _INCLUDE not in before:
        write(main, f"{before.rstrip()}\n\n{_MARK}\n{_INCLUDE}\n".lstrip(), user)


def restrict_access(folder: Path, user: pwd.struct_passwd) -> bool:
    """Write who may connect; return whether that changed, so that a running server must be told."""
    names = sorted({"root", user.pw_name})
    people = "".join(f'aura "{name}" all\n' for name in names)
    changes = [
        write_if_other(folder / "pg_hba.conf", _ACCESS, user),
        write_if_other(folder / "pg_ident.conf", people, user),
    ]
    return any(changes)


def is_complete(folder: Path) -> bool:
    """Return whether the folder was completed: it has our mark, or a database beside the three of a new server."""
    main = folder / "postgresql.conf"
    if main.exists() and _MARK in main.read_text(encoding="utf-8", errors="replace"):
        return True
    databases = [path for path in folder.glob("base/*") if path.name.isdigit()]
    return len(databases) > 3  # template0, template1 and postgres
