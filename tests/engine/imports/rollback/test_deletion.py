"""A migration with an import is kept: its rollback and its proof hang on it, whoever removes its files."""

from __future__ import annotations

import pytest

from core.engine.runs import views as runs
from core.engine.sources.actions import remove_file
from core.engine.sources.naming import delete_migration
from core.engine.sources.views import files, migrations
from core.errors import ConflictError
from tests.importer import MENU


def test_a_migration_with_an_import_is_not_deleted_and_can_be_rolled_back(alice, bob, importer):
    run = importer.import_file(MENU)
    (file,) = files(bob, run.migration_id)
    remove_file(bob, file.id)
    with pytest.raises(ConflictError, match="import"):
        delete_migration(bob, run.migration_id)
    assert runs.run(alice, run.id).state == "completed"
    assert importer.roll_back(run.id).equal


def test_a_migration_that_was_only_validated_is_deleted(alice, importer):
    migration = importer.prepare(MENU)
    (file,) = files(alice, migration)
    remove_file(alice, file.id)
    delete_migration(alice, migration)
    assert migrations(alice) == []
