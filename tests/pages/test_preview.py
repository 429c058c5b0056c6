"""Preview: the first rows of every table as they were read, with people's values masked by role."""

from __future__ import annotations

from core.context import Context
from core.engine.sources.actions import create_migration
from core.engine.sources.views import streams
from tests.pages.conftest import Console
from tests.pages.parts import text_of


def test_a_migration_without_files_is_sent_to_connect(console: Console, alice: Context) -> None:
    create_migration(alice, "Spring menu")
    app = console("alice", "preview")
    assert not app.exception
    assert "Nothing to preview" in text_of(app)
    assert not app.dataframe


def test_a_link_to_a_table_that_is_not_of_the_migration_is_refused(console: Console, migration: str) -> None:
    app = console("bob", "preview", stream=migration)
    assert "a table that does not exist or that you may not see" in text_of(app)


def test_preview_names_the_table_that_rows_are_imported_as(console: Console, migration: str) -> None:
    app = console("bob", "preview")
    assert not app.exception
    assert "Table" in {box.label for box in app.selectbox}
    assert "Imports as" in {metric.label for metric in app.metric}


def test_sales_sees_guests_masked(console: Console, alice: Context, migration: str) -> None:
    customers = next(stream for stream in streams(alice, migration) if stream.name == "customers")
    masked, clear = (
        console(handle, "preview", stream=customers.id).dataframe[0].value.to_string()
        for handle in ("sam", "bob")
    )
    assert "***" in masked
    assert "***" not in clear
