"""Ask the database whether the guards of a transition are met: the same conditions for words and for the UPDATE."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Select, exists, false, func, or_, select, true
from sqlalchemy.dialects.postgresql import distinct_on

from core.business.engagements.milestones.rules import MilestoneKey, milestones_of
from core.business.engagements.rules import OrderState, TaskState
from core.business.engagements.states.rules import TRANSITIONS, Event, Guard, GuardFacts
from core.business.engagements.tables import Engagement, Milestone, Task, TeamMember
from core.db.session import TenantSession
from core.engine.runs.rules import RunState
from core.engine.runs.tables import Run
from core.engine.sources.tables import SourceFile

_LEAD = "lead"


def conditions(order: Engagement, event: Event, *, is_stated: bool = False) -> list[ColumnElement[bool]]:
    """List what the UPDATE of an event asks for; `is_stated`: a manager's statement stands in for the reconciliation."""
    conditions_by_guard = {
        Guard.LEAD: _has_lead(order),
        Guard.DATA: _has_data(order),
        Guard.MILESTONES: ~_open_milestone(order, milestones_of(order.state)),
        Guard.RECONCILIATION: true() if is_stated else _is_reconciled(order),
        Guard.TASKS: ~exists(_blocking(order, event)),
    }
    return [conditions_by_guard[guard] for guard in TRANSITIONS[event].guards]


def guard_facts(session: TenantSession, order: Engagement, event: Event) -> GuardFacts:
    """Read what the guards of an event ask for, to say in words what is missing."""
    guards = TRANSITIONS[event].guards
    answers: Mapping[Guard, ColumnElement[bool]] = {
        Guard.LEAD: _has_lead(order),
        Guard.DATA: _has_data(order),
        Guard.RECONCILIATION: _is_reconciled(order),
    }
    names = [guard for guard in answers if guard in guards]
    row = session.execute(select(*(answers[guard] for guard in names))).one() if names else ()
    is_met = dict(zip(names, row, strict=True))
    reached = select(Milestone.key).where(*_of(Milestone, order), Milestone.reached_on.is_not(None))
    blocking = _blocking(order, event).with_only_columns(Task.title).order_by(Task.due_on, Task.id)
    return GuardFacts(
        has_lead=bool(is_met.get(Guard.LEAD)),
        has_data=bool(is_met.get(Guard.DATA)),
        is_reconciled=bool(is_met.get(Guard.RECONCILIATION)),
        reached=frozenset(session.scalars(reached)) if Guard.MILESTONES in guards else frozenset(),
        blocking_tasks=tuple(session.scalars(blocking)) if Guard.TASKS in guards else (),
    )


def _of(table: type[Milestone | Task | TeamMember], order: Engagement) -> tuple[ColumnElement[bool], ...]:
    return table.tenant_id == order.tenant_id, table.engagement_id == order.id


def _has_lead(order: Engagement) -> ColumnElement[bool]:
    return exists().where(*_of(TeamMember, order), TeamMember.role == _LEAD, TeamMember.ends_at.is_(None))


def _has_data(order: Engagement) -> ColumnElement[bool]:
    """Whether a file of the order's migrations is there, or its collection was reached in another way."""
    files = exists().where(SourceFile.tenant_id == order.tenant_id)
    if order.migration_id:
        files = files.where(SourceFile.migration_id == order.migration_id)
    collected = exists().where(
        *_of(Milestone, order),
        Milestone.key == MilestoneKey.DATA_COLLECTION,
        Milestone.reached_on.is_not(None),
    )
    return or_(files, collected)


def _open_milestone(order: Engagement, keys: list[MilestoneKey]) -> ColumnElement[bool]:
    return exists().where(*_of(Milestone, order), Milestone.key.in_(keys), Milestone.reached_on.is_(None))


def _is_reconciled(order: Engagement) -> ColumnElement[bool]:
    """Whether there is an import, and the newest of each migration is completed: in order by itself, or approved."""
    newest = (
        select(Run.migration_id, Run.state)
        .where(Run.tenant_id == order.tenant_id, Run.kind == "import")
        .ext(distinct_on(Run.migration_id))
        .order_by(Run.migration_id, Run.created_at.desc(), Run.id.desc())
    )
    if order.migration_id:
        newest = newest.where(Run.migration_id == order.migration_id)
    states = newest.subquery().c
    query = select(func.coalesce(func.bool_and(states.state == RunState.COMPLETED), false()))
    return query.scalar_subquery()


def _blocking(order: Engagement, event: Event) -> Select[Task]:
    """Select the open tasks that block a milestone up to that of the event; all of them at the end."""
    keys = list(MilestoneKey)
    if TRANSITIONS[event].target == OrderState.GO_LIVE:
        keys = keys[: keys.index(MilestoneKey.GO_LIVE) + 1]
    return select(Task).where(*_of(Task, order), Task.state == TaskState.OPEN, Task.blocks.in_(keys))
