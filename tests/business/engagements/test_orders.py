"""Orders as the people of operator and customer see them, and their approval."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from core.business.engagements.actions import approve_order
from core.business.engagements.create import create_engagement
from core.business.engagements.views import order, orders
from core.business.sales.acceptance.actions import accept
from core.context import Context
from core.db.session import TenantSession
from core.errors import ConflictError, NotAllowedError, NotFoundError
from core.platform.access.actions import enter
from core.platform.access.customers.actions import archive_customer
from core.platform.audit.actions import forget_looks
from core.platform.audit.tables import AuditLine
from tests.business.engagements.test_create import details
from tests.business.sales.acceptance.offers import send_offer
from tests.operators import add_staff
from tests.staff import add_contact


@pytest.fixture
def order_id(alice: Context) -> str:
    """An order of Alice's customer."""
    created = create_engagement(alice.session, details(Decimal(500), Decimal(1500), plan="split"))
    alice.session.commit()
    return created


def actions_of(tenant: str) -> list[str]:
    with TenantSession(tenant, "", system=True) as session:
        return list(session.scalars(select(AuditLine.action).order_by(AuditLine.seq)))


def test_an_order_is_seen_with_lines_plan_and_signer_and_the_reading_is_noted(alice, order_id) -> None:
    forget_looks()
    [view] = orders(alice)
    assert (view.id, view.number, view.state, view.state_text) == (
        order_id,
        "OC-0007",
        "pending",
        "Waiting for approval",
    )
    assert (view.total, view.package_title, view.ordered_by) == (Decimal(2000), "Professional", "Ana Ng")
    assert [line.amount for line in view.lines] == [Decimal(500), Decimal(1500)]
    assert [(part.due, part.amount) for part in view.instalments] == [
        ("28 Nov 2026", Decimal(1000)),
        ("At go-live", Decimal(1000)),
    ]
    assert "personal.read" in actions_of(alice.tenant.id)


def test_a_manager_approves_an_order_once(alice, order_id) -> None:
    approve_order(alice, order_id)
    approved = order(alice, order_id)
    assert (approved.state, approved.approver, approved.approved_at) == ("approved", "Alice", alice.now)
    assert "order.approve" in actions_of(alice.tenant.id)
    with pytest.raises(ConflictError):
        approve_order(alice, order_id)


def test_others_see_the_order_and_cannot_approve_it(alice, bob, sam, order_id) -> None:
    with enter(add_contact(alice.tenant.id), alice.tenant.id) as contact:
        for context in (bob, sam, contact):
            assert [view.id for view in orders(context)] == [order_id]
            with pytest.raises(NotAllowedError):
                approve_order(context, order_id)
    assert order(alice, order_id).is_pending


def test_another_customer_has_no_such_order(mallory, order_id) -> None:
    assert orders(mallory) == []
    for call in (order, approve_order):
        with pytest.raises(NotFoundError):
            call(mallory, order_id)


@pytest.mark.usefixtures("database")
def test_the_orders_of_an_archived_customer_are_read_and_not_approved() -> None:
    offer, manager = send_offer(), add_staff("manager")
    result = accept(offer.token, "Ana Ng")
    with enter(manager.person, manager.operator) as context:
        archive_customer(context, result.customer_id)
    with enter(manager.person, result.customer_id) as context:
        assert [entry.number for entry in orders(context)] == [result.order_number]
        with pytest.raises(NotAllowedError):
            approve_order(context, result.engagement_id)
