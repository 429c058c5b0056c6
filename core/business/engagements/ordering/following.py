"""Find what a customer does next about their orders, in a Context of the customer: read for their Today and "Your order"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import Select, case, func, select

from core.business.billing.tables import Instalment, Payment, PaymentPlan
from core.business.engagements.milestones.rules import TITLES
from core.business.engagements.ordering.next_step import SOON_DAYS, NextStep, StepKind, choose, is_near
from core.business.engagements.ordering.views import my_draft
from core.business.engagements.papers.tables import Feedback
from core.business.engagements.rules import FINAL, PENDING, OrderState
from core.business.engagements.sessions.own import awaited_session
from core.business.engagements.sessions.tables import GuidedSession
from core.business.engagements.tables import Engagement, Task
from core.business.engagements.tasks.stored import open_before
from core.context import Context
from core.kit.money import ZERO, show
from core.kit.wording import day, moment
from core.platform.access.actions import view

_REFUND, _GO_LIVE, _OPEN, _CUSTOMER, _BOOKED = "refund", "go_live", "open", "customer", "booked"
_LIVE = frozenset({OrderState.GO_LIVE, OrderState.COMPLETED})


@view("order.read")
def next_step(context: Context) -> NextStep | None:
    """Return the one next thing that the customer does, or that they wait for us; None where nothing is ordered or begun.

    A cancelled order asks for nothing; a completed one for what is still to be paid and said.
    """
    rows = context.session.scalars(
        select(Engagement)
        .where(Engagement.tenant_id == context.tenant.id, Engagement.state != OrderState.CANCELLED)
        .order_by(Engagement.ordered_at.desc(), Engagement.id.desc())
    ).all()
    steps = [step for order in rows if order.state != PENDING for step in _steps(context, order)]
    if (step := choose(steps)) is not None:
        return step
    if (begun := _unplaced(context, has_orders=bool(rows))) is not None:
        return begun
    return next((_waiting(order) for order in rows if order.state not in FINAL), None)


@dataclass(frozen=True, slots=True)
class OwnTask:
    """An open task that the customer does; `today` is the day at the customer. One that `waits` needs us first.

    One that closes `by_itself` is not marked done: what opened it goes away.
    """

    id: str
    title: str
    due_on: date | None
    today: date
    waits: bool = False
    by_itself: bool = False

    @property
    def is_late(self) -> bool:
        return self.due_on is not None and self.due_on < self.today


@view("order.read")
def my_tasks(context: Context, engagement_id: str) -> list[OwnTask]:
    """List the customer's own open tasks of an order, what is due first; none of an order of another customer."""
    today = context.today
    rows = context.session.scalars(
        _own_tasks(context, engagement_id).order_by(Task.due_on.asc().nulls_last(), Task.id)
    )
    return [
        OwnTask(
            row.id,
            row.title,
            row.due_on,
            today,
            bool(open_before(context.session, row.id)),
            row.finding is not None,
        )
        for row in rows
    ]


def _own_tasks(context: Context, engagement_id: str) -> Select[Task]:
    return select(Task).where(
        Task.tenant_id == context.tenant.id,
        Task.engagement_id == engagement_id,
        Task.side == _CUSTOMER,
        Task.state == _OPEN,
    )


def _steps(context: Context, order: Engagement) -> Iterator[NextStep]:
    yield from _payments(context, order)
    yield from _feedback(context, order)
    if order.state not in FINAL:
        yield from _tasks(context, order)
        yield from _sessions(context, order)
        yield from _awaited(context, order)


