"""What waits at the delivery desk, by role, over the generated orders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from core.business.insights.delivery.waiting import Waiting, WaitingKind, waiting
from core.db.session import TenantSession
from core.entry import demo
from core.entry.demo_delivery.loading import seed_delivery
from core.kit import clock
from core.platform.access.actions import enter
from core.platform.access.portfolio import enter_portfolio
from tests import operators


@pytest.fixture(scope="module")
def manager(database: None) -> Iterator[str]:
    """A manager of the demo's operator (id), with orders up to today."""
    person = operators.add_staff("manager", is_demo=True).person
    with enter(person, demo.OPERATOR) as context:
        seed_delivery(context, again=True)
    return person


def _waiting(person: str) -> list[Waiting]:
    with enter_portfolio(person) as portfolio:
        return waiting(portfolio)


def test_a_manager_sees_orders_to_approve_and_milestones_that_are_late(manager: str) -> None:
    rows = [row for row in _waiting(manager) if row.is_generated]
    kinds = Counter(row.kind for row in rows)
    assert kinds[WaitingKind.APPROVAL] == 3
    assert kinds[WaitingKind.MILESTONE] > 0
    assert [row.on for row in rows] == sorted(row.on for row in rows)
    today = clock.now().date()
    assert all(row.on <= today for row in rows if row.kind == WaitingKind.MILESTONE)


def test_who_sells_sees_no_approval_and_no_late_milestone(manager: str) -> None:
    sales = operators.add_staff("sales", is_demo=True).person
    assert {row.kind for row in _waiting(sales)} <= {WaitingKind.SESSION, WaitingKind.TASK}


def test_a_task_waits_for_its_owner_alone(manager: str) -> None:
    owner = operators.add_staff("manager", is_demo=True).person
    row = next(row for row in _waiting(manager) if row.kind == WaitingKind.MILESTONE)
    with enter(manager, row.slug) as context:
        tenant = context.tenant.id
    insertion = text(
        "insert into task (tenant_id, id, created_at, engagement_id, title, kind, side, state, owner_id, details,"
        " updated_at) values (:tenant, gen_random_uuid(), now(), :order, 'Call', 'call', 'operator', 'open', :owner,"
        " '{}', now())"
    )
    with TenantSession(tenant, manager, system=True) as session:
        session.execute(insertion, {"tenant": tenant, "order": row.engagement_id, "owner": owner})
        session.commit()
    assert [task.detail for task in _waiting(owner) if task.kind == WaitingKind.TASK] == ["call"]
    assert [task for task in _waiting(manager) if task.kind == WaitingKind.TASK] == []
