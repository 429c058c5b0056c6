"""Import every sample a second time: in another order, with a record on top and one value changed, told apart by rows."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

import mock_data
from core.engine.mapping.views import field_rows
from core.entry.tenants import create_tenant
from core.kit.ids import new_id
from core.platform.access.actions import enter
from core.schema import target_schema
from tests.importer import Importer

sys.path.insert(0, str(Path(__file__).resolve().parents[4] / "benchmarks"))
import again


@pytest.mark.parametrize("export", list(again.sample_exports()), ids=lambda export: export.name)
def test_a_second_export_of_a_sample_changes_what_changed_and_nothing_else(
    people: Mapping[str, str], importer: Importer, export: again.Export
) -> None:
    slug = f"sample-{new_id()}"
    create_tenant(people["alice"], slug, "Samples", domain="school")
    is_school = export.tenant["domain"] == "school"
    with enter(people["alice"], slug) as school:
        context = school if is_school else importer.context
        second = again.Again(export, importer.folder, context)
        assert list(second.findings(["at once"])) == []


def test_an_export_of_a_school_system_in_the_migration_of_a_restaurant_is_matched_by_its_columns(
    importer: Importer,
) -> None:
    folder = Path(mock_data.__file__).parent / "oneroster"
    migration = importer.prepare((folder / "orgs.csv").read_text(encoding="utf-8"))
    rows = field_rows(importer.context, migration)
    targets = {row.target.partition(".")[0] for row in rows if row.target}
    assert len(rows) >= 7
    assert targets <= set(target_schema().domain("restaurant"))
