"""Find what an order's data and team lack, and keep one task for each: opened with the finding, closed when it is gone.

Run on the page of an order and by a job; done again, it changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import distinct_on

from core.business.engagements.history import add_entry
from core.business.engagements.lookup import find_order, today_of
from core.business.engagements.rules import AT_WORK, TaskState
from core.business.engagements.tables import Engagement, Task, TeamMember
from core.business.engagements.tasks.migrations import is_of_order
from core.business.engagements.tasks.rules import (
    BLOCKED_BY,
    Changes,
    Finding,
    FindingKind,
    FindingTask,
    changes,
    title_of,
)
from core.business.engagements.tasks.stored import close
from core.business.specialists.tables import Certificate, Specialist
from core.context import Context
from core.db.session import TenantSession
from core.engine.progress.facts import Facts
from core.engine.progress.views import all_facts
from core.engine.runs.reconciliation.accounting import account
from core.engine.runs.rules import LOADED, RunState
from core.errors import NotFoundError
from core.kit.ids import new_id
from core.platform.access.actions import action, enter_as_worker
from core.platform.access.customers.both import customer_and_operator
from core.platform.access.tables import Person

EXPIRES_SOON = timedelta(days=30)
DUE_WITHIN = timedelta(days=3)
"""When a task of a finding is due, from the day it was opened."""

_AT_WORK = text(
    "select cast(tenant_id as text), cast(engagement_id as text), cast(person_id as text) from orders_at_work()"
)
_SCREENS = {
    FindingKind.UNDECIDED_FIELDS: "mapping",
    FindingKind.HELD_ROWS: "reconciliation",
    FindingKind.RECONCILIATION: "reconciliation",
}
_MAX_NAME = 120


@action("order.follow")
def sync_tasks(context: Context, engagement_id: str) -> int:
    """Open, name, close and open again the tasks of an order's findings; return how many changed.

    Of an order that nobody works on, nothing changes. NotFoundError for an order of another customer.
    """
    order = find_order(context.session, engagement_id)
    if order.state not in AT_WORK:
        return 0
    findings = [*_data_findings(context, order), *_certificate_findings(context, order)]
    find_order(context.session, engagement_id, lock=True)
    query = select(Task).where(
        Task.tenant_id == order.tenant_id, Task.engagement_id == order.id, Task.finding.is_not(None)
    )
    rows = {
        task.id: task
        for task in context.session.scalars(
            query.order_by(Task.created_at, Task.id).execution_options(populate_existing=True)
        )
    }
    stored = [FindingTask(task.id, task.finding or "", task.state, task.title) for task in rows.values()]
    result = changes(findings, stored)
    _apply(context, order, rows, result)
    return result.count


def sync_orders_at_work() -> int:
    """Bring the tasks of all orders that are worked on up to date, in the name of who approved each; return how many changed.

    A job: done again, it changes nothing.
    """
    with TenantSession("", "", system=True) as session:
        orders = session.execute(_AT_WORK).all()
    count = 0
    for order in orders:
        with suppress(NotFoundError), enter_as_worker(order.tenant_id, order.person_id) as context:
            count += sync_tasks(context, order.engagement_id)
    return count


def _apply(context: Context, order: Engagement, rows: dict[str, Task], result: Changes) -> None:
    for finding in result.open:
        task = _task_of(context, order, finding)
        context.session.add(task)
        context.session.flush()
        add_entry(context, order.id, "task_opened", by_program=True, task=task.id, finding=finding.kind.value)
    for task_id in result.close:
        close(rows[task_id], TaskState.DONE, context.now, None)
        add_entry(context, order.id, "task_closed", by_program=True, task=task_id)
    for task_id in result.reopen:
        task = rows[task_id]
        task.state, task.closed_at, task.closed_by = TaskState.OPEN.value, None, None
        task.due_on, task.updated_at = today_of(context) + DUE_WITHIN, context.now
        add_entry(context, order.id, "task_opened", by_program=True, task=task_id)
    for task_id, title in result.retitle:
        rows[task_id].title, rows[task_id].updated_at = title, context.now


def _task_of(context: Context, order: Engagement, finding: Finding) -> Task:
    blocks = BLOCKED_BY[finding.kind]
    screen = _SCREENS.get(finding.kind)
    return Task(
        tenant_id=order.tenant_id,
        id=new_id(),
        created_at=context.now,
        engagement_id=order.id,
        title=finding.title,
        kind=finding.kind.value,
        side="operator",
        state=TaskState.OPEN.value,
        owner_id=_lead(context, order),
        due_on=today_of(context) + DUE_WITHIN,
        blocks=blocks.value if blocks else None,
        finding=finding.key,
        details={"screen": screen, "migration": finding.subject} if screen else {},
        updated_at=context.now,
    )


def _lead(context: Context, order: Engagement) -> str | None:
    query = select(TeamMember.person_id).where(
        TeamMember.tenant_id == order.tenant_id,
        TeamMember.engagement_id == order.id,
        TeamMember.role == "lead",
        TeamMember.ends_at.is_(None),
    )
    return context.session.scalar(query)


def _data_findings(context: Context, order: Engagement) -> Iterator[Finding]:
    for migration_id, (migration, facts) in all_facts(context).items():
        if is_of_order(context.session, order, migration_id):
            yield from _of_migration(context, migration_id, migration.name[:_MAX_NAME], facts)


def _of_migration(context: Context, migration_id: str, name: str, facts: Facts) -> Iterator[Finding]:
    def finding(kind: FindingKind, count: int = 0) -> Finding:
        return Finding(kind, migration_id, title_of(kind, name, count))

    if facts.weak:
        yield finding(FindingKind.UNDECIDED_FIELDS, facts.weak)
    imported = facts.imported
    if imported is None or imported.state not in LOADED:
        if facts.held:
            yield finding(FindingKind.HELD_ROWS, facts.held)
        if imported is not None and imported.state == RunState.FAILED:
            yield finding(FindingKind.RECONCILIATION)
        return
    if imported.held:
        yield finding(FindingKind.HELD_ROWS, imported.held)
    if not account(context, imported.id).complete:
        yield finding(FindingKind.RECONCILIATION)


def _certificate_findings(context: Context, order: Engagement) -> list[Finding]:
    """List the team's certificates that expire within 30 days, or have expired, and were not renewed."""
    query = select(TeamMember.person_id).where(
        TeamMember.tenant_id == order.tenant_id,
        TeamMember.engagement_id == order.id,
        TeamMember.ends_at.is_(None),
    )
    people = sorted(set(context.session.scalars(query)))
    if not people:
        return []
    newest = (
        select(Certificate.specialist_id, Certificate.speciality, Certificate.expires_on, Person.name)
        .join(
            Specialist,
            (Specialist.tenant_id == Certificate.tenant_id) & (Specialist.id == Certificate.specialist_id),
        )
        .join(Person, Person.id == Specialist.person_id)
        .where(Specialist.person_id.in_(people), Certificate.revoked_at.is_(None))
        .ext(distinct_on(Certificate.specialist_id, Certificate.speciality))
        .order_by(Certificate.specialist_id, Certificate.speciality, Certificate.expires_on.desc())
    )
    until = today_of(context) + EXPIRES_SOON
    with suppress(NotFoundError), customer_and_operator(context) as tenants:
        with tenants.working_in_operator() as session:
            rows = session.execute(newest).all()
        return [
            Finding(
                FindingKind.CERTIFICATE,
                f"{row.specialist_id}/{row.speciality}",
                title_of(FindingKind.CERTIFICATE, f"{row.name} ({row.speciality.capitalize()})"),
            )
            for row in rows
            if row.expires_on <= until
        ]
    return []
