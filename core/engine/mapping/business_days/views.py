"""Shows the locations of a migration with their time zone and the hour at which their business day ends"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from core.context import Context
from core.engine.batch import ROW
from core.engine.plan import EntityPlan, FieldPlan, Plan
from core.engine.sources import store
from core.engine.sources import views as sources
from core.engine.sources.tables import SourceStream
from core.engine.transforms import transform_rows
from core.engine.transforms.business_days import SETTING, Location, day_for, with_days
from core.kit import times

MOST = 2_000
"""Locations that are looked for at most."""
_CHUNKS = 4
"""Chunks of a table of orders that are looked through for the locations it names."""
_LOCATION_FIELDS = ("external_id", "name", "timezone")


@dataclass(frozen=True, slots=True)
class BusinessDay:
    """A location's zone and close hour; `key` names it in settings, '' all locations without an entry of their own.

    `is_chosen`: a person chose them here.
    """

    key: str
    name: str
    zone: str
    close_hour: int
    is_chosen: bool


def business_days(context: Context, migration_id: str, plan: Plan) -> list[BusinessDay]:
    """Every location that the files of a plan name, after the one entry for all others."""
    day_settings = sources.migration(context, migration_id).settings.get(SETTING, {})
    bare = replace(plan, places=())
    days = [BusinessDay("", "All other locations", plan.zone, plan.close_hour, "" in day_settings)]
    for location in locations(context, migration_id, plan):
        day = day_for(bare, location, day_settings)
        name = location.name or location.external_id
        days.append(BusinessDay(location.key, name, day.zone, day.close_hour, location.key in day_settings))
    return days


def plan_with_days(
    context: Context, migration_id: str, plan: Plan, zone_columns: Mapping[str, str] | None = None
) -> Plan:
    """Return the plan in which each location has its own zone and close hour, from settings and from the files.

    `zone_columns` are the columns that name the time zone of each row, by stream.
    """
    day_settings = sources.migration(context, migration_id).settings.get(SETTING, {})
    has_zones = zone_columns or any(entity.field("timezone") for entity in plan.of("location"))
    if not day_settings and not has_zones:
        return plan
    return with_days(plan, locations(context, migration_id, plan), day_settings, zone_columns)


def locations(context: Context, migration_id: str, plan: Plan) -> list[Location]:
    """Return the locations that the files name, each once, in their order."""
    locations_by_key: dict[str, Location] = {}
    streams = sources.streams(context, migration_id)
    for entity_plan in plan.of("location"):
        cut = _cut(entity_plan)
        for stream in streams:
            if stream.name != entity_plan.stream or not cut.columns():
                continue
            for location in _read(context, plan, cut, stream):
                locations_by_key.setdefault(location.key, location)
                if len(locations_by_key) == MOST:
                    return list(locations_by_key.values())
    return list(locations_by_key.values())


def _cut(entity_plan: EntityPlan) -> EntityPlan:
    fields: tuple[FieldPlan, ...] = tuple(
        field for field in entity_plan.fields if field.target in _LOCATION_FIELDS and field.sources
    )
    return replace(entity_plan, fields=fields, place=None)


def _read(context: Context, plan: Plan, cut: EntityPlan, stream: SourceStream) -> list[Location]:
    heads = store.list_chunks(context, stream.id)
    picked = heads if cut.primary else heads[:: max(1, len(heads) // _CHUNKS)][:_CHUNKS]
    columns = [ROW, *(name for name in cut.columns() if name in stream.columns)]
    locations_read: list[Location] = []
    for head in picked:
        if len(columns) == 1 or len(locations_read) >= MOST:
            break
        rows = store.read_chunk(context, head.stream_id, head.chunk_no, columns)
        locations_read += _of(
            transform_rows(plan, cut, rows.unique(columns[1:], keep="first", maintain_order=True)).frame
        )
    return locations_read


def _of(frame: pl.DataFrame) -> list[Location]:
    absent = [
        pl.lit(None, dtype=pl.String).alias(name) for name in _LOCATION_FIELDS if name not in frame.columns
    ]
    rows = frame.with_columns(absent).drop(ROW).unique("external_id", keep="first", maintain_order=True)
    return [
        Location(external_id, name or "", _zone(zone))
        for external_id, name, zone in rows.select(_LOCATION_FIELDS).iter_rows()
    ]


def _zone(text: str | None) -> str | None:
    return text if text and times.is_zone(text) else None
