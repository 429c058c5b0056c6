"""Add up a run's ledger: per entity the rows read, the six fates, and the rows of the target it touched."""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, cast, func, select

from core.context import Context
from core.engine.runs.rules import FATES
from core.engine.runs.tables import RunChunk


def totals_of(context: Context, run_id: str) -> dict[str, dict[str, int]]:
    """Sum up the ledger by entity: {"read": n, the six fates, "changed": n}, in the order of the plan."""
    columns = [
        cast(func.sum(cast(RunChunk.fates[fate].astext, Integer)), BigInteger).label(fate) for fate in FATES
    ]
    rows = context.session.execute(
        select(
            RunChunk.entity,
            func.sum(RunChunk.rows).label("read"),
            func.sum(RunChunk.changed).label("changed"),
            *columns,
        )
        .where(RunChunk.run_id == run_id)
        .group_by(RunChunk.entity)
        .order_by(func.min(RunChunk.step_no))
    )
    return {
        row.entity: {
            "read": int(row.read),
            **{fate: int(getattr(row, fate) or 0) for fate in FATES},
            "changed": int(row.changed),
        }
        for row in rows
    }
