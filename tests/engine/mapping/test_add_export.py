"""An export is read and mapped in one go; what was decided before stays."""

from __future__ import annotations

import pytest

from adapters import SOURCES
from core.engine.mapping import actions, views
from core.engine.sources import actions as files
from core.engine.sources import views as source_views
from core.errors import InvalidInputError


def test_an_added_export_has_its_suggestions_at_once(alice, sample):
    migration = files.create_migration(alice, "Bella")
    added = actions.add_export(alice, migration.id, sample("toast"), SOURCES)
    progress = views.progress(alice, migration.id)
    assert added.source == "toast"
    assert progress.by_band["green"] > 50
    assert progress.reviewed == 0


def test_a_second_export_leaves_decisions_as_they_are(alice, sample, tmp_path):
    migration = files.create_migration(alice, "Bella")
    actions.add_export(alice, migration.id, sample("toast"), SOURCES)
    row = next(row for row in views.field_rows(alice, migration.id) if row.target)
    actions.decide(alice, row.id, version=row.version, target=row.target, status="accepted")
    more = tmp_path / "guests.csv"
    more.write_text("guest name,e-mail\nAda Winter,ada@example.com\n", encoding="utf-8")
    actions.add_export(alice, migration.id, more, SOURCES)
    assert views.mapping_field(alice, row.id).status == "accepted"
    assert len(source_views.files(alice, migration.id)) == 2


def test_a_file_that_cannot_be_read_adds_nothing(alice, tmp_path):
    migration = files.create_migration(alice, "Bella")
    empty = tmp_path / "empty.csv"
    empty.touch()
    with pytest.raises(InvalidInputError):
        actions.add_export(alice, migration.id, empty, SOURCES)
    assert source_views.files(alice, migration.id) == []
    assert views.progress(alice, migration.id).total == 0
