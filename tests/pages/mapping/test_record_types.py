"""Mapping shows the record type of a table, and one choice in its dialog suggests the fields anew."""

from __future__ import annotations

import pytest

from adapters import SOURCES
from core.engine.mapping import views
from core.engine.mapping.actions import suggest_mapping
from core.engine.sources.actions import add_file, create_migration
from tests.pages.conftest import Console


@pytest.fixture
def people_migration(alice, tmp_path) -> str:
    rows = [f"{n},Ann Example{n},a{n}@example.com,555-01{n}\n" for n in range(10, 40)]
    (tmp_path / "people.csv").write_text("Id,Name,Email,Phone\n" + "".join(rows))
    migration = create_migration(alice, "People")
    add_file(alice, migration.id, tmp_path / "people.csv", SOURCES)
    suggest_mapping(alice, migration.id, SOURCES)
    alice.session.commit()
    return migration.id


def test_one_choice_suggests_the_fields_of_the_table_anew(
    console: Console, people_migration: str, alice
) -> None:
    (table,) = views.record_types(alice, people_migration)
    alice.session.rollback()
    entity = "employee" if table.entity != "employee" else "customer"
    app = console("alice", "mapping", migration=people_migration)
    app.button(key="record_type").click().run()
    app.selectbox(key="record_type_of_people").select(entity).run()
    app.button(key="record_type_do").click().run()
    assert not app.exception
    alice.session.rollback()
    targets = {
        row.target.partition(".")[0] for row in views.field_rows(alice, people_migration) if row.target
    }
    assert targets == {entity}
