"""Reconciles a finished run: rows read against the six fates, records against the target, money to the cent.

Both sides are added up by the same function, once over what the files say under the plan, once over what now stands in
the target. Each difference is named by the rows that were held back or left as they were, or it stays open.
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl
from sqlalchemy import delete, func, insert, select, text, update

from core.context import Context
from core.db.session import driver_connection
from core.db.target import PREFIX, target_table
from core.engine.batch import MONEY, ROW
from core.engine.mapping.rules import apply
from core.engine.plan import EntityPlan
from core.engine.runs.fates import rows_of
from core.engine.runs.link import look_up
from core.engine.runs.road import Walk, tasks_of, walk
from core.engine.runs.rules import Fate
from core.engine.runs.tables import Difference, RowFate, Run
from core.engine.runs.totals import totals_of
from core.engine.validation.arithmetic import NEEDED, day_totals
from core.schema import target_schema

MEASURES = ("gross", "discounts", "tax", "tips", "service_charges", "payments")
_HELD = (Fate.QUARANTINED.value, Fate.FAILED.value)

_KEYS = ["location_id", "business_date"]
_NOT_FOR_DAYS = {"modifiers", "quantity", "unit_price", "name", "price_delta"}

Columns = dict[str, pl.DataFrame]


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
    own = {"tenant": context.tenant.id, "run": run_id}
    rows = context.session.execute(
        text(
            """select entity, sum(n) as n from (
              select entity, count(*) as n from change where tenant_id = :tenant and run_id = :run group by entity
              union all
              select entity, sum(cardinality(target_ids)) as n from new_records
              where tenant_id = :tenant and run_id = :run group by entity) touched group by entity"""
        ),
        own,
    ).all()
    found = {}
    for entity, noted in rows:
        table = target_table(entity)
        written = context.session.scalar(
            select(func.count()).select_from(table).where(table.c.run_id == run_id)
        )
        touched = int(noted)
        if touched != written:  # a record that was filled in by a later chunk is noted twice
            touched = int(context.session.scalar(_TOUCHED, own | {"entity": entity}) or 0)
        found[entity] = min(touched, int(written or 0))
    return found


_TOUCHED = text(
    """select count(*) from (
      select target_id from change where tenant_id = :tenant and run_id = :run and entity = :entity
      union
      select made from new_records, lateral unnest(target_ids) as made
      where tenant_id = :tenant and run_id = :run and entity = :entity) touched"""
)


def compare(road: Walk) -> list[dict[str, object]]:
    """One row per location, business day and measure: both amounts, their difference, and its name."""
    sums = _sums(road)
    if not sums:
        return []
    long = {
        side: frame.unpivot(index=_KEYS, variable_name="measure", value_name=side)
        for side, frame in sums.items()
    }
    joined = long["source"]
    for side in ("target", "held"):
        joined = joined.join(long[side], on=[*_KEYS, "measure"], how="full", coalesce=True, nulls_equal=True)
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
        for row in compared.sort([*_KEYS, "measure"]).to_dicts()
    ]


def _sums(road: Walk) -> dict[str, pl.DataFrame]:
    """The day's figures of the files, of the rows of them held back, and of the target; empty without orders.

    One after the other, so that only one side's rows are in memory.
    """
    source, held = _columns(road)
    if not source:
        return {}
    locations = _locations(road, source)
    source = {entity: _at(frame, locations) for entity, frame in source.items()}
    sums = {
        "source": _figures(source, road),
        "held": _figures(_with_their_orders(held, source, locations), road),
    }
    kinds = {entity: frame.schema for entity, frame in source.items()}
    ids = {
        entity: frame.select("external_id") for entity, frame in source.items() if _meets_others(road, entity)
    }
    source.clear()
    held.clear()
    target = {entity: _target(road, entity, schema, ids.get(entity)) for entity, schema in kinds.items()}
    return sums | {"target": _figures(target, road)}


def _figures(columns: Columns, road: Walk) -> pl.DataFrame:
    return day_totals(columns, road.plan).select(
        *_KEYS, *(pl.col(name).fill_null(0).cast(MONEY) for name in MEASURES)
    )


def _columns(road: Walk) -> tuple[Columns, Columns]:
    """The columns that money is added up from: of all rows of the files, and of those held back."""
    source: dict[str, list[pl.DataFrame]] = {}
    held: dict[str, list[pl.DataFrame]] = {}
    for step_no, stream_id, chunk_no in tasks_of(road.context, road.run):
        entity_plan = _money_plan(road.plan.entities[int(step_no)])
        if entity_plan is None:
            continue
        frame = apply(road.plan, entity_plan, road.read(str(stream_id), int(chunk_no))).frame
        stayed_out = _held_rows(road, entity_plan.entity, str(stream_id))
        held.setdefault(entity_plan.entity, []).append(frame.join(stayed_out, on=ROW, how="semi"))
        if not entity_plan.primary:  # the orders in a list of lines stand there many times
            frame = frame.unique("external_id", keep="first", maintain_order=True)
        source.setdefault(entity_plan.entity, []).append(frame)
    road.rows = None
    return (
        {entity: pl.concat(frames, how="diagonal") for entity, frames in source.items()},
        {entity: pl.concat(frames, how="diagonal") for entity, frames in held.items()},
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
        select(RowFate.starts, RowFate.ends).where(
            RowFate.run_id == road.run.id,
            RowFate.entity == entity,
            RowFate.stream_id == stream_id,
            RowFate.fate.in_(_HELD),
        )
    )
    rows = [row for starts, ends in found for row in rows_of(starts, ends)]
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


def _meets_others(road: Walk, entity: str) -> bool:
    """Whether rows of the run became records that another run wrote, so that run_id alone does not find them."""
    return bool(
        road.context.session.scalar(
            text(
                """select exists (select from row_fate where tenant_id = :tenant and run_id = :run and entity = :entity
                and fate = 'merged' and reason <> 'repeated_row')"""
            ),
            {"tenant": road.context.tenant.id, "run": road.run.id, "entity": entity},
        )
    )


def _target(road: Walk, entity: str, schema: pl.Schema, ids: pl.DataFrame | None) -> pl.DataFrame:
    """The same columns of the records that the rows of the files became, references to orders as the source's ids.

    `ids` are the external ids to look for where the run did not write all of them itself.
    """
    fields = target_schema().entity(entity).fields
    names = [name for name in schema if name in fields]
    selected, joins = [], []
    for name in names:
        if fields[name].refers_to == "order":
            joins.append(f'left join "{PREFIX}order" o on o.tenant_id = t.tenant_id and o.id = t."{name}"')
            selected.append("o.external_id")
        else:
            selected.append(f't."{name}"')
    only = " and t.run_id = %(run)s" if ids is None else ""
    # Many rows a message: the driver spends as long on a message as on a thousand rows.
    line = " || E'\\x1f' || ".join(f"coalesce({column}::text, '')" for column in selected)
    parts = driver_connection(road.context.session).execute(
        f"""select string_agg(line, E'\\x1e') from (select {line} as line, row_number() over () / 2000 as part
        from "{PREFIX}{entity}" t {" ".join(joins)}
        where t.tenant_id = %(tenant)s and t.source_name = %(source)s{only}) lines group by part""",
        {"tenant": road.context.tenant.id, "source": road.plan.source, "run": road.run.id},
    )
    text = "\x1e".join(part for (part,) in parts)
    if not text:
        return pl.DataFrame(schema={name: schema[name] for name in names})
    read = pl.read_csv(
        text.encode(), has_header=False, new_columns=names, infer_schema=False,
        separator="\x1f", eol_char="\x1e", quote_char=None,
    )  # fmt: skip
    typed = read.with_columns(_typed(name, schema[name]) for name in names)
    return typed if ids is None else typed.join(ids, on="external_id", how="semi")


def _typed(name: str, kind: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if isinstance(kind, pl.Datetime):
        return column.str.strip_suffix("+00").str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_zone="UTC")
    if kind == pl.Boolean:
        return column == "true"
    if kind == pl.Date:
        return column.str.to_date("%Y-%m-%d")
    return column.cast(kind)


def _location_names(road: Walk) -> dict[str, str]:
    table = target_table("location")
    return {row.id: row.name for row in road.context.session.execute(select(table.c.id, table.c.name))}
