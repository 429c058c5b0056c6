"""Account for the money of a run, starting from the files: with the columns that were excluded, typed as suggested.

What was excluded is known when the run is started: a plan of those columns is noted in `run.totals["excluded"]`. At the
end it is applied to every row once, if there is any, and the sums take its place in `run.totals["money"]`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import polars as pl
from sqlalchemy import select

from core.context import Context
from core.db.target import target_table
from core.engine.batch import MONEY, ROW
from core.engine.mapping import views as mapping
from core.engine.mapping.bands import AMBER_FROM
from core.engine.mapping.plans import Link, build_plan, plan_from_json, plan_to_json
from core.engine.mapping.tables import MappingDecision
from core.engine.plan import Conflict, EntityPlan
from core.engine.runs.money_rules import (
    ORDER_MEASURES,
    PRICES,
    MoneyAccount,
    MoneySum,
    Prices,
    beyond,
    money_from_json,
    order_sums,
    price_sum,
)
from core.engine.runs.source_side import held_rows, money_plan, read_files, typed_rows, within
from core.engine.runs.tables import Run
from core.engine.runs.walk import Walk
from core.engine.validation.arithmetic import day_totals
from core.errors import NotFoundError
from core.platform.access.actions import view
from core.schema import target_schema

_PRICE = {"external_id": pl.String(), "price": MONEY}
_KEEPING = (Conflict.KEEP_EXISTING, Conflict.MERGE)


@view("run.read")
def money_account(context: Context, run_id: str) -> MoneyAccount | None:
    """Show the money of a run that was verified; None for one that was not. NotFoundError where there is no such run."""
    run = context.session.get(Run, (context.tenant.id, run_id), populate_existing=True)
    if run is None:
        raise NotFoundError("There is no such run.", hint="Choose one from the list.", run=run_id)
    return money_from_json(run.totals["money"]) if "money" in run.totals else None


# --- what was excluded ------------------------------------------------------------------------------------------


def excluded_money(context: Context, migration_id: str, accept_above: float) -> dict[str, Any]:
    """Note the excluded columns with amounts, as {"plan", "tables", "not_read"}; {} where there are none.

    "plan" is the plan of the money in the whole of the files: what is mapped, and what was excluded under its
    suggestion. A column whose suggestion was weak is not read: nobody knows what its amounts are.
    """
    fields = mapping.field_rows(context, migration_id)
    ignored = [one for one in fields if one.status == "ignored" and one.suggested_target]
    sure = [one for one in ignored if (one.confidence or 0.0) >= AMBER_FROM]
    amounts = [one for one in sure if _is_accounted_for(one.suggested_target)]
    not_read = [
        f"{one.stream} › {one.source_field}"
        for one in ignored
        if one not in sure and target_schema().field(one.suggested_target or "").kind == "money" and one.rows
    ]
    if not amounts:
        return {"not_read": not_read} if not_read else {}
    transforms = _suggested_transforms(context, [one.id for one in sure])
    links = [replace(link, decided=True) for link in mapping.planned_links(fields, accept_above)]
    fed = {(link.stream, link.target) for link in links}
    links += [
        Link(one.stream, one.source_field, one.suggested_target or "", transforms.get(one.id),
             confidence=one.confidence or 0.0, position=one.position)
        for one in sure
        if (one.stream, one.suggested_target) not in fed
    ]  # fmt: skip
    whole = build_plan(
        links, mapping.stream_entities(context, migration_id), mapping.plan_frame(context, migration_id)
    )
    wanted = [part for entity_plan in whole.entities if (part := _money_part(entity_plan))]
    tables = dict.fromkeys(one.stream for one in amounts)
    return {
        "plan": plan_to_json(replace(whole, entities=tuple(wanted))),
        "tables": list(tables),
        "not_read": not_read,
    }


def _is_accounted_for(target: str | None) -> bool:
    entity, _, name = (target or "").partition(".")
    is_money = target_schema().field(target or "").kind == "money"
    return is_money and (PRICES.get(entity) == name or entity in {"order", "order_line", "payment"})


def _money_part(entity_plan: EntityPlan) -> EntityPlan | None:
    """The entity plan cut down to what money is added up from."""
    if entity_plan.entity in PRICES:
        return _price_plan(entity_plan)
    return money_plan(entity_plan)


def _price_plan(entity_plan: EntityPlan) -> EntityPlan | None:
    """The entity plan cut down to its price and what its id is made from; None where it has no price."""
    name = PRICES.get(entity_plan.entity)
    if name is None or entity_plan.field(name) is None:
        return None
    if entity_plan.field("external_id"):
        return replace(
            entity_plan,
            fields=tuple(one for one in entity_plan.fields if one.target in {"external_id", name}),
        )
    return entity_plan


def _suggested_transforms(context: Context, fields: Sequence[str]) -> dict[str, str | None]:
    """Field id -> the transform that came with its suggestion: what stood before a person excluded it."""
    query = (
        select(MappingDecision.field_id, MappingDecision.before)
        .where(MappingDecision.field_id.in_(fields))
        .order_by(MappingDecision.version.desc())
    )
    return {
        field_id: before["transform"]
        for field_id, before in context.session.execute(query)
        if before["target"] is not None
    }


# --- the sums ---------------------------------------------------------------------------------------------------


def money_of(road: Walk, planned: pl.DataFrame | None, differences: pl.DataFrame | None) -> MoneyAccount:
    """Add up the money of a run: of its orders from the differences by day, of its prices from files and target.

    `planned` are the day's figures of the mapped columns, `differences` as verify.compare gives them; None without orders.
    """
    excluded = road.run.totals.get("excluded", {})
    whole_road = None
    if "plan" in excluded:
        whole_road = Walk(road.context, road.run, plan_from_json(excluded["plan"]))
    surplus = beyond(_measures(planned), _whole_measures(whole_road)) if whole_road else {}
    sums = [*order_sums(differences, surplus), *_price_sums(road, whole_road)]
    return MoneyAccount(tuple(sums), tuple(excluded.get("tables", ())), tuple(excluded.get("not_read", ())))


def _measures(figures: pl.DataFrame | None) -> dict[str, Decimal]:
    if figures is None:
        return {}
    return {name: Decimal(figures[name].sum() or 0) for name in ORDER_MEASURES}


def _whole_measures(road: Walk) -> dict[str, Decimal]:
    columns = read_files(road).all
    return _measures(day_totals(columns, road.plan) if columns else None)


def _price_sums(road: Walk, whole: Walk | None) -> Iterable[MoneySum]:
    for entity, name in PRICES.items():
        plans = [plan for plan in road.plan.of(entity) if plan.field(name)]
        if not plans and not (whole and any(plan.field(name) for plan in whole.plan.of(entity))):
            continue
        file, held = _file_prices(road, entity, name)
        prices = Prices(
            file,
            held,
            _target_prices(road, entity, name, plans),
            _file_prices(whole, entity, name)[0] if whole else pl.DataFrame(schema=_PRICE),
        )
        keeps = any(plan.conflict in _KEEPING for plan in plans)
        found = price_sum(f"{entity}.{name}", prices, keeps_existing=keeps)
        if found is not None:
            yield found


def _file_prices(road: Walk, entity: str, name: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Each different (external_id, price) of the files, and the ids of records in rows that stayed out."""
    prices, held = [pl.DataFrame(schema=_PRICE)], [pl.DataFrame(schema={"external_id": pl.String})]
    stayed_out = held_rows(road)
    for stream_id, plan, frame in typed_rows(
        road, lambda one: _price_plan(one) if one.entity == entity else None
    ):
        priced = frame.select("external_id", pl.col(name).alias("price"))
        prices.append(priced.unique(maintain_order=True))
        if (out := stayed_out.get((plan.entity, stream_id))) is not None:
            held.append(frame.join(within(out, frame[ROW]), on=ROW, how="semi").select("external_id"))
    return pl.concat(prices).unique(maintain_order=True), pl.concat(held)


def _target_prices(road: Walk, entity: str, name: str, plans: Sequence[EntityPlan]) -> pl.DataFrame:
    """What the records have now: external_id and price. A second record beside another goes by the first one's id."""
    table = target_table(entity)
    query = select(table.c.external_id, table.c[name]).where(
        table.c.tenant_id == road.context.tenant.id,
        table.c.source_name == road.plan.source,
        table.c[name].is_not(None),
    )
    doubled = any(plan.conflict == Conflict.DUPLICATE for plan in plans)
    if doubled:  # the run's records first
        query = query.order_by((table.c.run_id == road.run.id).desc())
    rows = [tuple(row) for row in road.context.session.execute(query)]
    found = pl.DataFrame(rows, schema=_PRICE, orient="row")
    if doubled:
        found = found.with_columns(pl.col("external_id").str.replace(r"~[^~]*$", ""))
    return found.unique("external_id", keep="first", maintain_order=True)
