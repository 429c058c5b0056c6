"""The user of the operating system that runs the embedded server: PostgreSQL refuses to run as root."""

from __future__ import annotations

import os
import pwd
import stat
from pathlib import Path

from core.errors import ConflictError

_OF_ROOT = "pgserver"
"""Runs the servers that root starts."""


def server_user(folder: Path) -> pwd.struct_passwd:
    """Determine who runs the server of a data folder: this user; for root the folder's owner, or a user made for it.

    ConflictError where the folder belongs to another user, or a user has no name.
    """
    owner = folder.stat().st_uid if folder.exists() else None
    if os.geteuid() == 0:
        return _user_by_id(owner) if owner else _made_for_root()
    if owner not in {None, os.geteuid()}:
        raise ConflictError(
            "The embedded database belongs to another user of this machine.",
            hint="Run the console as that user, or set APP_DATA_DIR to a folder of yours.",
            folder=str(folder),
            owner=owner,
        )
    return _user_by_id(os.geteuid())


def hand_over(path: Path, user: pwd.struct_passwd) -> None:
    """Give a file or a folder with all that is in it to the server's user, where root made it."""
    if os.geteuid() != 0:
        return
    for below in (path, *(path.rglob("*") if path.is_dir() else ())):
        os.chown(below, user.pw_uid, user.pw_gid, follow_symlinks=False)


def open_way(folder: Path, user: pwd.struct_passwd) -> None:
    """Let the server's user pass through the folders above, where root started it; nobody can list them for that."""
    if user.pw_uid == os.geteuid():
        return
    for above in folder.parents:
        mode = above.stat().st_mode
        if not mode & stat.S_IXOTH:
            above.chmod(mode | stat.S_IXOTH)


def _user_by_id(user: int) -> pwd.struct_passwd:
    try:
        return pwd.getpwuid(user)
    except KeyError:
        raise ConflictError(
            f"The user {user} of this machine has no name, which the embedded database needs.",
            hint="Run the console as a user that /etc/passwd names, or set DATABASE_URL to a PostgreSQL server.",
        ) from None


def _made_for_root() -> pwd.struct_passwd:
    from core.db.cluster import library  # noqa: PLC0415  (slow to import; a folder that exists has an owner)

    library.ensure_user_exists(_OF_ROOT)
    return pwd.getpwnam(_OF_ROOT)
