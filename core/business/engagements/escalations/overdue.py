"""Raise overdue escalations to the managers: a job that tells them of each limit that has passed, once."""

from __future__ import annotations

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert

from core.business.engagements.escalations.rules import Timer, level_text
from core.business.engagements.papers.rounds import contexts_of, portfolio_rows
from core.business.engagements.papers.tables import Escalation, Reminder
from core.business.engagements.tables import Engagement
from core.context import Context
from core.kit.ids import new_id
from core.platform.audit.actions import record
from core.platform.events.actions import emit
from core.platform.events.recipients import people_in_roles

_OVERDUE = text(
    """select distinct customer_id::text as customer_id from portfolio_escalation where closed_at is null
    and (resolve_by < :now or taken_at is null and respond_by < :now) order by 1"""
)


def raise_overdue_escalations() -> int:
    """Tell the managers of each limit of an escalation that has passed since; return how many were told of.

    A job: those of the installation's operator. A limit is told of once.
    """
    return sum(
        _raise_overdue(context)
        for row in portfolio_rows(_OVERDUE, lambda now: {"now": now})
        for context in contexts_of(row["customer_id"])
    )


def _raise_overdue(context: Context) -> int:
    """Tell of the customer's limits that have passed; commits."""
    query = (
        select(Escalation, Engagement.number)
        .join(
            Engagement,
            (Engagement.tenant_id == Escalation.tenant_id) & (Engagement.id == Escalation.engagement_id),
        )
        .where(Escalation.tenant_id == context.tenant.id, Escalation.closed_at.is_(None))
        .order_by(Escalation.created_at, Escalation.id)
    )
    count = 0
    for row, number in context.session.execute(query).all():
        limit = Timer(row.respond_by, row.resolve_by, row.taken_at, row.closed_at).overdue_limit(context.now)
        if limit is not None and _is_first(context, row.id, f"{limit}_overdue"):
            _tell(context, row, number, limit)
            count += 1
    context.session.commit()
    return count


def _tell(context: Context, row: Escalation, number: str, limit: str) -> None:
    level = level_text(row.level)
    emit(
        context,
        "escalation_overdue",
        to=people_in_roles(context.session, {"manager"}),
        order=number,
        engagement_id=row.engagement_id,
        level=level,
        limit=limit,
    )
    record(context, "escalation.overdue", "escalation", row.id, level=level, limit=limit)


def _is_first(context: Context, escalation_id: str, key: str) -> bool:
    """Note that a reminder is sent; False where it was."""
    row = {
        "tenant_id": context.tenant.id,
        "id": new_id(),
        "created_at": context.now,
        "subject": escalation_id,
        "key": key,
    }
    insertion = insert(Reminder).values(**row).on_conflict_do_nothing().returning(Reminder.id)
    return context.session.scalar(insertion) is not None
