"""Make the hand-over pack of an escalation: how the order stood at that moment, for whoever takes over. It is never made anew."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from core.business.engagements.communications.actions import CONTENT
from core.business.engagements.papers.encryption import decrypt_json
from core.business.engagements.papers.tables import Communication
from core.business.engagements.tables import Engagement, Milestone, Task
from core.context import Context
from core.engine.runs.reconciliation.accounting import held_rows_of
from core.engine.runs.tables import Run

LOG_ENTRIES, MAX_TASKS = 5, 50
OPEN = "open"


def make_pack(context: Context, order: Engagement, levels: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what JSON can hold: state, open tasks, held rows, milestones, last entries of the log, and the levels before."""
    return {
        "made_at": context.now.isoformat(),
        "order": order.number,
        "state": order.state,
        "state_since": _text(order.state_since or order.approved_at or order.ordered_at),
        "promised_go_live": _text(order.go_live_on),
        "held_rows": _held_rows(context, order),
        "tasks": _tasks(context, order.id),
        "milestones": _milestones(context, order.id),
        "log": _log(context, order.id),
        "levels": levels,
    }


def _held_rows(context: Context, order: Engagement) -> int | None:
    """Count the rows that the newest import of the order's migration holds; None where nothing was imported."""
    if order.migration_id is None:
        return None
    query = (
        select(Run.id)
        .where(
            Run.tenant_id == context.tenant.id,
            Run.migration_id == order.migration_id,
            Run.kind == "import",
        )
        .order_by(Run.created_at.desc())
        .limit(1)
    )
    run_id = context.session.scalar(query)
    return None if run_id is None else held_rows_of(context, run_id)


def _tasks(context: Context, engagement_id: str) -> list[dict[str, Any]]:
    query = (
        select(Task)
        .where(Task.tenant_id == context.tenant.id, Task.engagement_id == engagement_id, Task.state == OPEN)
        .order_by(Task.due_on.nulls_last(), Task.created_at)
        .limit(MAX_TASKS)
    )
    return [
        {"title": task.title, "side": task.side, "due_on": _text(task.due_on), "blocks": task.blocks}
        for task in context.session.scalars(query)
    ]


def _milestones(context: Context, engagement_id: str) -> list[dict[str, Any]]:
    query = (
        select(Milestone)
        .where(Milestone.tenant_id == context.tenant.id, Milestone.engagement_id == engagement_id)
        .order_by(Milestone.position)
    )
    return [
        {
            "key": milestone.key,
            "promised_on": _text(milestone.promised_on),
            "reached_on": _text(milestone.reached_on),
        }
        for milestone in context.session.scalars(query)
    ]


def _log(context: Context, engagement_id: str) -> list[dict[str, Any]]:
    """Return the newest entries that no later one corrects, the newest first."""
    corrected = select(Communication.corrects).where(
        Communication.tenant_id == context.tenant.id, Communication.corrects.is_not(None)
    )
    query = (
        select(Communication)
        .where(
            Communication.tenant_id == context.tenant.id,
            Communication.engagement_id == engagement_id,
            Communication.id.not_in(corrected),
        )
        .order_by(Communication.happened_at.desc(), Communication.created_at.desc())
        .limit(LOG_ENTRIES)
    )
    return [
        {"at": _text(row.happened_at), "channel": row.channel, "direction": row.direction}
        | decrypt_json(context.session, CONTENT, row.id, row.content)
        for row in context.session.scalars(query)
    ]


def _text(moment: date | datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
