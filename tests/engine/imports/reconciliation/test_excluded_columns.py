"""The account of an import names the columns with values that a person left out of a table that came in."""

from __future__ import annotations

from core.engine.mapping.actions import decide
from core.engine.mapping.views import mapping_fields
from core.engine.runs.reconciliation.views import reconciliation
from core.engine.validation.actions import validate
from tests.importer import MENU, Importer


def test_a_column_that_a_person_excluded_is_named_in_the_account(importer: Importer) -> None:
    migration = importer.prepare(MENU)
    (sku,) = [field for field in mapping_fields(importer.context, migration) if field.source_field == "SKU"]
    decide(importer.context, sku.id, version=sku.version, target=None, status="ignored", reason="Old codes")
    validate(importer.context, migration)
    run = importer.run(migration)
    (table,) = reconciliation(importer.context, run.id).account.tables
    assert table.excluded_columns == ("SKU",)
    assert "Old codes" in {exclusion.reason for exclusion in table.exclusions}


def test_nothing_is_named_where_every_column_came_in(importer: Importer) -> None:
    run = importer.run(importer.prepare(MENU))
    (table,) = reconciliation(importer.context, run.id).account.tables
    assert table.excluded_columns == ()
