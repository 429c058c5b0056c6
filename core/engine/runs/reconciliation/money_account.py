"""Account for the money of a run, starting from the files: with the columns that were excluded, typed as suggested.

What was excluded is known when the run is started: a plan of those columns is noted in `run.totals["excluded"]`. At the
end it is applied to every row once, if there is any, and the sums take its place in `run.totals["money"]`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl
from sqlalchemy import func, select

from core.context import Context
from core.db.target import target_table
from core.engine.batch import MONEY, ROW
from core.engine.mapping import views as mapping
from core.engine.mapping.bands import AMBER_FROM
from core.engine.mapping.plans import Link, build_plan, plan_from_json, plan_to_json
from core.engine.mapping.row_rules.views import plan_with_row_rules
from core.engine.mapping.tables import MappingDecision
from core.engine.plan import KEEPING, Conflict, EntityPlan, Plan
from core.engine.runs.loading.run_plan import RunPlan
from core.engine.runs.loading.write_context import duplicate_suffix
from core.engine.runs.lookup import get_run
from core.engine.runs.reconciliation.amounts import is_money, is_undecided, outside, with_amounts
from core.engine.runs.reconciliation.money_rules import (
    PRICES,
    MoneyAccount,
    MoneySum,
    Prices,
    Surplus,
    money_from_json,
    order_sums,
    price_sum,
    surplus_of,
)
from core.engine.runs.reconciliation.source_totals import (
    held_rows,
    money_plan,
    read_source,
    typed_rows,
    within,
)
from core.engine.validation.arithmetic import day_totals
from core.engine.validation.tables import IssueRecord
from core.platform.access.actions import view
from core.schema import target_schema

_PRICE = {"external_id": pl.String(), "price": MONEY}
_TELLING = frozenset(
    {"order.external_id", "order.state", "order_line.external_id", "order_line.order_id", "order_line.is_void",
     "payment.external_id", "payment.order_id", "payment.status"}
)  # fmt: skip
"""Targets without amounts that tell which amounts of orders count, and that they count once."""


@view("run.read")
def money_account(context: Context, run_id: str) -> MoneyAccount | None:
    """Show the money of a run that was verified; None for one that was not. NotFoundError where there is no such run."""
    totals = get_run(context, run_id).totals
    return money_from_json(totals["money"]) if "money" in totals else None


# --- what was excluded ------------------------------------------------------------------------------------------


def excluded_money(context: Context, migration_id: str, accept_above: float, plan: Plan) -> dict[str, Any]:
    """Note the columns with amounts, or telling which amounts count, that `plan` leaves out, as {"plan", "tables", "not_read", "undecided"}; {} without any.

    "plan" is the plan of the money in the whole of the files: what is mapped, and what was excluded or not decided about
    under its suggestion. An excluded column whose suggestion was weak, and one without a target, is not read: nobody
    knows what its amounts are. "undecided" are the columns that nobody decided about.
    """
    fields = mapping.field_rows(context, migration_id)
    unplanned = [field for field in outside(fields, plan) if field.status == "ignored" or is_undecided(field)]
    amounts = with_amounts(context, unplanned)
    amount_ids = {field.id for field in amounts}
    sure = [
        field
        for field in unplanned
        if field.suggested_target
        and (
            (field.confidence or 0.0) >= AMBER_FROM
            or (field.id in amount_ids and is_undecided(field) and is_money(field.suggested_target))
        )
    ]
    links = [replace(link, is_decided=True) for link in mapping.planned_links(fields, accept_above)]
    untargeted = _untargeted(sure, {(link.stream, link.target) for link in links})
    counted = [
        field for field in amounts if field in untargeted and _is_accounted_for(field.suggested_target)
    ]
    noted = {
        "not_read": [_column_title(field) for field in amounts if field not in counted],
        "undecided": [_column_title(field) for field in amounts if is_undecided(field)],
    }
    if not counted and not any(field.suggested_target in _TELLING for field in untargeted):
        return {name: columns for name, columns in noted.items() if columns}
    transforms = _suggested_transforms(context, [field.id for field in untargeted if not is_undecided(field)])
    links += [
        Link(field.stream, field.source_field, field.suggested_target or "",
             field.transform if is_undecided(field) else transforms.get(field.id),
             confidence=field.confidence or 0.0, position=field.position)
        for field in untargeted
    ]  # fmt: skip
    full_plan = _plan_of(context, migration_id, links)
    full_plan = plan_with_row_rules(context, migration_id, full_plan)
    money_parts = [part for entity_plan in full_plan.entities if (part := _money_part(entity_plan))]
    tables = dict.fromkeys(field.stream for field in counted if not is_undecided(field))
    return {
        "plan": plan_to_json(replace(full_plan, entities=tuple(money_parts))),
        "tables": list(tables),
        **noted,
    }


def _plan_of(context: Context, migration_id: str, links: Sequence[Link]) -> Plan:
    return build_plan(
        links,
        mapping.stream_entities(context, migration_id),
        mapping.import_settings(context, migration_id),
        facts=mapping.stream_facts(context, migration_id),
    )


def _column_title(field: mapping.FieldRow) -> str:
    return f"{field.stream} › {field.source_field}"


def _untargeted(
    fields: Sequence[mapping.FieldRow], planned_targets: set[tuple[str, str]]
) -> list[mapping.FieldRow]:
    """List the fields whose suggested target has no source yet; of several for one target, the surest."""
    surest: dict[tuple[str, str], mapping.FieldRow] = {}
    for field in sorted(fields, key=lambda field: -(field.confidence or 0.0)):
        key = field.stream, field.suggested_target or ""
        if key not in planned_targets:
            surest.setdefault(key, field)
    return [field for field in fields if field in surest.values()]


def _is_accounted_for(target: str | None) -> bool:
    entity, _, name = (target or "").partition(".")
    return is_money(target) and (PRICES.get(entity) == name or entity in {"order", "order_line", "payment"})


def _money_part(entity_plan: EntityPlan) -> EntityPlan | None:
    """Reduce the entity plan to what money is added up from."""
    if entity_plan.entity in PRICES:
        return _price_plan(entity_plan)
    return money_plan(entity_plan)


def _price_plan(entity_plan: EntityPlan) -> EntityPlan | None:
    """Reduce the entity plan to its price and what its id is made from, also where a row has none; None without a price."""
    name = PRICES.get(entity_plan.entity)
    if name is None or entity_plan.field(name) is None:
        return None
    if entity_plan.field("external_id"):
        parents = (
            field.name for field in target_schema().entity(entity_plan.entity).references if field.required
        )
        targets = {"external_id", name, "name", *parents}
        return replace(
            entity_plan, fields=tuple(field for field in entity_plan.fields if field.target in targets)
        )
    return entity_plan


def _suggested_transforms(context: Context, fields: Sequence[str]) -> dict[str, str | None]:
    """Read by field id the transform of its suggestion, as it was before a person excluded the field."""
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


def money_of(
    context: Context,
    run_plan: RunPlan,
    excluded: Mapping[str, Any],
    planned: pl.DataFrame | None,
    differences: pl.DataFrame | None,
) -> MoneyAccount:
    """Add up the money of a run: of its orders from the differences by day, of its prices from files and target.

    `excluded` is what excluded_money noted, `planned` are the day's figures of the mapped columns, `differences` as
    `compare` gives them; both None without orders.
    """
    full_run_plan = replace(run_plan, plan=plan_from_json(excluded["plan"])) if "plan" in excluded else None
    surplus = _surplus(context, planned, full_run_plan) if full_run_plan else {}
    sums = [*order_sums(differences, surplus), *_price_sums(context, run_plan, full_run_plan)]
    return MoneyAccount(
        tuple(sums),
        tuple(excluded.get("tables", ())),
        tuple(excluded.get("not_read", ())),
        tuple(excluded.get("undecided", ())),
        _unread(context, run_plan.validation_id),
    )


def _unread(context: Context, validation_id: str) -> int:
    """Count amounts of the mapped columns that could not be read; a cell that feeds several entities counts once."""
    cells = (
        select(IssueRecord.stream_id, IssueRecord.row, IssueRecord.source_field)
        .where(IssueRecord.validation_id == validation_id, IssueRecord.code == "bad_money")
        .distinct()
        .subquery()
    )
    return int(context.session.scalar(select(func.count()).select_from(cells)) or 0)


def _surplus(context: Context, planned: pl.DataFrame | None, full_run_plan: RunPlan) -> dict[str, Surplus]:
    columns = read_source(context, full_run_plan).all
    return surplus_of(planned, day_totals(columns, full_run_plan.plan), columns)


def _price_sums(context: Context, run_plan: RunPlan, full_run_plan: RunPlan | None) -> Iterable[MoneySum]:
    for entity, name in PRICES.items():
        plans = [plan for plan in run_plan.plan.of(entity) if plan.field(name)]
        if not plans and not (
            full_run_plan and any(plan.field(name) for plan in full_run_plan.plan.of(entity))
        ):
            continue
        file, held = _file_prices(context, run_plan, entity, name)
        prices = Prices(
            file,
            held,
            _target_prices(context, run_plan, entity, name, plans),
            _file_prices(context, full_run_plan, entity, name)[0]
            if full_run_plan
            else pl.DataFrame(schema=_PRICE),
        )
        keeps = any(plan.conflict in KEEPING for plan in plans)
        total = price_sum(f"{entity}.{name}", prices, keeps_existing=keeps)
        if total is not None:
            yield total


def _file_prices(
    context: Context, run_plan: RunPlan, entity: str, name: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Read each different (external_id, price) of the files, and the ids of records in rows that stayed out."""
    prices, held = [pl.DataFrame(schema=_PRICE)], [pl.DataFrame(schema={"external_id": pl.String})]
    stayed_out = held_rows(context, run_plan.run_id)
    for stream_id, plan, frame in typed_rows(
        context,
        run_plan,
        lambda entity_plan: _price_plan(entity_plan) if entity_plan.entity == entity else None,
    ):
        priced = frame.select("external_id", pl.col(name).alias("price"))
        prices.append(priced.unique(maintain_order=True))
        if (out := stayed_out.get((plan.entity, stream_id))) is not None:
            held.append(frame.join(within(out, frame[ROW]), on=ROW, how="semi").select("external_id"))
    return pl.concat(prices).unique(maintain_order=True), pl.concat(held)


def _target_prices(
    context: Context, run_plan: RunPlan, entity: str, name: str, plans: Sequence[EntityPlan]
) -> pl.DataFrame:
    """Read external_id and price of the target's records. A second record beside another has the first one's id."""
    table = target_table(entity)
    query = select(table.c.external_id, table.c[name]).where(
        table.c.tenant_id == context.tenant.id,
        table.c.source_name == run_plan.plan.source,
        table.c[name].is_not(None),
    )
    doubled = any(plan.conflict == Conflict.DUPLICATE for plan in plans)
    if doubled:  # the run's records first
        query = query.order_by((table.c.run_id == run_plan.run_id).desc())
    rows = [tuple(row) for row in context.session.execute(query)]
    prices = pl.DataFrame(rows, schema=_PRICE, orient="row")
    if doubled:
        prices = prices.with_columns(
            pl.col("external_id").str.strip_suffix(duplicate_suffix(run_plan.run_id))
        )
    return prices.unique("external_id", keep="first", maintain_order=True)
