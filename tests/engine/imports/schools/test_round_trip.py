"""A school that is exported as a OneRoster bundle and imported into an empty one has the same records there."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings

from adapters.oneroster_export import ENTITIES, VERSIONS, bundle_of
from core.engine.runs import checksums
from core.engine.runs.export import export_entity
from core.engine.runs.reconciliation.views import reconciliation
from tests.adapters.test_oneroster_export import schools


def exported(importer):
    return {entity: json.loads(export_entity(importer.context, entity, "json")) for entity in ENTITIES}


def imported(importer, path, records, version):
    """Import the bundle of the records; return the run, of which every row is accounted for."""
    path.write_bytes(bundle_of(records, version))
    run = importer.run(importer.prepare(path, reviewed=False))
    proof = reconciliation(importer.context, run.id)
    assert proof.account.complete
    assert all(sum(table.outcomes.values()) == table.rows for table in proof.account.tables)
    assert {
        entity.entity: entity.quarantined + entity.failed for entity in run.entities if entity.quarantined
    } == {}
    return run


@pytest.mark.parametrize("version", VERSIONS)
@settings(max_examples=1, derandomize=True, suppress_health_check=list(HealthCheck))
@given(records=schools())
def test_what_is_exported_is_the_same_in_an_empty_school(version, records, new_school, tmp_path):
    first, second = new_school(), new_school()
    before = [checksums.table_checksums(importer.context) for importer in (first, second)]
    runs = [imported(first, tmp_path / "first.zip", records, version)]
    runs.append(imported(second, tmp_path / "second.zip", exported(first), version))
    assert exported(second) == exported(first)
    counts = {entity: len(rows) for entity, rows in exported(first).items()}
    assert counts == {entity: len(rows) for entity, rows in records.items()}
    assert [
        importer.roll_back(run.id).equal for importer, run in zip((first, second), runs, strict=True)
    ] == [True] * 2
    assert [checksums.table_checksums(importer.context) for importer in (first, second)] == before
