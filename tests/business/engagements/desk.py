"""An order of Alice's customer in any state, for tests of what is done with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select, update

from core.business.engagements.actions import approve_order
from core.business.engagements.create import create_engagement
from core.business.engagements.lookup import today_of
from core.business.engagements.milestones.rules import MilestoneKey, milestones_of
from core.business.engagements.rules import WAY, OrderState
from core.business.engagements.tables import Engagement, Milestone, Task, TeamMember
from core.business.specialists.tables import Certificate, Specialist
from core.context import Context
from core.db.session import TenantSession
from core.engine.runs.tables import Run
from core.engine.sources.tables import Migration
from core.kit import clock
from core.kit.ids import new_id
from tests.business.engagements.test_create import details


def add_order(context: Context, state: str = "pending") -> str:
    """Add an order in a state, with its milestones promised, those of earlier states reached, and a lead; the id."""
    order_id = create_engagement(context.session, details(Decimal(500), Decimal(1500), plan="split"))
    context.session.commit()
    if state == OrderState.PENDING:
        return order_id
    approve_order(context, order_id)
    if state in WAY[2:]:
        add_lead(context, order_id)
        for earlier in WAY[: WAY.index(OrderState(state))]:
            reach_all(context, order_id, milestones_of(earlier))
    set_columns(context, order_id, state=state, state_since=context.now)
    return order_id


def set_columns(context: Context, order_id: str, **values: Any) -> None:
    context.session.execute(update(Engagement).where(Engagement.id == order_id).values(values))
    context.session.commit()


def add_lead(context: Context, order_id: str, role: str = "lead") -> None:
    context.session.add(
        TeamMember(
            tenant_id=context.tenant.id,
            id=new_id(),
            created_at=context.now,
            engagement_id=order_id,
            person_id=context.person,
            role=role,
            starts_at=context.now,
            reasons=[],
        )
    )
    context.session.commit()


def reach_all(context: Context, order_id: str, keys: Any = tuple(MilestoneKey)) -> None:
    """Set the milestones reached yesterday."""
    day = today_of(context) - timedelta(days=1)
    context.session.execute(
        update(Milestone)
        .where(Milestone.engagement_id == order_id, Milestone.key.in_(list(keys)))
        .values(reached_on=day)
    )
    context.session.commit()


def add_task_row(context: Context, order_id: str, title: str = "Order the printer", **values: Any) -> str:
    """Add an open task as it is stored; the id."""
    columns: dict[str, Any] = {
        "kind": "other",
        "side": "operator",
        "state": "open",
        "details": {},
        "updated_at": context.now,
    } | values
    task = Task(
        tenant_id=context.tenant.id,
        id=new_id(),
        created_at=context.now,
        engagement_id=order_id,
        title=title,
        **columns,
    )
    context.session.add(task)
    context.session.commit()
    return task.id


def milestone_days(context: Context, order_id: str) -> dict[str, tuple[date | None, date | None]]:
    """Key -> the promised day and the day it was reached."""
    rows = context.session.query(Milestone).filter(Milestone.engagement_id == order_id)
    context.session.expire_all()
    return {row.key: (row.promised_on, row.reached_on) for row in rows}


def add_imports(context: Context, states: Sequence[str], name: str = "Bella's move", **run: Any) -> str:
    """Add a migration with imports in these states, the newest last, of which only what orders read is set; its id."""
    migration = Migration(
        tenant_id=context.tenant.id,
        id=new_id(),
        created_at=context.now,
        name=name,
        source="toast",
        phase="import",
        settings={},
        created_by=context.person,
    )
    context.session.add(migration)
    context.session.flush()
    for position, state in enumerate(states):
        columns: dict[str, Any] = {
            "validation_id": new_id(),
            "kind": "import",
            "phase": "import",
            "step": "",
            "plan": {},
            "plan_hash": "",
            "rows_total": 0,
            "rows_done": 0,
            "totals": {},
            "checksums": {},
            "worked_seconds": 0.0,
            "created_by": context.person,
            "updated_at": context.now,
        } | run
        context.session.add(
            Run(
                tenant_id=context.tenant.id,
                id=new_id(),
                created_at=context.now + timedelta(minutes=position),
                migration_id=migration.id,
                state=state,
                **columns,
            )
        )
    context.session.commit()
    return migration.id


def add_certificate(operator_id: str, person: str, expires_on: date) -> None:
    """Give a person of the operator a Toast certificate, and a place on the roster."""
    with TenantSession(operator_id, person, system=True) as session:
        specialist = session.scalar(select(Specialist.id).where(Specialist.person_id == person))
        now = clock.now()
        if specialist is None:
            specialist = new_id()
            session.add(
                Specialist(
                    tenant_id=operator_id,
                    id=specialist,
                    created_at=now,
                    person_id=person,
                    initials="AL",
                    zone="UTC",
                    languages=[],
                    skills=[],
                    hours={},
                    weekly_hours=Decimal(40),
                    started_on=now.date(),
                    version=1,
                    updated_at=now,
                )
            )
            session.flush()
        session.add(
            Certificate(
                tenant_id=operator_id,
                id=new_id(),
                created_at=now,
                specialist_id=specialist,
                number=new_id(),
                speciality="toast",
                level="professional",
                issued_on=now.date(),
                expires_on=expires_on,
            )
        )
        session.commit()
