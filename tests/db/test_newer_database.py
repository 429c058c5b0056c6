"""A database that was brought to a revision the program does not know is left alone, and the program says so."""

import pytest
from sqlalchemy import NullPool, create_engine, text

from core.db.base import owner_url
from core.db.migrate import is_newer, migrate, newest_revision
from core.errors import ConflictError


@pytest.fixture
def newer(database):
    engine = create_engine(owner_url(), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    change = text("update alembic_version set version_num = :version")
    with engine.connect() as connection:
        connection.execute(change, {"version": "9999"})
        yield
        connection.execute(change, {"version": newest_revision()})


def test_a_start_on_a_newer_database_is_refused_with_the_remedy(newer):
    with pytest.raises(ConflictError, match="newer") as refusal:
        migrate()
    assert "Update this installation" in refusal.value.hint


def test_a_newer_database_is_told_from_a_current_one(newer):
    assert is_newer()


def test_a_current_database_is_not_newer(database):
    assert not is_newer()
