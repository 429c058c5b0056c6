"""Import samples by what is suggested above 70 %, and compare the target with the values that the sample is known to have."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

import mock_data
from adapters import SOURCES
from core.db.target import target_table
from core.engine.mapping import views as mapping_views
from core.engine.mapping.actions import accept_above, suggest_mapping
from core.engine.runs.tables import RowFate
from core.engine.sources import views as sources_views
from core.engine.sources.actions import add_file, create_migration
from core.engine.validation.actions import validate
from core.schema import target_schema
from tests.importer import Importer

FOLDER = Path(mock_data.__file__).parent
EXPECTED = {
    path: expected["target"]
    for path in sorted(FOLDER.glob("*/*.expected.json"))
    if "target" in (expected := json.loads(path.read_text(encoding="utf-8")))
}


@pytest.fixture(
    params=EXPECTED, ids=lambda path: f"{path.parent.name}/{path.name.removesuffix('.expected.json')}"
)
def imported(request, importer: Importer):
    """Import a sample as `aura import FILE --accept-above 0.7` does; returns its values that are known, and the run."""
    stem = request.param.name.removesuffix(".expected.json")
    (sample,) = (
        path for path in request.param.parent.iterdir() if path.stem == stem and path != request.param
    )
    migration = create_migration(importer.context, sample.name).id
    add_file(importer.context, migration, sample, SOURCES)
    suggest_mapping(importer.context, migration, SOURCES)
    accept_above(importer.context, migration, 0.7)
    validate(importer.context, migration, accept_above=0.7)
    return EXPECTED[request.param], importer.run(migration), migration


def records_of(context, entity: str, names: list[str]) -> dict[str, dict[str, object]]:
    """Return the records of an entity by their ids; a reference as the id of what it refers to."""
    table = target_table(entity)
    columns = [_column(context, entity, name) for name in names]
    query = select(table.c.external_id, *columns).where(table.c.tenant_id == context.tenant.id)
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in context.session.execute(query)}


def _column(context, entity: str, name: str):
    table, field = target_table(entity), target_schema().field(f"{entity}.{name}")
    if not field.refers_to or field.is_list:
        return table.c[name]
    referred = target_table(field.refers_to).alias()
    return (
        select(referred.c.external_id)
        .where(referred.c.tenant_id == context.tenant.id, referred.c.id == table.c[name])
        .scalar_subquery()
    )


def alike(value: object, expected: object) -> bool:
    if isinstance(value, Decimal) and expected is not None:
        return value == Decimal(str(expected))
    return value == expected


def test_the_values_of_a_sample_arrive_in_the_target(imported, importer: Importer):
    values, _, _ = imported
    differences = []
    for entity, records in values.items():
        names = sorted({name for record in records.values() for name in record})
        arrived = records_of(importer.context, entity, names)
        assert set(arrived) == set(records), entity
        differences += [
            (entity, key, name, arrived[key][name], expected)
            for key, record in records.items()
            for name, expected in record.items()
            if not alike(arrived[key][name], expected)
        ]
    assert differences == []


def test_every_row_of_a_sample_is_accounted_for(imported, importer: Importer):
    _, run, migration = imported
    session = importer.context.session
    streams = sources_views.streams(importer.context, migration)
    assert run.file_rows == sum(stream.rows for stream in streams) == run.rows_out + run.rows_done
    assert run.errors == 0
    for stream in streams:
        rows: dict[str, list[int]] = {}
        fates = select(RowFate).where(RowFate.run_id == run.id, RowFate.stream_id == stream.id)
        for fate in session.scalars(fates):
            for start, end in zip(fate.starts, fate.ends, strict=True):
                rows.setdefault(fate.entity, []).extend(range(start, end + 1))
        for numbers in rows.values():
            assert len(set(numbers)) == len(numbers) <= stream.rows


def test_every_filled_column_of_a_sample_is_mapped_or_stands_open_for_a_person(imported, importer: Importer):
    """Refunds, coupons, shipping methods, gift cards: what has no place stays a column that a person sees."""
    _, _, migration = imported
    fields = {
        (field.stream, field.source_field) for field in mapping_views.field_rows(importer.context, migration)
    }
    for stream in sources_views.streams(importer.context, migration):
        rows = mapping_views.stream_rows(importer.context, [stream], chunks=1)
        filled = {(stream.name, column) for column in stream.columns if rows[column].count()}
        assert filled <= fields
