"""Let the customer's contact finish the tasks that are asked of their company, and tell who leads the order."""

from __future__ import annotations

from core.business.engagements.history import add_entry
from core.business.engagements.rules import TaskState
from core.business.engagements.tables import Engagement
from core.business.engagements.tasks.actions import CUSTOMER
from core.business.engagements.tasks.rules import check_done_by_hand
from core.business.engagements.tasks.stored import close, find_task, open_before
from core.business.engagements.team.members import LEAD, active_members
from core.context import Context
from core.errors import ConflictError, NotFoundError
from core.platform.access.actions import action
from core.platform.audit.actions import record
from core.platform.events.actions import emit
from core.platform.events.recipients import people_in_roles


@action("order.own_tasks")
def finish_own_task(context: Context, task_id: str) -> None:
    """Mark a task of the customer's done: it closes for the staff too, and the lead is told.

    NotFoundError for one of ours or of another customer; ConflictError while it waits for one of ours.
    """
    task, order = find_task(context.session, task_id)
    if task.side != CUSTOMER:
        raise NotFoundError("There is no such task.", hint="Open the order again.")
    if task.state == TaskState.OPEN and not task.finding and open_before(context.session, task_id):
        raise ConflictError("We have something to do before it.", hint="Come back when the task is ready.")
    check_done_by_hand(task.state, task.finding, [])
    close(task, TaskState.DONE, context.now, context.person)
    add_entry(context, order.id, "task_done", task=task.id)
    record(context, "order.task_done", "engagement", order.id, order=order.number)
    people = leads_of(context, order)
    emit(context, "customer_task_done", to=people, order=order.number, engagement_id=order.id)


def leads_of(context: Context, order: Engagement) -> list[str]:
    """List who is told of what the customer does about an order: its lead, the managers where it has none."""
    leads = [member.person_id for member in active_members(context.session, order.id, LEAD)]
    return leads or people_in_roles(context.session, ("manager",))
