"""Show the tasks of an order: what blocks first, then by day; for the customer's contacts only their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from core.business.engagements.lookup import find_order, today_of
from core.business.engagements.milestones.rules import MilestoneKey
from core.business.engagements.rules import TaskState
from core.business.engagements.tables import Task
from core.business.engagements.tasks.rules import due_status
from core.business.engagements.tasks.stored import dependencies
from core.context import Context
from core.platform.access.actions import view
from core.platform.access.colleagues import who_may
from core.platform.access.tables import Person


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task. `status` is how it stands in words; `waits_for` are titles of open tasks before it, `waits_for_ids` all of them.

    `finding` is what opened it, None where a person wrote it; `details` tells where it is settled.
    """

    id: str
    title: str
    side: str
    state: str
    status: str
    owner_id: str | None
    owner: str | None
    due_on: date | None
    blocks: str | None
    finding: str | None
    details: Mapping[str, Any]
    waits_for: tuple[str, ...]
    waits_for_ids: tuple[str, ...]
    closed_at: datetime | None
    closed_reason: str | None
    updated_at: datetime

    @property
    def is_open(self) -> bool:
        return self.state == TaskState.OPEN

    @property
    def is_late(self) -> bool:
        return self.status.endswith("late")


@dataclass(frozen=True, slots=True)
class CustomerTask:
    """A task of the customer as their contacts see it."""

    id: str
    title: str
    state: str
    status: str
    due_on: date | None
    blocks: str | None


@view("order.follow")
def tasks(context: Context, engagement_id: str) -> list[TaskView]:
    """List the tasks of an order: open ones first, of those what blocks a milestone first, then by day.

    NotFoundError for an order of another customer.
    """
    find_order(context.session, engagement_id)
    query = (
        select(Task, Person.name)
        .outerjoin(Person, Person.id == Task.owner_id)
        .where(Task.tenant_id == context.tenant.id, Task.engagement_id == engagement_id)
        .order_by(Task.created_at, Task.id)
    )
    rows = [(task, name) for task, name in context.session.execute(query)]
    titles = {task.id: task.title for task, _ in rows if task.state == TaskState.OPEN}
    edges, today = dependencies(context.session, engagement_id), today_of(context)
    views = [
        TaskView(
            task.id,
            task.title,
            task.side,
            task.state,
            due_status(task.due_on, task.state, today),
            task.owner_id,
            name,
            task.due_on,
            task.blocks,
            task.finding,
            task.details,
            tuple(titles[earlier] for earlier in edges.get(task.id, ()) if earlier in titles),
            tuple(edges.get(task.id, ())),
            task.closed_at,
            task.closed_reason,
            task.updated_at,
        )
        for task, name in rows
    ]
    return sorted(views, key=_urgency)


def _urgency(task: TaskView) -> tuple[bool, int, date]:
    order = list(MilestoneKey)
    rank = order.index(MilestoneKey(task.blocks)) if task.blocks else len(order)
    return not task.is_open, rank, task.due_on or date.max


@view("order.read")
def customer_tasks(context: Context, engagement_id: str) -> list[CustomerTask]:
    """List what the customer does for an order, the most urgent first, in words that are meant for them.

    NotFoundError for an order of another customer.
    """
    find_order(context.session, engagement_id)
    query = select(Task).where(
        Task.tenant_id == context.tenant.id, Task.engagement_id == engagement_id, Task.side == "customer"
    )
    today = today_of(context)
    rows = [
        CustomerTask(
            task.id,
            task.title,
            task.state,
            due_status(task.due_on, task.state, today),
            task.due_on,
            task.blocks,
        )
        for task in context.session.scalars(query.order_by(Task.created_at, Task.id))
    ]
    return sorted(rows, key=lambda row: (row.state != TaskState.OPEN, row.due_on or date.max))


@view("order.follow")
def possible_owners(context: Context) -> dict[str, str]:
    """Map who may own a task of this customer: id -> name, the person first where they may."""
    owners = {context.person: context.name} if context.may("order.work") else {}
    return owners | {colleague.person_id: colleague.name for colleague in who_may(context, "order.work")}
