"""Reconciles a finished run: rows of the files against their outcomes, records against the target, money to the cent.

Both sides are added up by the same function, once over what the files say under the plan, once over what now stands in
the target; while Python reads the files, PostgreSQL reads the target. Each difference is named by the rows that were
held back or left as they were, or it stays open.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import polars as pl
from sqlalchemy import delete, select, text

from core.context import Context
from core.db.session import copy_rows
from core.db.target import target_table
from core.engine.batch import MONEY
from core.engine.runs.accounting import finish_account
from core.engine.runs.accounting_rules import needs_approval
from core.engine.runs.money_account import money_of
from core.engine.runs.source_side import Columns, money_columns, read_files
from core.engine.runs.tables import Difference
from core.engine.runs.target_side import columns_of, read_standing
from core.engine.runs.walk import Walk, walk
from core.engine.validation.arithmetic import day_totals

MEASURES = ("gross", "discounts", "tax", "tips", "service_charges", "payments")

_KEYS = ["location_id", "business_date"]


def verify(context: Context, run_id: str) -> bool:
    """Books account and differences of the run in the open transaction. True when nobody has to approve it.

    The target is read in a session of its own: what the load has committed, and nothing else.
    """
    road = walk(context, run_id)
    whole = [entity for entity in money_columns(road.plan) if _meets_others(road, entity)]
    with ThreadPoolExecutor(1, thread_name_prefix="target") as beside:
        reading = beside.submit(read_standing, context.tenant.id, context.person, run_id, whole)
        files = read_files(road, whole)
        sums = {"source": _figures(files.all, road), "held": _figures(files.held, road)} if files.all else {}
        standing = reading.result()
    context.session.execute(delete(Difference).where(Difference.run_id == run_id))
    differences = None
    if sums:
        target = columns_of(standing, files)
        differences = compare(sums | {"target": _figures(target, road)}, _location_names(road))
        copy_rows(context.session, "difference", differences, tenant_id=context.tenant.id, run_id=run_id)
    money = money_of(road, sums.get("source"), differences)
    account = finish_account(context, road.run, standing.changed, money.to_json())
    return not needs_approval(account, money.is_open)


def compare(sums: dict[str, pl.DataFrame], names: dict[str, str]) -> pl.DataFrame:
    """One row per location, business day and measure: both amounts, their difference, and its name.

    `sums` are the day's figures of source, target and of the rows held back; `names` those of the locations by id.
    """
    long = {
        side: frame.unpivot(index=_KEYS, variable_name="measure", value_name=side)
        for side, frame in sums.items()
    }
    joined = long["source"]
    for side in ("target", "held"):
        joined = joined.join(long[side], on=[*_KEYS, "measure"], how="full", coalesce=True, nulls_equal=True)
    difference, place = pl.col("source") - pl.col("target"), pl.col("location_id")
    return (
        joined.with_columns(pl.col(side).fill_null(0) for side in long)
        .sort([*_KEYS, "measure"])
        .select(
            place.replace_strict(names or {"": ""}, default=place).fill_null("").alias("location"),
            "business_date",
            "measure",
            pl.col("source").alias("source_amount"),
            pl.col("target").alias("target_amount"),
            difference.alias("difference"),
            pl.when((difference != 0) & (difference == pl.col("held")))
            .then(pl.lit("held for correction"))
            .otherwise(pl.lit(""))
            .alias("name"),
        )
    )


def _figures(columns: Columns, road: Walk) -> pl.DataFrame:
    return day_totals(columns, road.plan).select(
        *_KEYS, *(pl.col(name).fill_null(0).cast(MONEY) for name in MEASURES)
    )


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


def _location_names(road: Walk) -> dict[str, str]:
    table = target_table("location")
    return {row.id: row.name for row in road.context.session.execute(select(table.c.id, table.c.name))}
