"""Show why rows of a run are held: by cause, with the amount affected."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select, text

from core.context import Context
from core.engine.issues import CATALOGUE
from core.engine.runs.tables import Run
from core.engine.validation.tables import IssueRecord
from core.kit.wording import as_words
from core.platform.access.actions import view


@dataclass(frozen=True, slots=True)
class HeldCause:
    """Rows of one entity held for one reason. `amount` is the money the validation saw in them, None where none."""

    entity: str
    reason: str
    title: str
    remedy: str
    rows: int
    amount: Decimal | None


@view("run.read")
def held_causes(context: Context, run_id: str) -> list[HeldCause]:
    """List the causes of held and failed rows, the most rows first. A row held for two entities counts under each."""
    counts = context.session.execute(
        text(
            "select entity, reason, sum(rows) as rows from row_fate where tenant_id = :tenant and run_id = :run"
            " and fate in ('quarantined', 'failed') group by 1, 2"
        ),
        {"tenant": context.tenant.id, "run": run_id},
    ).all()
    if not counts:
        return []
    amounts = {
        (row.entity, row.code): row.amount
        for row in context.session.execute(
            select(
                IssueRecord.entity, IssueRecord.code, func.sum(func.abs(IssueRecord.money)).label("amount")
            )
            .join(Run, Run.validation_id == IssueRecord.validation_id)
            .where(Run.id == run_id, IssueRecord.level == "error")
            .group_by(IssueRecord.entity, IssueRecord.code)
        )
    }
    causes = [
        HeldCause(
            row.entity,
            row.reason,
            CATALOGUE[row.reason].title
            if row.reason in CATALOGUE
            else as_words(str(row.reason)).capitalize(),
            CATALOGUE[row.reason].remedy
            if row.reason in CATALOGUE
            else "Correct the value and upload the row again.",
            int(row.rows),
            amounts.get((row.entity, row.reason)),
        )
        for row in counts
    ]
    return sorted(causes, key=lambda cause: (-cause.rows, cause.entity, cause.reason))
