"""Tell how far a run is in rows of the migration's files, each counted once however many entities it feeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from core.context import Context
from core.engine.mapping.plans import plan_from_json
from core.engine.runs.reconciliation.accounting import account, held_rows_of, noted_tables, tables_of
from core.engine.runs.reconciliation.accounting_rules import Account, Outcome, TableAccount
from core.engine.runs.rules import FINAL
from core.engine.runs.tables import Run, RunChunk


@dataclass(frozen=True, slots=True)
class RowsOfRun:
    """See RunView for what each number is; `progress` is from 0 to 1, over the rows of all entities."""

    in_files: int
    out: int
    done: int
    imported: int | None
    errors: int
    records: int
    headline: str
    progress: float


def rows_of_run(context: Context, run: Run, faults: int, records: int) -> RowsOfRun:
    """Count the rows of a run; `faults` and `records` are what its ledger counts over all entities.

    At its end they are the run's account, before that what its ledger holds so far.
    """
    if "entities" not in run.plan:  # nothing is known of its tables
        total = run.rows_total
        return RowsOfRun(
            total, 0, run.rows_done, None, faults, records, "", run.rows_done / total if total else 1.0
        )
    if "differing" in run.totals or run.state in FINAL or "target_rows" in run.totals:
        verb = "would be imported" if run.kind == "dry_run" else "imported"
        return _of_account(account(context, run.id), verb)
    tables = noted_tables(run.totals) or tables_of(context, run.migration_id, plan_from_json(run.plan))
    return _under_way(context, run, tables, faults, records)


def _of_account(result: Account, verb: str) -> RowsOfRun:
    part = result.rows - result.out_of_plan
    done = part - result.count(Outcome.PENDING)
    return RowsOfRun(
        result.rows,
        result.out_of_plan,
        done,
        result.count(Outcome.IMPORTED),
        result.held,
        result.records,
        result.headline_as(verb),
        done / part if part else 1.0,
    )


def _under_way(
    context: Context, run: Run, tables: Sequence[TableAccount], faults: int, records: int
) -> RowsOfRun:
    last = plan_from_json(run.plan).last_steps
    query = select(RunChunk.step_no, func.sum(RunChunk.rows)).where(RunChunk.run_id == run.id)
    by_step = {step: int(rows) for step, rows in context.session.execute(query.group_by(RunChunk.step_no))}
    rows_read = sum(by_step.values()) or int(run.totals.get("taken", 0))
    done = sum(rows for step, rows in by_step.items() if step in last) or run.rows_done
    to_take = sum(table.rows * len(table.entities) for table in tables)
    return RowsOfRun(
        sum(table.rows for table in tables),
        sum(table.rows for table in tables if not table.entities),
        done,
        None,
        held_rows_of(context, run.id) if faults else 0,
        records,
        "",
        min(1.0, rows_read / to_take) if to_take else 1.0,
    )
