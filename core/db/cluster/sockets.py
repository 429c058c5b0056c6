"""The folder of the server's socket: always one that only the server's user can enter.

It is the data folder itself. A socket's path may have 103 bytes on macOS and 107 on Linux (sun_path in sys/un.h); where
the data folder's is longer, the socket lies in a folder of its own below XDG_RUNTIME_DIR or the temporary folder.
"""

from __future__ import annotations

import os
import pwd
import secrets
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from core.db.cluster.files import write
from core.errors import ConflictError

SOCKET = ".s.PGSQL.5432"
_LONGEST = 103  # bytes, the shorter of both limits
_NAME = "aura_socket_name"
"""The file that holds the name of the folder, which nobody can guess and take beforehand."""


def socket_folder(data: Path, user: pwd.struct_passwd) -> Path:
    """Return the folder of the socket, made if need be. ConflictError where there is none that is safe."""
    if _fits(data):
        return data
    name = _name(data, user)
    for base in _bases(user):
        folder = base / name
        if _fits(folder):
            _make(folder, user)
            return folder
    raise ConflictError(
        f"No safe folder for the database's socket was found: the path of the data folder is longer than {_LONGEST - len(SOCKET) - 1} bytes.",
        hint="Set APP_DATA_DIR to a shorter path, or XDG_RUNTIME_DIR to a folder that only you can enter.",
        folder=str(data),
    )


def check(folder: Path, user: pwd.struct_passwd) -> None:
    """Raise ConflictError unless it is a folder, of the server's user, that nobody else can enter."""
    facts = folder.lstat()
    if stat.S_ISDIR(facts.st_mode) and facts.st_uid == user.pw_uid and not facts.st_mode & 0o077:
        return
    raise ConflictError(
        "The folder of the database's socket is not safe: it is a link, belongs to another user or is open to others.",
        hint="Remove it, or set APP_DATA_DIR to a shorter path.",
        folder=str(folder),
        owner=facts.st_uid,
        mode=f"{stat.S_IMODE(facts.st_mode):o}",
    )


def _fits(folder: Path) -> bool:
    return len(os.fsencode(folder / SOCKET)) <= _LONGEST


def _name(data: Path, user: pwd.struct_passwd) -> str:
    file = data / _NAME
    name = file.read_text().strip() if file.exists() else ""
    if not (name.startswith("aura-") and name.removeprefix("aura-").isalnum()):
        name = f"aura-{secrets.token_hex(6)}"
        write(file, name, user)
    return name


def _bases(user: pwd.struct_passwd) -> Iterator[Path]:
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if runtime.startswith("/") and Path(runtime).is_dir():
        facts = Path(runtime).stat()
        if facts.st_uid == user.pw_uid and not facts.st_mode & 0o077:
            yield Path(runtime)
    for folder in (tempfile.gettempdir(), "/tmp", "/var/tmp"):  # noqa: S108  (a folder of our own is made in it, and checked)
        base = Path(folder)
        if base.is_dir() and _keeps_names(base) and _can_pass(base, user):
            yield base.resolve()


def _keeps_names(base: Path) -> bool:
    """Return whether no other user can rename or remove what is in a folder."""
    facts = base.stat()
    is_sticky = bool(facts.st_mode & stat.S_ISVTX)
    return facts.st_uid in {0, os.geteuid()} and (is_sticky or not facts.st_mode & 0o022)


def _can_pass(base: Path, user: pwd.struct_passwd) -> bool:
    if user.pw_uid == os.geteuid():
        return os.access(base, os.W_OK | os.X_OK)
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in (base, *base.resolve().parents))


def _make(folder: Path, user: pwd.struct_passwd) -> None:
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        pass
    else:
        if os.geteuid() == 0:
            os.chown(folder, user.pw_uid, user.pw_gid, follow_symlinks=False)
    check(folder, user)
