"""Count what the files of a migration hold: items, locations, pupils …, each record once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from core.context import Context
from core.engine.batch import FAULT
from core.engine.mapping.views import current_plan
from core.engine.plan import EntityPlan, Plan
from core.engine.sources import store
from core.engine.sources import views as sources
from core.engine.transforms import identity, transform_rows
from core.kit.wording import as_words, counted, listed
from core.platform.access.actions import view

COUNTED: Mapping[str, Mapping[str, str]] = {
    "restaurant": {
        "locations": "location",
        "items": "menu_item",
        "modifiers": "modifier",
        "categories": "category",
        "guests": "customer",
        "staff": "employee",
    },
    "school": {"locations": "school", "pupils": "student", "staff": "staff"},
}
"""Line of business -> measure -> the entity whose records are counted for it."""

_GENERIC = "spreadsheet"
"""The source of files of no known system."""
_EXTERNAL_ID = "external_id"


@dataclass(frozen=True, slots=True)
class FileCount:
    """A count from files, and the sentence that says how it was counted.

    `is_exact` is False while the mapping does not tell which rows are one record: then it counts rows.
    """

    value: int
    evidence: str
    is_exact: bool


@view("migration.read")
def counts_of_migration(context: Context, migration_id: str) -> dict[str, FileCount]:
    """Count the records in the files of a migration: measure -> count. What the files do not hold is absent, not 0.

    NotFoundError for a migration that is not this tenant's.
    """
    sources.migration(context, migration_id)
    plan = current_plan(context, migration_id)
    totals = sources.row_totals(context, migration_id)
    counts: dict[str, FileCount] = {}
    for measure, entity in COUNTED.get(context.tenant.domain, {}).items():
        if plans := _plans_of(plan, entity):
            counts[measure] = _records(context, migration_id, plan, plans)
        elif tables := [table for table in totals.tables if table.entity == entity]:
            rows = sum(table.rows for table in tables)
            text = f"{counted(rows, 'row')} of {listed([table.table for table in tables])}, not mapped yet"
            counts[measure] = FileCount(rows, text, is_exact=False)
    if pos_types := _pos_types(context, migration_id):
        counts["pos_types"] = FileCount(
            len(pos_types), f"Files of {listed(sorted(pos_types))}", is_exact=True
        )
    return counts


def _pos_types(context: Context, migration_id: str) -> Collection[str]:
    """Return the source systems that the files were recognised as; a table of no known system says nothing of it."""
    if context.tenant.domain != "restaurant":
        return ()
    return {
        as_words(file.source)
        for file in sources.files(context, migration_id)
        if file.source and file.source != _GENERIC
    }


def _plans_of(plan: Plan, entity: str) -> list[EntityPlan]:
    """Return the streams that are lists of the entity; where there are none, those whose rows tell of it besides."""
    plans = list(plan.of(entity))
    return [entity_plan for entity_plan in plans if entity_plan.primary] or plans


def _records(context: Context, migration_id: str, plan: Plan, plans: Sequence[EntityPlan]) -> FileCount:
    ids = [
        id_column
        for entity_plan in plans
        for id_column in _external_ids(context, migration_id, plan, entity_plan)
    ]
    value = pl.concat(ids).n_unique() if ids else 0
    tables = list(dict.fromkeys(entity_plan.stream for entity_plan in plans))
    return FileCount(value, f"Different records in {listed(tables)}", is_exact=True)


def _external_ids(
    context: Context, migration_id: str, plan: Plan, entity_plan: EntityPlan
) -> Iterator[pl.Series]:
    """Yield the ids of the records, chunk by chunk, without those of misshapen rows and of rows without an id."""
    lean = entity_plan
    if entity_plan.primary and identity(entity_plan) == "source":
        lean = replace(
            entity_plan,
            fields=tuple(field for field in entity_plan.fields if field.target == _EXTERNAL_ID),
        )
    for stream in sources.streams(context, migration_id):
        if stream.name != entity_plan.stream:
            continue
        numbers = [chunk.chunk_no for chunk in store.list_chunks(context, stream.id)]
        for frame in store.read_chunks(context, stream.id, numbers):
            rows = frame.filter(pl.col(FAULT).is_null()) if FAULT in frame.columns else frame
            yield transform_rows(plan, lean, rows).frame[_EXTERNAL_ID].drop_nulls().unique()
