"""Reconcile a finished run: rows of the files against their outcomes, records against the target, money to the cent.

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
from core.engine.plan import Conflict, Plan
from core.engine.runs.loading.references import look_up
from core.engine.runs.loading.run_plan import RunPlan, run_plan_for
from core.engine.runs.lookup import get_run
from core.engine.runs.reconciliation.accounting import finish_account
from core.engine.runs.reconciliation.accounting_rules import needs_approval
from core.engine.runs.reconciliation.completeness import gaps
from core.engine.runs.reconciliation.fee_balances import note_fee_balances
from core.engine.runs.reconciliation.file_totals import note_file_totals
from core.engine.runs.reconciliation.money_account import money_of
from core.engine.runs.reconciliation.money_rules import EXISTING, HELD
from core.engine.runs.reconciliation.source_totals import Columns, SourceTotals, money_columns, read_source
from core.engine.runs.reconciliation.target_totals import (
    TargetTotals,
    kept_columns,
    read_target,
    target_columns,
)
from core.engine.runs.tables import Difference
from core.engine.validation.arithmetic import OnLines, day_totals, on_lines

MEASURES = ("gross", "discounts", "tax", "tips", "service_charges", "payments")

_KEYS = ["location_id", "business_date"]


def reconcile(context: Context, run_id: str) -> bool:
    """Record account and differences of the run in the open transaction. True when nobody has to approve it.

    The target is read in a session of its own: what the load has committed, and nothing else.
    """
    run_plan = run_plan_for(context, run_id)
    meets_others = _meets_others(context, run_plan)
    with ThreadPoolExecutor(1, thread_name_prefix="target") as executor:
        reading = executor.submit(
            read_target, context.tenant.id, context.person, run_id, every_record=meets_others
        )
        source_totals = read_source(context, run_plan, identified=meets_others)
        source = _figures(source_totals.all, run_plan.plan) if source_totals.all else None
        target_totals = reading.result()
    context.session.execute(delete(Difference).where(Difference.run_id == run_id))
    differences = None
    if source is not None:
        differences = compare(
            _sides(context, run_plan, source_totals, source, target_totals), _location_names(context)
        )
        noted = differences.drop("held", "existing")
        copy_rows(context.session, "difference", noted, tenant_id=context.tenant.id, run_id=run_id)
    run = get_run(context, run_id)
    money = money_of(context, run_plan, run.totals.get("excluded", {}), source, differences)
    missing = gaps(context, run_plan, target_totals.records, target_totals.dangling)
    account = finish_account(context, run, target_totals.records, money.to_json(), missing)
    note_file_totals(context, run_plan)
    owes_unexplained = note_fee_balances(context, run_plan)
    return not needs_approval(account, money.is_open or owes_unexplained)


def compare(sums: dict[str, pl.DataFrame], names: dict[str, str]) -> pl.DataFrame:
    """Compare source and target per location, business day and measure: both amounts, their difference, what of it is held or existing, and its name.

    `sums` are the day's figures of source, of the rows loaded, of these with what existing records kept, and of the
    target; `names` those of the locations by id. The name is '' where a part of the difference is not explained.
    """
    long = {
        side: frame.unpivot(index=_KEYS, variable_name="measure", value_name=side)
        for side, frame in sums.items()
    }
    joined = long["source"]
    for side in ("loaded", "kept", "target"):
        joined = joined.join(long[side], on=[*_KEYS, "measure"], how="full", coalesce=True, nulls_equal=True)
    difference, location = pl.col("source") - pl.col("target"), pl.col("location_id")
    held, existing = pl.col("source") - pl.col("loaded"), pl.col("loaded") - pl.col("kept")
    return (
        joined.with_columns(pl.col(side).fill_null(0) for side in long)
        .sort([*_KEYS, "measure"])
        .select(
            location.replace_strict(names or {"": ""}, default=location).fill_null("").alias("location"),
            "business_date",
            "measure",
            pl.col("source").alias("source_amount"),
            pl.col("target").alias("target_amount"),
            difference.alias("difference"),
            held.alias("held"),
            existing.alias("existing"),
            pl.when((difference == 0) | (pl.col("kept") != pl.col("target")))
            .then(pl.lit(""))
            .when(existing == 0)
            .then(pl.lit(HELD))
            .when(held == 0)
            .then(pl.lit(EXISTING))
            .otherwise(pl.lit(f"{HELD}, {EXISTING}"))
            .alias("name"),
        )
    )


def _sides(
    context: Context,
    run_plan: RunPlan,
    source_totals: SourceTotals,
    source: pl.DataFrame,
    target_totals: TargetTotals,
) -> dict[str, pl.DataFrame]:
    """Calculate the day's figures that `compare` takes. Orders have the same basis on each side, whichever lines were held."""
    plan = run_plan.plan
    based = OnLines() if source_totals.is_loaded_whole else on_lines(source_totals.all, source_totals.loaded)
    loaded = source if source_totals.is_loaded_whole else _figures(source_totals.loaded, plan, based)
    ours = based if source_totals.ids else _by_our_ids(context, plan.source, based)
    target = _figures(target_columns(target_totals, source_totals), plan, ours)
    with_kept = loaded
    if source_totals.ids and not loaded.equals(target):
        with_kept = _figures(
            _with_kept(context, run_plan, source_totals, kept_columns(target_totals, source_totals)),
            plan,
            based,
        )
    return {"source": source, "loaded": loaded, "kept": with_kept, "target": target}


def _with_kept(
    context: Context, run_plan: RunPlan, source_totals: SourceTotals, kept_records: Columns
) -> Columns:
    """Replace loaded rows by the existing records that kept their values."""
    if len(kept_records.get("order_line", ())):
        source_totals = read_source(context, run_plan, identified=True, fold=False)  # to tell line from line
    return {
        entity: pl.concat(
            [kept_records[entity], frame.join(kept_records[entity], on="external_id", how="anti")],
            how="diagonal",
        )
        for entity, frame in source_totals.loaded.items()
    }


def _by_our_ids(context: Context, source: str, based: OnLines) -> OnLines:
    ours = look_up(context, source, "order", sorted(based.gross | based.discounts))
    return OnLines(
        *(
            frozenset(ours[order_id] for order_id in ids if order_id in ours)
            for ids in (based.gross, based.discounts)
        )
    )


def _figures(columns: Columns, plan: Plan, based: OnLines | None = None) -> pl.DataFrame:
    return day_totals(columns, plan, based).select(
        *_KEYS, *(pl.col(name).fill_null(0).cast(MONEY) for name in MEASURES)
    )


def _meets_others(context: Context, run_plan: RunPlan) -> bool:
    """Whether money records of the files are, were or stand beside records of another run, so that run_id alone does not find them."""
    plan = run_plan.plan
    entities = list(money_columns(plan))
    if any(
        entity_plan.conflict == Conflict.DUPLICATE for entity in entities for entity_plan in plan.of(entity)
    ):
        return True
    return bool(
        context.session.scalar(
            text(
                """select exists (select from row_fate where tenant_id = :tenant and run_id = :run
                  and entity = any(:entities) and fate = 'merged' and reason <> 'repeated_row')
                or exists (select from change where tenant_id = :tenant and run_id = :run and entity = any(:entities))"""
            ),
            {"tenant": context.tenant.id, "run": run_plan.run_id, "entities": entities},
        )
    )


def _location_names(context: Context) -> dict[str, str]:
    table = target_table("location")
    return {row.id: row.name for row in context.session.execute(select(table.c.id, table.c.name))}
