"""Gives each location of a plan its own time zone and close hour, and each row those of its location. Pure.

A location is known by its id or its name, as the rows of a stream refer to it, in any case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from core.engine.plan import EntityPlan, FieldPlan, LocationHours, Plan
from core.engine.transforms import language
from core.engine.transforms.zones import at_zones
from core.errors import InvalidInputError
from core.kit import times, values
from core.schema import target_schema

SETTING = "business_days"
"""The setting of a migration: key of a location, '' for all others -> its zone (or None) and close_hour."""

_MIDNIGHT = 0


@dataclass(frozen=True, slots=True)
class Location:
    """A location as its file has it: id and name, and the time zone where the file names one."""

    external_id: str
    name: str
    zone: str | None

    @property
    def key(self) -> str:
        """The location as settings name it."""
        return folded(self.external_id)

    @property
    def names(self) -> set[str]:
        """What rows may refer to it by."""
        return {name for name in (folded(self.external_id), folded(self.name)) if name}


def folded(text: str) -> str:
    return text.strip().lower()


def check_day(zone: str | None, close_hour: int) -> None:
    """InvalidInputError for a zone that is not IANA's, or an hour outside 0 to 23."""
    if zone is not None and not times.is_zone(zone):
        raise InvalidInputError(
            f"{zone!r} is not a time zone.", hint="Use an IANA name such as 'America/New_York'."
        )
    if not 0 <= close_hour <= 23:
        raise InvalidInputError(
            f"{close_hour} is not an hour of the day.", hint="Use a whole number from 0 to 23."
        )


def day_for(plan: Plan, location: Location, settings: Mapping[str, Mapping[str, object]]) -> LocationHours:
    """Return the location's zone and close hour: as set in `settings`, else as its file says, else the import's own."""
    set_here = settings.get(location.key, {})
    zone = set_here.get("zone") or location.zone or plan.zone
    hour = set_here.get("close_hour", plan.close_hour)
    return LocationHours(location.key, str(zone), int(str(hour)))


def with_days(
    plan: Plan,
    locations: Sequence[Location],
    settings: Mapping[str, Mapping[str, object]],
    zone_columns: Mapping[str, str] | None = None,
) -> Plan:
    """Return the plan under which every row is read in the zone and by the close hour of its location.

    `zone_columns` are the columns that name the time zone of each row, by stream: they go before that of the location.
    Orders without a business date get that of the moment they were opened at, where a close hour or a zone of a
    location differs from the import's own.
    """
    general = settings.get("", {})
    plan = replace(
        plan,
        zone=str(general.get("zone") or plan.zone),
        close_hour=int(str(general.get("close_hour", _MIDNIGHT))),
    )
    location_days = []
    for location in locations:
        day = day_for(plan, location, settings)
        if (day.zone, day.close_hour) != (plan.zone, plan.close_hour):
            location_days += [replace(day, location=name) for name in sorted(location.names)]
    plan = replace(plan, entities=tuple(_with_zone(entity, zone_columns or {}) for entity in plan.entities))
    if not location_days and not plan.close_hour:
        return plan
    plan = replace(plan, places=tuple(location_days))
    return replace(
        plan, entities=tuple(_with_place(plan, _with_business_date(entity)) for entity in plan.entities)
    )


def at_places(
    plan: Plan, entity_plan: EntityPlan, frame: pl.DataFrame
) -> Iterator[tuple[Plan, pl.DataFrame]]:
    """Yield (the plan with zone and close hour of some location, its rows in their order), each row once."""
    for zone, rows in at_zones(plan, entity_plan, frame):
        for local_plan, local_rows in _at_locations(plan, entity_plan, rows):
            yield (replace(local_plan, zone=zone, places=()) if zone else local_plan), local_rows


def _at_locations(
    plan: Plan, entity_plan: EntityPlan, frame: pl.DataFrame
) -> Iterator[tuple[Plan, pl.DataFrame]]:
    location_field = entity_plan.place
    if not plan.places or location_field is None:
        yield plan, frame
        return
    numbers_by_location = {location.location: number for number, location in enumerate(plan.places)}
    field = target_schema().field("order.location_id")
    inputs = [pl.col(source) for source in location_field.sources]
    location_name = language.compile_chain(language.parse(location_field.transform), inputs, field, plan)
    number = (
        values.filled_text(location_name)
        .str.to_lowercase()
        .replace_strict(numbers_by_location, default=-1, return_dtype=pl.Int64)
    )
    numbers = frame.select(number.fill_null(-1).alias("place")).to_series()
    days = {-1: (plan.zone, plan.close_hour)}
    days |= {number: (location.zone, location.close_hour) for number, location in enumerate(plan.places)}
    for day in dict.fromkeys(days[number] for number in numbers.unique().sort()):
        of_day = [number for number, key in days.items() if key == day]
        zone, close_hour = day
        rows = frame if len(of_day) == len(days) else frame.filter(numbers.is_in(of_day))
        yield replace(plan, zone=zone, close_hour=close_hour, places=()), rows


def _with_place(plan: Plan, entity_plan: EntityPlan) -> EntityPlan:
    """Return the entity plan with the column that says its rows' location, if it reads times or days at all."""
    entity = target_schema().entity(entity_plan.entity)
    kinds = {entity.fields[field.target].kind for field in entity_plan.fields}
    if not plan.places or kinds.isdisjoint({"date", "datetime"}):
        return entity_plan
    return replace(entity_plan, place=_place_of(plan, entity_plan.stream))


def _with_zone(entity_plan: EntityPlan, zone_columns: Mapping[str, str]) -> EntityPlan:
    """Return the entity plan with the column that names its rows' time zone, if it reads moments at all."""
    column = zone_columns.get(entity_plan.stream)
    fields = target_schema().entity(entity_plan.entity).fields
    if column is None or all(fields[field.target].kind != "datetime" for field in entity_plan.fields):
        return entity_plan
    return replace(entity_plan, zone=FieldPlan("timezone", (column,)))


def _place_of(plan: Plan, stream: str) -> FieldPlan | None:
    of_stream = [entity for entity in plan.entities if entity.stream == stream]
    referring = (entity.field("location_id") for entity in of_stream)
    naming = (
        entity.field(name)
        for entity in of_stream
        if entity.entity == "location"
        for name in ("external_id", "name")
    )
    return next((field for field in (*referring, *naming) if field and field.sources), None)


def _with_business_date(entity_plan: EntityPlan) -> EntityPlan:
    opened_at = entity_plan.field("opened_at")
    if entity_plan.entity != "order" or opened_at is None or entity_plan.field("business_date"):
        return entity_plan
    read = opened_at.transform or ("combine_date_time" if len(opened_at.sources) == 2 else "parse_datetime")
    day = FieldPlan("business_date", opened_at.sources, f"{read} | business_day")
    return replace(entity_plan, fields=(*entity_plan.fields, day))
