from __future__ import annotations

from core.engine.runs import checksums, views
from tests.importer import MENU


def test_a_dry_run_writes_nothing_and_says_what_an_import_would_do(importer):
    before = checksums.table_checksums(importer.context)
    run = importer.run(importer.prepare(MENU), "dry_run")
    assert run.state == "completed"
    assert checksums.table_checksums(importer.context) == before
    assert views.diff_counts(importer.context, run.id)["menu_item"] == {
        "new": 3,
        "changed": 0,
        "same": 0,
        "held": 0,
    }


def test_a_dry_run_over_what_is_there_shows_the_change_field_by_field(importer):
    importer.import_file(MENU)
    run = importer.run(importer.prepare(MENU.replace("14.50", "15.00")), "dry_run")
    assert views.diff_counts(importer.context, run.id)["menu_item"] == {
        "new": 0,
        "changed": 1,
        "same": 2,
        "held": 0,
    }
    (row,) = views.diff(importer.context, run.id, entity="menu_item", kind="changed")
    assert (row.external_id, row.fields) == ("i1", {"price": ["14.5000", "15.0000"]})


def test_the_import_does_what_its_dry_run_said(importer):
    migration = importer.prepare(MENU.replace("9.25", "nine"))
    dry_run = importer.run(migration, "dry_run")
    did = importer.run(migration)
    assert did.entities == dry_run.entities
