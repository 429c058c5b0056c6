"""Backups of the embedded database: one file with all of it, as it was at one moment.

A tar file: `about.json` (format, revision, the names of the master keys that open it), `database.dump` (pg_dump's custom
format) and, where asked for, `keys/`. The dump is taken by the server's superuser: the owner is held by row-level
security, so a server of DATABASE_URL is backed up by its own means.
"""

from __future__ import annotations

import json
import os
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from core.db.cluster import library, users
from core.errors import ConflictError, InvalidInputError

FORMAT = "aura-backup/1"
_ABOUT, _DUMP, _KEYS = "about.json", "database.dump", "keys/"


@dataclass(frozen=True, slots=True)
class Server:
    """A running embedded server. `data` is its data folder, `sockets` the folder of its socket, `database` its database."""

    data: Path
    sockets: str
    database: str

    def run(
        self, program: str, *arguments: str, read: BinaryIO | None = None, write: BinaryIO | None = None
    ) -> None:
        """Run a program on the database as its superuser. ConflictError with the program's last words where it fails."""
        user = users.server_user(self.data)
        is_root = os.geteuid() == 0
        where = ("-h", self.sockets, "-U", "postgres", "-d", self.database)
        done = subprocess.run(
            [str(library.programs() / program), *where, *arguments],
            cwd="/",
            stdin=read or subprocess.DEVNULL,
            stdout=write or subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            user=user.pw_uid if is_root else None,
            group=user.pw_gid if is_root else None,
            extra_groups=[] if is_root else None,
            check=False,
        )
        if done.returncode:
            words = done.stderr.decode(errors="replace").strip().splitlines()
            raise ConflictError(
                f"{program} failed.", hint=words[0] if words else "", exit_code=done.returncode
            )


def write(server: Server, file: Path, about: dict[str, Any], keys: list[Path]) -> int:
    """Write a backup that only its owner can read; return its bytes. InvalidInputError where the file is there already."""
    if file.exists():
        raise InvalidInputError(
            f"{file} is there already.", hint="Choose another name: a backup replaces nothing."
        )
    if not file.parent.is_dir():
        raise InvalidInputError(f"There is no folder {file.parent}.", hint="Make it, or choose another.")
    with tempfile.TemporaryDirectory(prefix=".aura-backup-", dir=file.parent) as name:
        folder = Path(name)
        with (folder / _DUMP).open("wb") as dump:
            server.run("pg_dump", "--format=custom", write=dump)
        (folder / _ABOUT).write_text(json.dumps({"format": FORMAT, **about}))
        archive_path = folder / "whole"
        with os.fdopen(os.open(archive_path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as output:
            with tarfile.open(fileobj=output, mode="w") as archive:
                archive.add(folder / _ABOUT, _ABOUT)
                archive.add(folder / _DUMP, _DUMP)
                for key in keys:
                    archive.add(key, _KEYS + key.name)
            output.flush()
            os.fsync(output.fileno())
        os.link(archive_path, file)  # there whole or not at all, and in place of nothing
    return file.stat().st_size


def unpack(file: Path, folder: Path) -> dict[str, Any]:
    """Unpack a backup into an empty folder; return what it says about itself. InvalidInputError where it is none."""
    try:
        with tarfile.open(file, mode="r:") as archive:
            archive.extractall(folder, filter="data")
        about: dict[str, Any] = json.loads((folder / _ABOUT).read_text())
        is_whole = about["format"] == FORMAT and (folder / _DUMP).stat().st_size > 0
    except (OSError, tarfile.TarError, ValueError, KeyError, TypeError):
        is_whole = False
    if not is_whole:
        raise InvalidInputError(
            f"{file} is not a whole backup of this product.", hint="Choose a file that `aura backup` wrote."
        )
    return about


def keys_in(folder: Path) -> list[Path]:
    """List the keys of an unpacked backup."""
    return sorted((folder / _KEYS).glob("*")) if (folder / _KEYS).is_dir() else []


def load(server: Server, folder: Path) -> None:
    """Fill an empty database from an unpacked backup, all of it or nothing."""
    with (folder / _DUMP).open("rb") as dump:
        server.run("pg_restore", "--exit-on-error", "--single-transaction", read=dump)
