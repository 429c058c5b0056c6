"""What an order leaves behind when it is completed or cancelled: nothing due, no open task, and nobody booked for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from core.business.engagements.lookup import today_of
from core.business.engagements.milestones.actions import promise_milestone
from core.business.engagements.payments.actions import record_payment, refund_payment
from core.business.engagements.payments.views import order_payments, receipt
from core.business.engagements.sessions.actions import book_session, hold_session
from core.business.engagements.sessions.views import order_sessions
from core.business.engagements.states.moving import cancel_order, move_order
from core.business.engagements.tables import Task
from core.business.specialists.tables import BusyTime
from core.context import Context
from core.db.session import TenantSession
from core.errors import ConflictError
from core.platform.events.tables import OutboxEvent
from tests.business.engagements.desk import add_order, add_task_row, reach_all, set_columns
from tests.business.engagements.payments.orders import paid, refunded
from tests.business.engagements.sessions.office import MORNING, NOW, Office, open_office
from tests.operators import operator

ZERO = Decimal(0)


@pytest.fixture
def manager(alice: Context) -> Context:
    operator()
    return replace(alice, now=NOW)


@pytest.fixture
def office(manager: Context, people: dict[str, str]) -> Office:
    return open_office(manager, people["bob"])


def test_a_refund_after_the_cancellation_makes_nothing_due_again(alice: Context) -> None:
    order_id = add_order(alice, "training")
    today = today_of(alice)
    number = record_payment(alice, order_id, paid("1000", today))
    cancel_order(alice, order_id, "They closed")
    refund_payment(alice, order_id, refunded(number, "1000", today))
    status = order_payments(alice, order_id).status
    assert (status.overdue, status.due, status.not_yet_due) == (ZERO, ZERO, ZERO)
    assert (status.no_longer_due, status.total) == (Decimal(2000), Decimal(2000))


def test_a_completed_order_has_no_open_task(alice: Context) -> None:
    order_id = add_order(alice, "go_live")
    reach_all(alice, order_id)
    task = add_task_row(alice, order_id, "Send the photos", side="customer")
    move_order(alice, order_id, "complete")
    query = select(Task).where(Task.id == task).execution_options(populate_existing=True)
    stored = alice.session.scalars(query).one()
    assert (stored.state, stored.closed_reason) == ("cancelled", "The order was completed")


@pytest.mark.parametrize("event", ["cancel", "complete"])
def test_sessions_to_come_end_with_their_order_and_the_time_is_free_again(
    manager: Context, office: Office, event: str
) -> None:
    book_session(manager, office.order, "discovery", office.specialist, MORNING)
    if event == "complete":
        set_columns(manager, office.order, state="go_live")
    move_order(manager, office.order, event, "They closed")
    [session] = order_sessions(manager, office.order).sessions
    assert (session.state, session.sequence) == ("cancelled", 1)
    with TenantSession(operator()[0], "", system=True) as at_operator:
        rows = at_operator.scalars(select(BusyTime).where(BusyTime.specialist_id == office.specialist))
        assert all(row.cancelled_at is not None for row in rows)
    with TenantSession(manager.tenant.id, "", system=True) as at_customer:
        kinds = at_customer.scalars(select(OutboxEvent.kind)).all()
    assert "session_cancelled" in kinds


def test_a_session_that_took_place_can_be_held_after_the_order_was_completed(
    manager: Context, office: Office
) -> None:
    session_id = book_session(manager, office.order, "discovery", office.specialist, MORNING)
    set_columns(manager, office.order, state="go_live")
    later = replace(manager, now=MORNING + timedelta(hours=3))
    move_order(later, office.order, "complete")
    hold_session(later, session_id, "Went through the setup")
    assert [session.state for session in order_sessions(later, office.order).sessions] == ["held"]


def test_an_order_that_may_not_end_keeps_its_sessions(manager: Context, office: Office) -> None:
    book_session(manager, office.order, "discovery", office.specialist, MORNING)
    with pytest.raises(ConflictError):
        move_order(manager, office.order, "complete")
    assert [session.state for session in order_sessions(manager, office.order).sessions] == ["booked"]


@pytest.mark.parametrize("state", ["completed", "cancelled"])
def test_nothing_is_promised_of_an_order_that_is_over(alice: Context, state: str) -> None:
    order_id = add_order(alice, "training")
    set_columns(alice, order_id, state=state)
    with pytest.raises(ConflictError, match=f"order is {state}"):
        promise_milestone(alice, order_id, "closure", alice.now.date() + timedelta(days=9), "Later")


def test_a_receipt_of_a_cancelled_order_asks_for_nothing_more(
    alice: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    order_id = add_order(alice, "training")
    today = today_of(alice)
    first = record_payment(alice, order_id, paid("1000", today))
    remaining: list[Decimal] = []
    monkeypatch.setattr(
        "core.business.engagements.payments.views.print_receipt",
        lambda document: remaining.append(document.remaining) or b"",
    )
    receipt(alice, order_id, first)
    later = replace(alice, now=alice.now + timedelta(minutes=1))
    cancel_order(later, order_id, "They closed")
    refund = refund_payment(
        replace(later, now=later.now + timedelta(minutes=1)), order_id, refunded(first, "400", today)
    )
    receipt(alice, order_id, first)
    receipt(alice, order_id, refund)
    assert remaining == [Decimal(1000), Decimal(1000), ZERO]
