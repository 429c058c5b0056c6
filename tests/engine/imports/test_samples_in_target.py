"""Import samples by what is suggested above 70 %, and compare the target with the values that the sample is known to have."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

import mock_data
from adapters import SOURCES
from core.context import Context
from core.engine.mapping import views as mapping_views
from core.engine.mapping.actions import accept_above, suggest_mapping
from core.engine.runs.tables import RowFate
from core.engine.runs.views import RunView
from core.engine.sources import views as sources_views
from core.engine.sources.actions import add_file, create_migration
from core.engine.validation.actions import validate
from core.platform.access.actions import enter
from core.schema import target_schema
from tests.importer import Importer
from tests.stored import stored_records

FOLDER = Path(mock_data.__file__).parent
EXPECTED = {
    path: expected["target"]
    for path in sorted(FOLDER.glob("*/*.expected.json"))
    if "target" in (expected := json.loads(path.read_text(encoding="utf-8")))
}


@dataclass(frozen=True)
class Imported:
    """A sample in the target: its values that are known, its run and migration, and a context to look at them."""

    values: Mapping[str, Mapping[str, Mapping[str, object]]]
    run: RunView
    migration: str
    context: Context


@pytest.fixture(
    scope="module",
    params=EXPECTED,
    ids=lambda path: f"{path.parent.name}/{path.name.removesuffix('.expected.json')}",
)
def imported(request, people, new_tenants, tmp_path_factory) -> Iterator[Imported]:
    """Import a sample as `aura import FILE --accept-above 0.7` does; the tests look at it."""
    stem = request.param.name.removesuffix(".expected.json")
    (sample,) = (
        path for path in request.param.parent.iterdir() if path.stem == stem and path != request.param
    )
    with enter(people["alice"], new_tenants()["bella"]) as alice:
        migration = create_migration(alice, sample.name).id
        add_file(alice, migration, sample, SOURCES)
        suggest_mapping(alice, migration, SOURCES)
        accept_above(alice, migration, 0.7)
        validate(alice, migration, accept_above=0.7)
        run = Importer(alice, tmp_path_factory.mktemp("sample")).run(migration)
        yield Imported(EXPECTED[request.param], run, migration, alice)


def records_of(context, entity: str, names: list[str]) -> dict[str, dict[str, object]]:
    """Return the records of an entity by their ids; a reference as the id of what it refers to."""
    fields = target_schema().entity(entity).fields
    records = stored_records(context, entity)
    referred = {
        name: {
            record["id"]: record["external_id"] for record in stored_records(context, fields[name].refers_to)
        }
        for name in names
        if fields[name].refers_to and not fields[name].is_list
    }
    return {
        record["external_id"]: {
            name: referred[name].get(record[name]) if name in referred else record[name] for name in names
        }
        for record in records
    }


def alike(value: object, expected: object) -> bool:
    if isinstance(value, Decimal) and expected is not None:
        return value == Decimal(str(expected))
    return value == expected


def test_the_values_of_a_sample_arrive_in_the_target(imported: Imported):
    differences = []
    for entity, records in imported.values.items():
        names = sorted({name for record in records.values() for name in record})
        arrived = records_of(imported.context, entity, names)
        assert set(arrived) == set(records), entity
        differences += [
            (entity, key, name, arrived[key][name], expected)
            for key, record in records.items()
            for name, expected in record.items()
            if not alike(arrived[key][name], expected)
        ]
    assert differences == []


def test_every_row_of_a_sample_is_accounted_for(imported: Imported):
    run, session = imported.run, imported.context.session
    streams = sources_views.streams(imported.context, imported.migration)
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


def test_every_filled_column_of_a_sample_is_mapped_or_stands_open_for_a_person(imported: Imported):
    """Refunds, coupons, shipping methods, gift cards: what has no place stays a column that a person sees."""
    fields = {
        (field.stream, field.source_field)
        for field in mapping_views.field_rows(imported.context, imported.migration)
    }
    for stream in sources_views.streams(imported.context, imported.migration):
        rows = mapping_views.stream_rows(imported.context, [stream], chunks=1)
        filled = {(stream.name, column) for column in stream.columns if rows[column].count()}
        assert filled <= fields
