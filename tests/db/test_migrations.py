"""The migrations and the tables in the code say the same, and running them again does nothing."""

import warnings
from threading import Thread

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import NullPool, create_engine, inspect, text

from core.db.base import app_engine, owner_url
from core.db.migrate import _LOCK, _SHAPE, _config, all_metadata, is_current, migrate, newest_revision


def test_the_migrations_make_exactly_the_tables_of_the_code(database):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        command.check(_config())  # raises when `alembic revision --autogenerate` would find anything to do


def test_every_table_of_the_code_is_there(database):
    assert {table.name for table in all_metadata().sorted_tables} <= set(
        inspect(app_engine()).get_table_names()
    )


def test_revisions_are_one_line_numbered_from_one():
    revisions = [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()]
    assert sorted(revisions) == [f"{number:04}" for number in range(1, len(revisions) + 1)]


def test_migrating_again_changes_nothing(database):
    before = inspect(app_engine()).get_table_names()
    migrate()
    assert inspect(app_engine()).get_table_names() == before


def test_a_database_that_is_current_is_left_alone(database, monkeypatch):
    monkeypatch.setattr(command, "upgrade", lambda *_: pytest.fail("it was migrated again"))
    migrate()


def test_the_newest_revision_is_told_by_the_names_of_the_files():
    assert newest_revision() == ScriptDirectory.from_config(_config()).get_current_head()


@pytest.mark.parametrize(
    "older",
    [
        "update alembic_version set version_num = '0001'",
        "comment on table dbos.dbos_migrations is 'dbos 0.0.1'",
        "alter table dbos.dbos_migrations rename to elsewhere",
        "alter table alembic_version rename to elsewhere",
    ],
)
def test_a_database_that_is_behind_is_seen_to_be(database, older):
    assert is_current()
    engine = create_engine(owner_url(), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        version, queue = connection.execute(_SHAPE).one()
        connection.execute(text(older))
        try:
            assert not is_current()
        finally:
            if older.endswith("elsewhere"):
                schema, _, table = older.split()[2].rpartition(".")
                connection.execute(text(f"alter table {schema or 'public'}.elsewhere rename to {table}"))
            connection.execute(
                text("update alembic_version set version_num = :version"), {"version": version}
            )
            connection.execute(text(f"comment on table dbos.dbos_migrations is '{queue}'"))
    engine.dispose()
    assert is_current()


def test_a_process_that_waits_to_migrate_stops_no_index_from_being_built(database):
    """The queue builds its indexes concurrently, which waits for every statement that began earlier."""
    first = create_engine(owner_url(), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    queue = "dbos.dbos_migrations"
    with first.connect() as connection:
        before = connection.execute(text(f"select obj_description('{queue}'::regclass, 'pg_class')")).scalar()
        connection.execute(text("select pg_advisory_lock(:lock)"), {"lock": _LOCK})
        connection.execute(text(f"comment on table {queue} is 'behind'"))
        second = Thread(target=migrate)
        second.start()
        try:
            second.join(1)
            assert second.is_alive(), "two processes migrate at once"
            connection.execute(text("set statement_timeout = '10s'"))
            connection.execute(text("create index concurrently beside on dbos.workflow_status (name)"))
        finally:
            connection.execute(text("drop index if exists dbos.beside"))
            connection.execute(text("select pg_advisory_unlock(:lock)"), {"lock": _LOCK})
            second.join(60)
        after = connection.execute(text(f"select obj_description('{queue}'::regclass, 'pg_class')")).scalar()
    assert not second.is_alive()
    assert after == before
