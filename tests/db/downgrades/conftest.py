"""A database of its own for tests that go back to an earlier revision: columns that are dropped take their values along."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import psycopg
import pytest

from core.db import base, embedded, migrate
from core.engine.runs.worker import queue
from core.entry.tenants import find_or_create_person

NAME = "aura_downgrades"


@pytest.fixture(scope="module", autouse=True)
def no_managers_of_other_modules() -> None:
    """Leave the staff of the other database alone."""


@pytest.fixture(scope="module")
def database() -> Iterator[None]:
    """An empty database beside that of the other tests, of the newest revision; it goes with the module."""
    _disconnect()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(base, "DATABASE", NAME)
        patch.setattr(migrate, "DATABASE", NAME)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of Alembic about its own configuration
            migrate.migrate()
        yield
        _disconnect()
    server = embedded.server_url().set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"drop database {NAME} with (force)")


def _disconnect() -> None:
    """Have this process connect anew, to the database that it is told then: by its engine and by the queue's client."""
    base.app_engine().dispose()
    base.app_engine.cache_clear()
    if queue.client.cache_info().currsize:
        queue.client().destroy()
        queue.client.cache_clear()


@pytest.fixture(scope="module")
def people(database: None) -> dict[str, str]:
    """handle -> person id."""
    names = ("alice", "bob", "sam", "mallory")
    return {name: find_or_create_person(name, name.title(), is_demo=True) for name in names}
