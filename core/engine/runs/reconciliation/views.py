"""Show the proof of a run: the outcome of every row of the files, the records in the target, money to the cent."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from core.context import Context
from core.engine.runs.lookup import get_run
from core.engine.runs.reconciliation.accounting import account
from core.engine.runs.reconciliation.accounting_rules import Account, needs_approval
from core.engine.runs.reconciliation.fee_balances import FeeSum, noted_fee_balances
from core.engine.runs.reconciliation.file_totals import FileTotal, noted_file_totals
from core.engine.runs.reconciliation.money_account import money_account
from core.engine.runs.reconciliation.money_rules import MoneyAccount
from core.engine.runs.rules import FATES, EntityFates, is_balanced
from core.engine.runs.tables import Difference, Run
from core.engine.validation.views import IssueView, issues
from core.platform.access.actions import view

UNEXPLAINED = (
    "line_amount_differs",
    "order_lines_differ",
    "order_total_differs",
    "payment_differs",
    "fee_not_covered",
    "fee_overpaid",
)
"""Faults in the arithmetic of the source itself: they are carried over as they are, and named."""


@dataclass(frozen=True, slots=True)
class EntityProof(EntityFates):
    """Rows of one entity. sum_ok: the six fates add up to the rows read; target_ok: what was migrated is there."""

    target_rows: int
    sum_ok: bool
    target_ok: bool


@dataclass(frozen=True, slots=True)
class DayProof:
    """One measure of one location and business day, source against target; `name` says where a difference comes from."""

    location: str
    business_date: date | None
    measure: str
    source: Decimal
    target: Decimal
    difference: Decimal
    name: str


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """account: the rows of the files, table by table; money: its sums, None for a run that was not verified; settled: nothing is open that a person would have to approve.

    `remaining_records`: entity -> records that a rollback left in AuraConnect; empty where all were restored, and without one.
    `findings` are the amounts that the source itself does not explain (UNEXPLAINED), from the validation.
    `file_totals` are the totals that the files state themselves, against what was imported. `fees`: by currency, what
    pupils owe in the files and in AuraConnect.
    """

    account: Account
    money: MoneyAccount | None
    settled: bool
    remaining_records: dict[str, int]
    entities: list[EntityProof]
    days: list[DayProof]
    findings: list[IssueView]
    file_totals: list[FileTotal]
    fees: list[FeeSum]


@view("run.read")
def reconciliation(context: Context, run_id: str) -> Reconciliation:
    """Show the proof of an import that has ended; raise NotFoundError where there is no such run."""
    run = get_run(context, run_id)
    target = run.totals.get("target_rows", {})
    counted = run.totals.get("entities", {})
    order = dict.fromkeys(plan["entity"] for plan in run.plan.get("entities", []))
    entities = [
        _proof(entity, counted[entity], target.get(entity, 0)) for entity in order if entity in counted
    ]
    days = [
        DayProof(*row)
        for row in context.session.execute(
            select(
                Difference.location,
                Difference.business_date,
                Difference.measure,
                Difference.source_amount,
                Difference.target_amount,
                Difference.difference,
                Difference.cause,
            )
            .where(Difference.run_id == run_id)
            .order_by(Difference.seq)
        )
    ]
    rows = account(context, run_id)
    money = money_account(context, run_id)
    money_open = money.is_open if money else any(day.difference and not day.name for day in days)
    fees = noted_fee_balances(run.totals)
    settled = rows.final and not needs_approval(rows, money_open or any(part.is_open for part in fees))
    findings = [
        issue for code in UNEXPLAINED for issue in issues(context, run.validation_id, code=code, limit=None)
    ]
    totals = noted_file_totals(run.totals)
    return Reconciliation(
        rows, money, settled, _remaining_records(run), entities, days, findings, totals, fees
    )


def _remaining_records(run: Run) -> dict[str, int]:
    """Count by entity the records of a run that its rollback kept, or did not include."""
    rollback = run.totals.get("rollback")
    if run.state != "rolled_back" or rollback is None:
        return {}
    kept_by_entity = Counter(item[0] for item in rollback["kept"])
    remaining_records = {}
    for entity, target_rows in run.totals.get("target_rows", {}).items():
        if entity not in rollback["undone"]:
            remaining_records[entity] = target_rows
        elif entity in rollback["entities"]:
            remaining_records[entity] = kept_by_entity[entity]
        else:
            remaining_records[entity] = max(0, target_rows - rollback["undone"][entity])
    return {entity: number for entity, number in remaining_records.items() if number}


def _proof(entity: str, numbers: dict[str, int], target_rows: int) -> EntityProof:
    fates = {fate: numbers[fate] for fate in FATES}
    return EntityProof(
        entity,
        numbers["read"],
        **fates,
        target_rows=target_rows,
        sum_ok=is_balanced(numbers["read"], fates),
        target_ok=target_rows == numbers["migrated"],
    )
