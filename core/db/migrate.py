"""Brings a database to the newest shape: roles, database, tables, guards. Idempotent; safe from several processes."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, MetaData, create_engine, text

import core
from core.db import embedded
from core.db.base import APP, DATABASE, OWNER, metadata, owner_url
from core.settings import ROOT, settings

_LOCK = 7_204_511  # any number: the advisory lock that lets one process migrate at a time


def all_metadata() -> MetaData:
    """The metadata with every table of the product imported into it."""
    for module in pkgutil.walk_packages(core.__path__, "core."):
        if module.name.endswith((".tables", ".keys", ".target")):
            importlib.import_module(module.name)
    return metadata


def migrate() -> None:
    """Makes what is missing. With the embedded server also its roles and its database."""
    if settings().database_url is None:
        _prepare_embedded()
    # Autocommit: an open transaction would block the queue's CREATE INDEX CONCURRENTLY for ever.
    engine = create_engine(owner_url(), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("select pg_advisory_lock(:lock)"), {"lock": _LOCK})
        try:
            command.upgrade(_config(), "head")
            _migrate_queue()
        finally:
            connection.execute(text("select pg_advisory_unlock(:lock)"), {"lock": _LOCK})
    engine.dispose()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("prepend_sys_path", str(ROOT))
    return config


def _migrate_queue() -> None:
    """The tables of the durable queue, in a schema of their own, usable by the app's role."""
    from dbos import DBOS  # noqa: PLC0415  (heavy; only needed here)

    DBOS.migrate(owner_url().render_as_string(hide_password=False), schema="dbos", application_role=APP)


def _prepare_embedded() -> None:
    engine = create_engine(
        embedded.server_url().set(drivername="postgresql+psycopg", database="postgres"),
        isolation_level="AUTOCOMMIT",
    )
    with engine.connect() as connection:
        connection.execute(text("select pg_advisory_lock(:lock)"), {"lock": _LOCK})
        for role in (OWNER, APP):
            if not _exists(connection, "select 1 from pg_roles where rolname = :name", role):
                connection.execute(text(f"create role {role} login nosuperuser nobypassrls"))
        if not _exists(connection, "select 1 from pg_database where datname = :name", DATABASE):
            connection.execute(text(f"create database {DATABASE} owner {OWNER}"))
            # The reaper ends connections of dead workers, which run under the same role; loads write a lot of WAL.
            for setting in (
                "max_wal_size = '4GB'",
                "checkpoint_timeout = '15min'",
                "work_mem = '32MB'",
                "maintenance_work_mem = '256MB'",
            ):
                connection.execute(text(f"alter system set {setting}"))
            connection.execute(text("select pg_reload_conf()"))
        connection.execute(text("select pg_advisory_unlock(:lock)"), {"lock": _LOCK})
    engine.dispose()


def _exists(connection: Connection, query: str, name: str) -> bool:
    return connection.execute(text(query), {"name": name}).first() is not None
