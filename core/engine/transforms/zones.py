"""Gives each row the time zone that a column of its file names, and reports rows whose zone nobody has told. Pure."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from core.engine.batch import ROW
from core.engine.issues import issue
from core.engine.plan import EntityPlan, FieldPlan, Plan
from core.engine.transforms import language
from core.kit.reading import by_distinct
from core.kit.zone_names import zone_named
from core.schema import Field


def at_zones(
    plan: Plan, entity_plan: EntityPlan, frame: pl.DataFrame
) -> Iterator[tuple[str | None, pl.DataFrame]]:
    """Yield (the zone that the rows name, None where they name none, its rows in their order), each row once."""
    if entity_plan.zone is None or not frame.height:
        yield None, frame
        return
    zones = _zones(plan, entity_plan.zone, frame)
    distinct = zones.unique().sort().to_list()
    for zone in distinct:
        yield (
            zone,
            frame if len(distinct) == 1 else frame.filter(zones.is_null() if zone is None else zones == zone),
        )


def unknown_zones(plan: Plan, entity_plan: EntityPlan, source: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Yield issues for rows whose zone is named by a name that is not known, or that several zones have."""
    if entity_plan.zone is None:
        return
    (name,) = entity_plan.zone.sources
    unread = source.filter(
        _zones(plan, entity_plan.zone, source).is_null() & (pl.col(name).str.strip_chars() != "")
    )
    if unread.height:
        value = pl.col(name).str.slice(0, 200)
        detail = pl.lit(f"Column {name!r} holds '") + value + pl.lit("', which is not a time zone.")
        yield unread.select(ROW, *issue("bad_time_zone", source_field=name, value=value, detail=detail))


def assumed_zones(
    source: pl.DataFrame, typed: pl.DataFrame, field: Field, field_plan: FieldPlan, plan: Plan
) -> Iterator[pl.DataFrame]:
    """Yield issues for local times of rows that name no location, while the locations of the import have several zones."""
    if field.kind != "datetime" or not field_plan.sources or not plan.places:
        return
    if all(location.zone == plan.zone for location in plan.places):
        return
    inputs = [pl.col(name) for name in field_plan.sources]
    wall, behind, _ = language.walls(language.parse(field_plan.transform), inputs, field, plan)
    local = (
        source.select((wall != behind).fill_null(value=False)).to_series() & typed[field.name].is_not_null()
    )
    if local.any():
        detail = (
            f"The row names no location; its time was read in {plan.zone}, though locations of this import are in "
            "other time zones."
        )
        columns = issue(
            "zone_assumed", field=field.name, source_field=", ".join(field_plan.sources), detail=detail
        )
        yield typed.filter(local).select(ROW, *columns)


def _zones(plan: Plan, zone_field: FieldPlan, frame: pl.DataFrame) -> pl.Series:
    (name,) = zone_field.sources
    return by_distinct(frame[name], lambda text: zone_named(text, plan.country), pl.String())
