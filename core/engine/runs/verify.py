"""Reconciles a finished run: rows read against the six fates, records against the target, money to the cent.

Both sides are added up by the same function, once over what the files say under the plan, once over what now stands in
the target. Each difference is named by the rows that were held back or left as they were, or it stays open.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace

import polars as pl
from sqlalchemy import delete, func, insert, select, text, update

from core.context import Context
from core.db.session import driver_connection
from core.db.target import PREFIX, target_table
from core.engine.batch import MONEY, ROW
from core.engine.mapping.rules import apply
from core.engine.plan import EntityPlan
from core.engine.runs.link import look_up
from core.engine.runs.road import Walk, tasks_of, walk
from core.engine.runs.rules import Fate
from core.engine.runs.tables import Difference, RowFate, Run
from core.engine.runs.totals import totals_of
from core.engine.sources.store import read_chunk
from core.engine.validation.arithmetic import NEEDED, day_totals
from core.schema import target_schema

MEASURES = ("gross", "discounts", "tax", "tips", "service_charges", "payments")
_HELD = (Fate.QUARANTINED.value, Fate.FAILED.value)

_NOT_FOR_DAYS = {"modifiers", "quantity", "unit_price", "name", "price_delta"}

Columns = dict[str, pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Sides:
    """The columns that money is added up from: all rows of the files, those of them held back, and the target."""

    source: Columns
    held: Columns
    target: Columns


def verify(context: Context, run_id: str) -> bool:
    """Books totals and differences of the run in the open transaction. True when every row and cent is accounted for."""
    road = walk(context, run_id)
    entities = totals_of(context, run_id)
    changed = _changed(context, run_id)
    context.session.execute(
        update(Run)
        .where(Run.id == run_id)
        .values(totals={**road.run.totals, "entities": entities, "target_rows": changed})
    )
    differences = compare(road)
    context.session.execute(delete(Difference).where(Difference.run_id == run_id))
    if differences:
        context.session.execute(insert(Difference), differences)
    rows_ok = all(
        sum(numbers[fate.value] for fate in Fate) == numbers["read"]
        and numbers["migrated"] == changed.get(entity, 0)
        and not numbers["quarantined"] + numbers["failed"]
        for entity, numbers in entities.items()
    )
    return rows_ok and all(not row["difference"] for row in differences)


def _changed(context: Context, run_id: str) -> dict[str, int]:
    """Records of the target that the run made or changed and that are there now."""
    rows = context.session.execute(
        text(
            """select entity, sum(n) as n from (
              select entity, count(*) as n from change where tenant_id = :tenant and run_id = :run group by entity
              union all
              select entity, count(distinct made) as n from new_records, lateral unnest(target_ids) as made
              where tenant_id = :tenant and run_id = :run group by entity) touched group by entity"""
        ),
        {"tenant": context.tenant.id, "run": run_id},
    ).all()
    found = {}
    for entity, touched in rows:
        table = target_table(entity)
        written = context.session.scalar(
            select(func.count()).select_from(table).where(table.c.run_id == run_id)
        )
        found[entity] = min(int(touched), int(written or 0))
    return found


def compare(road: Walk) -> list[dict[str, object]]:
    """One row per location, business day and measure: both amounts, their difference, and its name."""
    sides = _sides(road)
    if not sides.source:
        return []
    keys = ["location_id", "business_date"]
    sums = {
        side: day_totals(columns, road.plan).select(
            *keys, *(pl.col(name).fill_null(0).cast(MONEY) for name in MEASURES)
        )
        for side, columns in (("source", sides.source), ("held", sides.held), ("target", sides.target))
    }
    long = {
        side: frame.unpivot(index=keys, variable_name="measure", value_name=side)
        for side, frame in sums.items()
    }
    joined = long["source"]
    for side in ("target", "held"):
        joined = joined.join(long[side], on=[*keys, "measure"], how="full", coalesce=True, nulls_equal=True)
    compared = joined.with_columns(pl.col(side).fill_null(0) for side in long).with_columns(
        (pl.col("source") - pl.col("target")).alias("difference")
    )
    names = _location_names(road)
    own = {"tenant_id": road.context.tenant.id, "run_id": road.run.id}
    return [
        own
        | {
            "location": names.get(row["location_id"], row["location_id"] or ""),
            "business_date": row["business_date"],
            "measure": row["measure"],
            "source_amount": row["source"],
            "target_amount": row["target"],
            "difference": row["difference"],
            "name": "held back with the rows in quarantine"
            if row["difference"] and row["difference"] == row["held"]
            else "",
        }
        for row in compared.sort([*keys, "measure"]).to_dicts()
    ]


def _sides(road: Walk) -> Sides:
    source: dict[str, list[pl.DataFrame]] = {}
    held: dict[str, list[pl.DataFrame]] = {}
    for step_no, stream_id, chunk_no in tasks_of(road.context, road.run):
        entity_plan = _money_plan(road.plan.entities[int(step_no)])
        if entity_plan is None:
            continue
        rows = read_chunk(road.context, str(stream_id), int(chunk_no))
        frame = apply(road.plan, entity_plan, rows).frame
        source.setdefault(entity_plan.entity, []).append(frame)
        held.setdefault(entity_plan.entity, []).append(
            frame.join(_held_rows(road, entity_plan.entity, str(stream_id)), on=ROW, how="semi")
        )
    # Of a record that stands several times the first counts, as in loading.
    whole = {
        entity: pl.concat(frames, how="diagonal").unique("external_id", keep="first", maintain_order=True)
        for entity, frames in source.items()
    }
    locations = _locations(road, whole)
    kept = {
        entity: pl.concat(frames, how="diagonal").unique("external_id", maintain_order=True)
        for entity, frames in held.items()
    }
    return Sides(
        {entity: _at(frame, locations) for entity, frame in whole.items()},
        _with_their_orders(kept, whole, locations),
        {entity: _target(road, entity, frame) for entity, frame in whole.items()},
    )


def _money_plan(entity_plan: EntityPlan) -> EntityPlan | None:
    """The plan cut down to the columns that money is added up from."""
    if entity_plan.entity not in {"order", "order_line", "payment"}:
        return None
    wanted = set(NEEDED[entity_plan.entity]) - _NOT_FOR_DAYS
    fields = tuple(field for field in entity_plan.fields if field.target in wanted)
    return replace(entity_plan, fields=fields)


def _held_rows(road: Walk, entity: str, stream_id: str) -> pl.DataFrame:
    found = road.context.session.execute(
        select(RowFate.first_row, RowFate.last_row).where(
            RowFate.run_id == road.run.id,
            RowFate.entity == entity,
            RowFate.stream_id == stream_id,
            RowFate.fate.in_(_HELD),
        )
    )
    rows = [row for first, last in found for row in range(first, last + 1)]
    return pl.DataFrame({ROW: rows}, schema={ROW: pl.Int64})


def _locations(road: Walk, columns: Columns) -> dict[str, str]:
    """The location as the files name it -> our id of it."""
    orders = columns.get("order")
    if orders is None or "location_id" not in orders.columns:
        return {}
    return look_up(
        road.context, road.plan.source, "location", orders["location_id"].drop_nulls().unique().to_list()
    )


def _at(frame: pl.DataFrame, locations: dict[str, str]) -> pl.DataFrame:
    """With our ids of the locations; one that is not in the target is empty there too."""
    if "location_id" not in frame.columns:
        return frame
    ours = pl.col("location_id").replace_strict(locations or {"": None}, default=None, return_dtype=pl.String)
    return frame.with_columns(ours)


def _with_their_orders(held: Columns, whole: Columns, locations: dict[str, str]) -> Columns:
    """Held lines and payments need their order to know day and place, but the order's own money only if it is held."""
    if "order" not in whole:
        return held
    money = [name for name in whole["order"].columns if whole["order"].schema[name] == MONEY]
    orders = whole["order"].join(held["order"].select("external_id"), on="external_id", how="anti")
    bare = orders.with_columns(pl.lit(None, MONEY).alias(name) for name in money)
    return held | {"order": _at(pl.concat([held["order"], bare]), locations)}


