"""A file carried chunk by chunk, in lanes, becomes what it becomes in one piece."""

from __future__ import annotations

import pytest

from core.engine.runs.export import export_entity
from core.engine.runs.reconciliation.views import reconciliation
from core.settings import settings
from tests.engine.imports.orders import order_lines

ENTITIES = ("location", "menu_item", "order", "order_line")


def import_document(importer, text):
    """(records of each entity, what became of its rows), and the target as it was before again."""
    run = importer.import_file(text, name="lines.csv")
    records = {entity: export_entity(importer.context, entity, "csv") for entity in ENTITIES}
    proof = {entity.entity: entity for entity in reconciliation(importer.context, run.id).entities}
    assert all(comparison.sum_ok and comparison.target_ok for comparison in proof.values())
    report = importer.roll_back(run.id)
    assert report.equal
    return records, proof


def assert_chunks_make_no_difference(importer, monkeypatch, rows, text):
    expected = import_document(importer, text)
    small = settings().model_copy(update={"migration_batch_size": rows})
    monkeypatch.setattr("core.engine.sources.actions.settings", lambda: small)
    assert import_document(importer, text) == expected


@pytest.mark.parametrize(
    ("bad", "again"),
    [((), ()), ((3, 50, 51), ()), ((), (0, 39, 40, 41, 80)), ((7,), (7, 8))],
    ids=["sound", "held rows", "rows that come again", "a held row that comes again"],
)
def test_in_chunks_a_file_becomes_what_it_becomes_whole(importer, monkeypatch, bad, again):
    text, _ = order_lines(130, bad=bad, again=again)
    assert_chunks_make_no_difference(importer, monkeypatch, 17, text)


def test_an_order_whose_lines_lie_in_several_chunks_is_one_order_however_little_is_remembered(
    importer, monkeypatch
):
    monkeypatch.setattr("core.engine.seen_records._MAX_RECORDS", 5)
    monkeypatch.setattr("core.engine.seen_records._MAX_DISTINCT", 5)
    assert_chunks_make_no_difference(importer, monkeypatch, 17, order_lines(130)[0])
