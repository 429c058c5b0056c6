"""Find the tasks of an order and write them, in an open transaction of the customer's."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from sqlalchemy import select

from core.business.engagements.lookup import find_order
from core.business.engagements.rules import FINAL, STATES, TaskState
from core.business.engagements.tables import Engagement, Task, TaskDependency
from core.db.session import TenantSession
from core.errors import ConflictError, NotFoundError


def find_task(session: TenantSession, task_id: str) -> tuple[Task, Engagement]:
    """Return a task of the session's customer, locked, with its order. NotFoundError for one of another customer.

    ConflictError where the order is over: its tasks stay as they are.
    """
    task = session.scalar(
        select(Task).where(Task.tenant_id == session.tenant, Task.id == task_id).with_for_update()
    )
    if task is None:
        raise NotFoundError("There is no such task.", hint="Open the order again.")
    return task, workable_order(session, task.engagement_id)


def hold_order_of(session: TenantSession, task_id: str) -> None:
    """Hold the order of a task until the transaction ends: two people who let tasks wait for each other do it in turn."""
    query = select(Task.engagement_id).where(Task.tenant_id == session.tenant, Task.id == task_id)
    if order_id := session.scalar(query):
        find_order(session, order_id, lock=True)


def workable_order(session: TenantSession, engagement_id: str) -> Engagement:
    """Return an order whose tasks may change. ConflictError where it is over, NotFoundError for another customer's."""
    order = find_order(session, engagement_id)
    if order.state in FINAL:
        raise ConflictError(
            f"This order is {STATES[order.state].lower()}.", hint="Its tasks stay as they are."
        )
    return order


def open_before(session: TenantSession, task_id: str) -> list[str]:
    """List the titles of open tasks that a task waits for."""
    query = (
        select(Task.title)
        .join(
            TaskDependency,
            (TaskDependency.tenant_id == Task.tenant_id) & (TaskDependency.waits_for_id == Task.id),
        )
        .where(
            Task.tenant_id == session.tenant,
            TaskDependency.task_id == task_id,
            TaskDependency.removed_at.is_(None),
            Task.state == TaskState.OPEN,
        )
        .order_by(Task.created_at, Task.id)
    )
    return list(session.scalars(query))


def dependencies(session: TenantSession, engagement_id: str) -> dict[str, list[str]]:
    """Map each task (id) of an order to the tasks it waits for."""
    query = (
        select(TaskDependency.task_id, TaskDependency.waits_for_id)
        .join(Task, (Task.tenant_id == TaskDependency.tenant_id) & (Task.id == TaskDependency.task_id))
        .where(
            Task.tenant_id == session.tenant,
            Task.engagement_id == engagement_id,
            TaskDependency.removed_at.is_(None),
        )
    )
    edges: defaultdict[str, list[str]] = defaultdict(list)
    for task_id, waits_for in session.execute(query):
        edges[task_id].append(waits_for)
    return dict(edges)


def close(task: Task, state: TaskState, now: datetime, person: str | None, reason: str | None = None) -> None:
    """Close a task as done or cancelled."""
    task.state, task.closed_at, task.closed_by = state.value, now, person
    task.closed_reason, task.updated_at = reason, now
