"""The migrations and the tables in the code say the same, and running them again does nothing."""

import warnings

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from core.db.base import app_engine
from core.db.migrate import _config, all_metadata, migrate


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