def _target(road: Walk, entity: str, source: pl.DataFrame) -> pl.DataFrame:
    """The same columns of the records that the rows of the files became, references as the source's ids."""
    fields = target_schema().entity(entity).fields
    names = [name for name in source.columns if name in fields]
    selected, joins = [], []
    for name in names:
        if fields[name].refers_to == "order":
            joins.append(f'left join "{PREFIX}order" o on o.tenant_id = t.tenant_id and o.id = t."{name}"')
            selected.append("o.external_id")
        else:
            selected.append(f't."{name}"')
    untouched = road.context.session.scalar(
        text(
            "select exists (select from row_fate where tenant_id = :tenant and run_id = :run and entity = :entity and fate = 'merged' and reason <> 'repeated_row')"
        ),
        {"tenant": road.context.tenant.id, "run": road.run.id, "entity": entity},
    )
    only = "" if untouched else " and t.run_id = %(run)s"
    buffer = io.BytesIO()
    with (
        driver_connection(road.context.session)
        .cursor()
        .copy(
            f'copy (select {", ".join(selected)} from "{PREFIX}{entity}" t {" ".join(joins)} where t.tenant_id = %(tenant)s and t.source_name = %(source)s{only}) to stdout with (format csv)',
            {"tenant": road.context.tenant.id, "source": road.plan.source, "run": road.run.id},
        ) as copy
    ):
        for part in copy:
            buffer.write(part)
    buffer.seek(0)
    read = (
        pl.read_csv(buffer, has_header=False, new_columns=names, infer_schema=False)
        if buffer.getbuffer().nbytes
        else pl.DataFrame(schema=dict.fromkeys(names, pl.String))
    )
    typed = read.with_columns(_typed(name, source.schema[name]) for name in names)
    return typed.join(source.select("external_id"), on="external_id", how="semi")


def _typed(name: str, kind: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if isinstance(kind, pl.Datetime):
        return column.str.strip_suffix("+00").str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_zone="UTC")
    if kind == pl.Boolean:
        return column == "t"
    if kind == pl.Date:
        return column.str.to_date("%Y-%m-%d")
    return column.cast(kind)


def _location_names(road: Walk) -> dict[str, str]:
    table = target_table("location")
    return {row.id: row.name for row in road.context.session.execute(select(table.c.id, table.c.name))}
