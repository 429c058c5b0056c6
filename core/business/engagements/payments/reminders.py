"""Remind customers of instalments before they are due and when they are overdue: a daily job, each reminder once."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert

from core.business.billing.payments.stored import read_plan
from core.business.billing.status import PartStatus
from core.business.billing.tables import PaymentPlan
from core.business.engagements.papers.rounds import contexts_of, portfolio_rows
from core.business.engagements.papers.tables import Reminder
from core.business.engagements.tables import Engagement
from core.context import Context
from core.kit import clock
from core.kit.ids import new_id
from core.kit.money import ZERO, show
from core.platform.events.actions import emit
from core.platform.events.recipients import people_in_roles

DAYS_BEFORE = 5
"""Days before its day that an instalment is first reminded of."""
DAYS_AFTER = 14
"""Days after its day that an overdue instalment is reminded of again."""
BEFORE, OVERDUE, STILL_OVERDUE = "before_due", "overdue", "still_overdue"

_DUE = text(
    """select distinct customer_id::text as customer from portfolio_instalment
    where waived_at is null and due_on <= :until and amount > paid - refunded and not is_generated"""
)
_WITH_PLANS = text(
    "select distinct customer_id::text as customer from portfolio_instalment where not is_generated"
)


def remind_of_payments() -> int:
    """Emit the reminders that are due at the customers of the installation's operator; return how many.

    Twice does no harm. Nobody is reminded of the generated history of a demo.
    """
    until = clock.now() + timedelta(days=DAYS_BEFORE + 1)
    count = 0
    for row in portfolio_rows(_DUE, lambda _: {"until": until.date()}):
        for context in contexts_of(row["customer"]):
            count += remind(context)
            context.session.commit()
    return count


def customers_with_plans() -> list[str]:
    """List the customers (ids) of the installation's operator who have orders that are paid for, or were."""
    return [row["customer"] for row in portfolio_rows(_WITH_PLANS, lambda _: {})]


def reminder_of(due_on: date, today: date) -> str | None:
    """Return the reminder that an open instalment is due for on a day, None for none yet."""
    if today > due_on + timedelta(days=DAYS_AFTER):
        return STILL_OVERDUE
    if today > due_on:
        return OVERDUE
    return BEFORE if today >= due_on - timedelta(days=DAYS_BEFORE) else None


def remind(context: Context) -> int:
    """Emit the reminders of one customer, in a Context of the worker; return how many. The caller commits."""
    today = context.today
    query = (
        select(Engagement.id, Engagement.number)
        .join(PaymentPlan, PaymentPlan.engagement_id == Engagement.id)
        .where(
            Engagement.tenant_id == context.tenant.id,
            PaymentPlan.tenant_id == context.tenant.id,
            ~Engagement.is_generated,
        )
    )
    count = 0
    for order_id, number in context.session.execute(query).all():
        stored = read_plan(context.session, order_id, today)
        count += sum(
            _emit(context, status, (order_id, number), stored.plan.currency, today)
            for status in stored.status.parts
        )
    return count


def _emit(context: Context, status: PartStatus, order: tuple[str, str], currency: str, today: date) -> bool:
    """Emit the reminder of an instalment of an order (id and number) unless it was emitted before; return whether it was now."""
    due_on, amount = status.part.due_on, status.open
    key = reminder_of(due_on, today) if due_on is not None and amount > ZERO else None
    if due_on is None or key is None:
        return False
    reminder = context.session.execute(
        insert(Reminder)
        .values(
            tenant_id=context.tenant.id, id=new_id(), created_at=context.now, subject=status.part.id, key=key
        )
        .on_conflict_do_nothing()
        .returning(Reminder.id)
    ).first()
    if reminder is None:
        return False
    is_before = key == BEFORE
    people = people_in_roles(context.session, ("customer",) if is_before else ("customer", "manager"))
    _send(
        context,
        "instalment_due" if is_before else "instalment_overdue",
        people,
        order,
        show(amount, currency),
        due_on,
    )
    return True


def _send(
    context: Context, kind: str, people: list[str], order: tuple[str, str], amount: str, due_on: date
) -> None:
    order_id, number = order
    day = f"{due_on:%-d %b %Y}"
    emit(context, kind, to=people, order=number, engagement_id=order_id, amount=amount, due_on=day)
