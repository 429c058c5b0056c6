"""Back the installation up into one file, and restore it from one."""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import NullPool, create_engine, text

from core.db import embedded, keys
from core.db.base import DATABASE
from core.db.cluster import backup
from core.db.cluster.backup import Server
from core.db.migrate import make_empty_database, migrate, newest_revision
from core.entry import processes
from core.errors import ConflictError
from core.settings import settings


def back_up(file: Path, *, with_keys: bool) -> tuple[int, bool]:
    """Write a backup while the console works on; return its bytes, and whether the keys are in it.

    The keys are in it only where asked for, and never those of APP_MASTER_KEYS.
    """
    _refuse_server("back up")
    migrate()
    server = _server()
    about: dict[str, Any] = {
        "revision": newest_revision(),
        "written_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "masters": _masters(),
    }
    folder = keys.key_file().parent
    files = sorted(folder.glob("*.key")) if with_keys and settings().app_master_keys is None else []
    return backup.write(server, file, about, files), bool(files)


def restore(file: Path, *, replace: bool) -> Path | None:
    """Bring the data folder to what a backup holds; return where the database that stood there now lies, if any.

    ConflictError where the folder has a database and `replace` was not asked for, where somebody works on it, or where
    the master keys that open the backup are neither in it nor configured. Then nothing has changed.
    """
    _refuse_server("restore")
    _refuse_company()
    data = embedded.data_folder()
    if data.exists() and any(data.iterdir()) and not replace:
        raise ConflictError(
            f"There is a database in {data}.",
            hint="Restore into an empty APP_DATA_DIR, or ask for --replace: the database is set aside, not deleted.",
        )
    data.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".aura-restore-", dir=data.parent) as name:
        about = backup.unpack(file, Path(name))
        _refuse_later(about)
        _take_keys(about, backup.keys_in(Path(name)), replace=replace)
        aside = _set_aside(data)
        make_empty_database()
        backup.load(_server(), Path(name))
    migrate()
    return aside


def _server() -> Server:
    return Server(embedded.data_folder(), str(embedded.server_url().query["host"]), DATABASE)


def _masters() -> list[str]:
    """Name the master keys that wrap the tenants' keys, as the superuser sees them."""
    url = embedded.server_url().set(drivername="postgresql+psycopg", database=DATABASE)
    with create_engine(url, poolclass=NullPool).connect() as connection:
        return list(connection.scalars(text("select distinct master from tenant_key order by master")))


def _refuse_server(verb: str) -> None:
    if settings().database_url is not None:
        raise ConflictError(
            f"`aura` can {verb} the embedded database only.",
            hint="Use the means of your PostgreSQL server (pg_dump as a superuser, or its snapshots), and keep APP_MASTER_KEYS apart.",
        )


def _refuse_company() -> None:
    if working := processes.members():
        raise ConflictError(f"{working[0]} works on the data folder.", hint="Stop it first: aura stop.")


def _refuse_later(about: dict[str, Any]) -> None:
    if str(about["revision"]) > newest_revision():
        raise ConflictError(
            f"The backup is newer (revision {about['revision']}) than this program ({newest_revision()}).",
            hint="Update this installation, then restore.",
        )


def _take_keys(about: dict[str, Any], files: list[Path], *, replace: bool) -> None:
    """Put the backup's keys where they belong, and check that all of it can be opened."""
    folder = keys.key_file().parent
    present = (
        {keys.key_name(path.read_bytes()) for path in folder.glob("*.key")} if folder.is_dir() else set()
    )
    if settings().app_master_keys is not None:
        present = set(keys.configured_keys())
    in_backup = {keys.key_name(path.read_bytes()): path for path in files}
    missing = set(about["masters"]) - present - set(in_backup)
    if missing:
        raise ConflictError(
            "The master keys that open this backup are neither in it nor here.",
            hint=f"Copy the key file to {keys.key_file()}, or set APP_MASTER_KEYS, then restore.",
            masters=sorted(missing),
        )
    if set(about["masters"]) <= present or not files:
        return
    if folder.is_dir() and any(folder.glob("*.key")) and not replace:
        raise ConflictError(f"There is another key in {folder}.", hint="Move it away, or ask for --replace.")
    folder.mkdir(mode=0o700, exist_ok=True)
    for path in folder.glob("*.key"):
        path.rename(path.with_name(f"{path.name}.replaced-{_moment()}"))
    for path in files:
        shutil.copyfile(path, folder / path.name)
        (folder / path.name).chmod(0o600)
    keys.forget_keys()


def _set_aside(data: Path) -> Path | None:
    if not data.exists() or not any(data.iterdir()):
        return None
    aside = data.with_name(f"{data.name}.replaced-{_moment()}")
    data.rename(aside)
    return aside


def _moment() -> str:
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