def _payments(context: Context, order: Engagement) -> Iterator[NextStep]:
    """Yield the instalments that are due now or soon, each with what is left to pay."""
    signed = func.sum(case((Payment.kind == _REFUND, -Payment.amount), else_=Payment.amount))
    paid = (
        select(Payment.instalment_id, signed.label("amount"))
        .where(Payment.tenant_id == context.tenant.id)
        .group_by(Payment.instalment_id)
        .subquery()
    )
    query = (
        select(Instalment, paid.c.amount)
        .join(
            PaymentPlan,
            (PaymentPlan.tenant_id == Instalment.tenant_id) & (PaymentPlan.id == Instalment.plan_id),
        )
        .outerjoin(paid, paid.c.instalment_id == Instalment.id)
        .where(
            Instalment.tenant_id == context.tenant.id,
            PaymentPlan.engagement_id == order.id,
            Instalment.waived_at.is_(None),
        )
        .order_by(Instalment.number)
    )
    today = context.today
    for part, amount in context.session.execute(query):
        remaining = part.amount - Decimal(amount or ZERO)
        due_on = _due_day(part, order, today)
        if remaining > ZERO and due_on is not None and is_near(due_on, today):
            text = f"{show(remaining, order.currency)} of order {order.number}, due {day(due_on, today)}"
            yield NextStep(StepKind.PAY, "Pay an instalment", text, due_on, due_on < today, order.id)


def _due_day(part: Instalment, order: Engagement, today: date) -> date | None:
    if part.due_event == _GO_LIVE and part.due_on is None:
        return today if order.state in _LIVE else None
    return part.due_on


def _tasks(context: Context, order: Engagement) -> Iterator[NextStep]:
    today = context.today
    for task in context.session.scalars(_own_tasks(context, order.id)):
        is_late = task.due_on is not None and task.due_on < today
        due = f", due {day(task.due_on, today)}" if task.due_on else ""
        yield NextStep(
            StepKind.TASK, "Do what we need from you", f"{task.title}{due}", task.due_on, is_late, order.id
        )


def _sessions(context: Context, order: Engagement) -> Iterator[NextStep]:
    query = select(GuidedSession).where(
        GuidedSession.tenant_id == context.tenant.id,
        GuidedSession.engagement_id == order.id,
        GuidedSession.state == _BOOKED,
        GuidedSession.starts_at >= context.now,
        GuidedSession.starts_at <= context.now + timedelta(days=SOON_DAYS),
    )
    zone = context.tenant.zone
    for session in context.session.scalars(query):
        day_of = session.starts_at.astimezone(ZoneInfo(zone)).date()
        text = f"{moment(session.starts_at, zone, context.now)}: {session.kind.replace('_', ' ')} session"
        yield NextStep(StepKind.SESSION, "Join the session", text, day_of, engagement_id=order.id)


def _awaited(context: Context, order: Engagement) -> Iterator[NextStep]:
    awaited = awaited_session(context, order.id) if context.may("guided_session.own") else None
    if awaited is not None:
        text = f"{awaited.title} session with {awaited.specialist}"
        yield NextStep(StepKind.BOOK, "Choose the time of your session", text, engagement_id=order.id)


def _feedback(context: Context, order: Engagement) -> Iterator[NextStep]:
    query = select(Feedback).where(
        Feedback.tenant_id == context.tenant.id,
        Feedback.engagement_id == order.id,
        Feedback.answered_at.is_(None),
    )
    for question in context.session.scalars(query):
        title = TITLES.get(question.milestone, question.milestone)
        yield NextStep(
            StepKind.FEEDBACK, "Tell us how it goes", f"A question after: {title}", engagement_id=order.id
        )


def _unplaced(context: Context, *, has_orders: bool) -> NextStep | None:
    """Return the step of who has a draft, or nothing ordered yet; None where orders are not taken."""
    if not context.may("order.place"):
        return None
    if my_draft(context) is not None:
        return NextStep(StepKind.CONTINUE, "Continue your order", "It is kept as you left it")
    if not has_orders:
        return NextStep(StepKind.ORDER, "Choose a package", "Compare the packages and order in five steps")
    return None


def _waiting(order: Engagement) -> NextStep:
    if order.state == PENDING:
        text = f"We check and approve order {order.number} next"
    elif order.state == OrderState.ON_HOLD:
        text = f"Order {order.number} is paused; we tell you when it goes on"
    else:
        text = f"Order {order.number} is with us"
    return NextStep(StepKind.WAIT, "Nothing to do now", text, engagement_id=order.id)
