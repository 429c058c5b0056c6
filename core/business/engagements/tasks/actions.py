"""Write, change, finish and cancel tasks of an order, and say what they wait for, in a Context of the customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from core.business.engagements.history import add_entry
from core.business.engagements.milestones.actions import known_key
from core.business.engagements.rules import TaskState
from core.business.engagements.states.rules import MAX_REASON
from core.business.engagements.tables import Task, TaskDependency
from core.business.engagements.tasks.rules import (
    check_done_by_hand,
    check_title,
    leads_back,
)
from core.business.engagements.tasks.stored import (
    close,
    dependencies,
    find_task,
    hold_order_of,
    open_before,
    workable_order,
)
from core.context import Context
from core.errors import ConflictError, InvalidInputError
from core.kit.ids import new_id
from core.platform.access.actions import action
from core.platform.access.colleagues import who_may
from core.platform.audit.actions import record

OPERATOR, CUSTOMER = "operator", "customer"
"""Sides that do a task."""


@dataclass(frozen=True, slots=True)
class TaskDetails:
    """What a person says of a task. `blocks` is a milestone (key) that waits for it; `side` who does it."""

    title: str
    owner_id: str | None = None
    due_on: date | None = None
    blocks: str | None = None
    side: str = OPERATOR


@action("order.work")
def add_task(context: Context, engagement_id: str, details: TaskDetails) -> str:
    """Add a task to an order that is not over; return its id."""
    order = workable_order(context.session, engagement_id)
    checked = _checked(context, details)
    task = Task(
        tenant_id=context.tenant.id,
        id=new_id(),
        created_at=context.now,
        engagement_id=order.id,
        title=checked.title,
        kind="other",
        side=checked.side,
        state=TaskState.OPEN.value,
        owner_id=checked.owner_id,
        due_on=checked.due_on,
        blocks=checked.blocks,
        details={},
        person_id=context.person,
        updated_at=context.now,
    )
    context.session.add(task)
    context.session.flush()
    record(context, "order.task_add", "engagement", order.id, order=order.number)
    return task.id


@action("order.work")
def edit_task(context: Context, task_id: str, details: TaskDetails, updated_at: datetime) -> None:
    """Change an open task; of one that a finding opened only owner and day change.

    ConflictError where somebody else changed it since `updated_at`.
    """
    task, order = find_task(context.session, task_id)
    if task.state != TaskState.OPEN:
        raise ConflictError(f"This task is {task.state}.", hint="Only open tasks change.")
    if task.updated_at != updated_at:
        raise ConflictError("Somebody changed this task meanwhile.", hint="Reload the page.")
    checked = _checked(context, details)
    task.owner_id, task.due_on, task.updated_at = checked.owner_id, checked.due_on, context.now
    if task.finding is None:
        task.title, task.blocks, task.side = checked.title, checked.blocks, checked.side
    record(context, "order.task_edit", "engagement", order.id, order=order.number)


@action("order.work")
def finish_task(context: Context, task_id: str) -> None:
    """Mark a task done. ConflictError for one of a finding, which closes by itself, and while it waits for another."""
    task, order = find_task(context.session, task_id)
    check_done_by_hand(task.state, task.finding, open_before(context.session, task_id))
    close(task, TaskState.DONE, context.now, context.person)
    add_entry(context, order.id, "task_done", task=task.id)
    record(context, "order.task_done", "engagement", order.id, order=order.number)


@action("order.decide")
def cancel_task(context: Context, task_id: str, reason: str) -> None:
    """Cancel an open task, with the reason; one of a finding stays cancelled as long as its finding lasts."""
    reason = reason.strip()
    if not reason or len(reason) > MAX_REASON:
        raise InvalidInputError(
            "A reason is missing or too long.", hint=f"Say why in at most {MAX_REASON} characters."
        )
    task, order = find_task(context.session, task_id)
    if task.state != TaskState.OPEN:
        raise ConflictError(f"This task is {task.state} already.", hint="Reload the page.")
    close(task, TaskState.CANCELLED, context.now, context.person, reason)
    add_entry(context, order.id, "task_cancelled", reason=reason, task=task.id)
    record(context, "order.task_cancel", "engagement", order.id, order=order.number)


@action("order.work")
def wait_for(context: Context, task_id: str, waits_for_id: str) -> None:
    """Let a task wait for another of the same order. ConflictError where that one waits for it already, over others or at once."""
    hold_order_of(context.session, task_id)
    task, order = find_task(context.session, task_id)
    earlier, _ = find_task(context.session, waits_for_id)
    if earlier.engagement_id != task.engagement_id:
        raise ConflictError("The tasks belong to two orders.", hint="Choose a task of this order.")
    if leads_back(task.id, earlier.id, dependencies(context.session, order.id)):
        raise ConflictError(
            "The other task waits for this one.", hint="Choose a task that does not wait for it."
        )
    row = {
        "tenant_id": context.tenant.id,
        "id": new_id(),
        "created_at": context.now,
        "task_id": task.id,
        "waits_for_id": earlier.id,
    }
    statement = insert(TaskDependency).values(row)
    keys = ["tenant_id", "task_id", "waits_for_id"]
    context.session.execute(statement.on_conflict_do_update(index_elements=keys, set_={"removed_at": None}))
    record(context, "order.task_edit", "engagement", order.id, order=order.number)


@action("order.work")
def wait_no_more(context: Context, task_id: str, waits_for_id: str) -> None:
    """Let a task wait for another no more; nothing happens where it does not."""
    task, order = find_task(context.session, task_id)
    query = select(TaskDependency).where(
        TaskDependency.tenant_id == context.tenant.id,
        TaskDependency.task_id == task.id,
        TaskDependency.waits_for_id == waits_for_id,
        TaskDependency.removed_at.is_(None),
    )
    for row in context.session.scalars(query):
        row.removed_at = context.now
    record(context, "order.task_edit", "engagement", order.id, order=order.number)


def _checked(context: Context, details: TaskDetails) -> TaskDetails:
    """Return the details as they are stored. InvalidInputError for what they cannot be."""
    if details.side not in {OPERATOR, CUSTOMER}:
        raise InvalidInputError("This side does no tasks.", hint=f"Choose {OPERATOR} or {CUSTOMER}.")
    if details.owner_id not in {None, context.person} and details.owner_id not in {
        colleague.person_id for colleague in who_may(context, "order.work")
    }:
        raise InvalidInputError(
            "This person cannot own the task.", hint="Choose somebody who works for this customer."
        )
    blocks = known_key(details.blocks).value if details.blocks else None
    return TaskDetails(check_title(details.title), details.owner_id, details.due_on, blocks, details.side)
