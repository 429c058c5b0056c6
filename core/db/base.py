"""Engines and metadata. Two roles: the owner migrates, `aura_app` works and is subject to row-level security."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import URL, Engine, MetaData, create_engine, make_url
from sqlalchemy.orm import DeclarativeBase

from core.db import embedded
from core.settings import settings

DATABASE = "aura"
OWNER = "aura_owner"
APP = "aura_app"

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Table(DeclarativeBase):
    """Base of every table that is not built from the target schema."""

    metadata = metadata


def owner_url() -> URL:
    """Return the address under which tables are created and changed."""
    url = settings().database_url
    if url is None:
        return embedded.server_url().set(drivername="postgresql+psycopg", username=OWNER, database=DATABASE)
    return make_url(url.get_secret_value()).set(drivername="postgresql+psycopg")


def app_url() -> URL:
    """Return the address for everything else: its role is subject to row-level security."""
    if settings().database_url is None:
        return owner_url().set(username=APP)
    password = settings().database_app_password
    return owner_url().set(username=APP, password=password.get_secret_value() if password else None)


@cache
def app_engine() -> Engine:
    """Return the process's one engine. Connections are checked before use, so a restart of the server does no harm."""
    return make_engine(app_url())


def make_engine(url: URL, **more: Any) -> Engine:
    options: dict[str, Any] = {
        "pool_pre_ping": True,
        "hide_parameters": True,  # values may be guests' data, and errors end in logs
        "pool_size": 10,
        "max_overflow": 20,
        "connect_args": {"options": "-c timezone=UTC -c temp_buffers=64MB"},
    }
    return create_engine(url, **(options | more))
