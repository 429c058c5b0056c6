"""Bring a database to the newest revision: roles, database, tables, guards. Idempotent; safe from several processes."""

from __future__ import annotations

import importlib
import pkgutil
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, MetaData, NullPool, create_engine, text
from sqlalchemy.exc import OperationalError, ProgrammingError

import core
from core.db import embedded, grants, keys
from core.db.base import APP, DATABASE, OWNER, metadata, owner_url
from core.db.turns import Turn, advisory_lock
from core.errors import ConflictError
from core.settings import ROOT, settings

if TYPE_CHECKING:
    from alembic.config import Config

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 7_204_511  # any number: the advisory lock that lets one process migrate at a time
_TURN = Turn("is bringing the database up to date", patience=300.0)
_REVISION = text("select version_num from alembic_version")
_SHAPE = text(
    "select version_num, obj_description(to_regclass('dbos.dbos_migrations'), 'pg_class') from alembic_version"
)


def all_metadata() -> MetaData:
    """Return the metadata with every table of the product imported into it."""
    for module in pkgutil.walk_packages(core.__path__, "core."):
        if module.name.endswith((".tables", ".keys", ".target")):
            importlib.import_module(module.name)
    return metadata


def migrate() -> None:
    """Bring the database to the newest revision; with the embedded server also create its roles and its database.

    Every start of every process comes by here, so a database that is current is left with one question. ConflictError
    where another process does the same for longer than its turn may last.
    """
    keys.require_master_keys()
    if is_current():
        return
    refuse_newer()
    from alembic import command  # noqa: PLC0415  (heavy; only needed here)

    if settings().database_url is None:
        _prepare_embedded()
    # Autocommit: an open transaction would block the queue's CREATE INDEX CONCURRENTLY for ever.
    engine = create_engine(owner_url(), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection, advisory_lock(connection, _LOCK, _TURN):
        if not is_current():  # another process may have done it meanwhile
            command.upgrade(_config(), "head")
            _migrate_queue()
            _grant()
            connection.execute(text(f"comment on table dbos.dbos_migrations is '{_queue_version()}'"))
    engine.dispose()


def is_current() -> bool:
    """Return whether the database has our newest revision, this version's grants, and the queue of this version of DBOS."""
    engine = create_engine(owner_url(), poolclass=NullPool)
    try:
        with engine.connect() as connection:
            return tuple(connection.execute(_SHAPE).one()) == (newest_revision(), _queue_version())
    except (OperationalError, ProgrammingError):  # there is no such role, database or table yet
        return False


def is_newer() -> bool:
    """Return whether the database has a revision that this code does not know; False where it does not answer."""
    return _revision() > newest_revision()


def refuse_newer() -> None:
    """Raise ConflictError where the database is newer than this code."""
    revision = _revision()
    if revision > newest_revision():
        raise ConflictError(
            f"The database is newer (revision {revision}) than this program ({newest_revision()}).",
            hint="Update this installation and start it again.",
            revision=revision,
        )


def _revision() -> str:
    """Return the database's revision, '' without one. The app's role cannot read it."""
    engine = create_engine(owner_url(), poolclass=NullPool)
    try:
        with engine.connect() as connection:
            return str(connection.scalar(_REVISION) or "")
    except (OperationalError, ProgrammingError):  # as above
        return ""


def newest_revision() -> str:
    """Return the newest revision. Revisions are one line, and each file's name begins with its number."""
    return max(path.name for path in (_MIGRATIONS / "versions").glob("[0-9]*.py")).partition("_")[0]


def _queue_version() -> str:
    return f"dbos {version('dbos')}, grants {grants.digest()}"


def _config() -> Config:
    from alembic.config import Config  # noqa: PLC0415  (heavy; only needed here)

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.set_main_option("prepend_sys_path", str(ROOT))
    return config


def _migrate_queue() -> None:
    """Create the tables of the durable queue, in a schema of their own, usable by the app's role."""
    from dbos import DBOS  # noqa: PLC0415  (heavy; only needed here)

    DBOS.migrate(owner_url().render_as_string(hide_password=False), schema="dbos", application_role=APP)


def _grant() -> None:
    """Cut the app's role down to what it needs, in one transaction: DBOS has just granted it everything of its schema."""
    engine = create_engine(owner_url(), poolclass=NullPool)
    with engine.begin() as connection:
        grants.apply(connection, all_metadata())


def make_empty_database() -> None:
    """Make the roles and the empty database of the embedded server, for a backup to be loaded into."""
    _prepare_embedded()


def _prepare_embedded() -> None:
    engine = create_engine(
        embedded.server_url().set(drivername="postgresql+psycopg", database="postgres"),
        isolation_level="AUTOCOMMIT",
    )
    with engine.connect() as connection, advisory_lock(connection, _LOCK, _TURN):
        for role in (OWNER, APP):
            if not _exists(connection, "select 1 from pg_roles where rolname = :name", role):
                connection.execute(text(f"create role {role} login nosuperuser nobypassrls"))
        if not _exists(connection, "select 1 from pg_database where datname = :name", DATABASE):
            connection.execute(text(f"create database {DATABASE} owner {OWNER}"))
    engine.dispose()


def _exists(connection: Connection, query: str, name: str) -> bool:
    return connection.execute(text(query), {"name": name}).first() is not None
