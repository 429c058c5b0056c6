"""Reminders of instalments: before they are due, when they are overdue, and each once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from core.business.billing.payments.recording import go_live_reached, waive_open
from core.business.engagements.lookup import today_of
from core.business.engagements.papers.tables import Reminder
from core.business.engagements.payments.actions import record_payment
from core.business.engagements.payments.reminders import (
    BEFORE,
    DAYS_AFTER,
    DAYS_BEFORE,
    OVERDUE,
    STILL_OVERDUE,
    customers_with_plans,
    remind,
    remind_of_payments,
    reminder_of,
)
from core.business.engagements.tables import Engagement
from core.context import Context
from core.db.session import TenantSession
from core.kit import clock
from core.platform.access.actions import enter_as_worker
from core.platform.events.tables import OutboxEvent
from tests.business.engagements.desk import set_columns
from tests.business.engagements.payments.orders import add_order, paid
from tests.staff import add_contact, add_staff

DUE = date(2026, 12, 28)


@given(st.integers(-400, 400))
def test_an_instalment_has_one_reminder_a_day_at_most(days: int) -> None:
    key = reminder_of(DUE, DUE + timedelta(days=days))
    expected = (
        None
        if days < -DAYS_BEFORE
        else BEFORE
        if days <= 0
        else OVERDUE
        if days <= DAYS_AFTER
        else STILL_OVERDUE
    )
    assert key == expected


def remind_on(context: Context, day: date) -> int:
    with enter_as_worker(context.tenant.id, context.person) as worker:
        count = remind(replace(worker, now=datetime(day.year, day.month, day.day, 17, tzinfo=UTC)))
        worker.session.commit()
        return count


def reminders_of(context: Context) -> list[tuple[str, str]]:
    with TenantSession(context.tenant.id, "", system=True) as session:
        rows = session.execute(
            select(OutboxEvent.kind, OutboxEvent.facts)
            .where(OutboxEvent.kind.like("instalment%"))
            .order_by(OutboxEvent.id)
        )
        return [(kind, facts["amount"]) for kind, facts in rows]


def test_each_reminder_is_sent_once_and_only_for_what_is_open(alice: Context) -> None:
    add_contact(alice.tenant.id)
    order_id = add_order(alice, 900, "extended", 3)
    record_payment(alice, order_id, paid("400", today_of(alice)))
    assert remind_on(alice, DUE - timedelta(days=6)) == 0
    assert [remind_on(alice, DUE - timedelta(days=3)) for _ in range(3)] == [1, 0, 0]
    assert remind_on(alice, DUE) == 0
    assert remind_on(alice, DUE + timedelta(days=1)) == 1
    assert remind_on(alice, DUE + timedelta(days=DAYS_AFTER + 1)) == 1
    assert remind_on(alice, DUE + timedelta(days=DAYS_AFTER + 2)) == 0
    assert reminders_of(alice) == [
        ("instalment_due", "$200.00"),
        ("instalment_overdue", "$200.00"),
        ("instalment_overdue", "$200.00"),
    ]


def test_nobody_is_reminded_of_what_is_paid_waived_or_waits_for_go_live(alice: Context) -> None:
    order_id = add_order(alice, 1000)
    record_payment(alice, order_id, paid("500", today_of(alice)))
    assert remind_on(alice, date(2027, 6, 1)) == 0
    go_live_reached(alice.session, order_id, date(2027, 5, 31))
    alice.session.commit()
    assert remind_on(alice, date(2027, 6, 1)) == 1
    waive_open(alice.session, order_id, alice.now, "Cancelled")
    alice.session.commit()
    assert remind_on(alice, date(2027, 9, 1)) == 0


def test_nobody_is_reminded_of_generated_history(alice: Context) -> None:
    add_staff("manager")
    order_id = add_order(alice, 1000)
    alice.session.execute(update(Engagement).where(Engagement.id == order_id).values(is_generated=True))
    alice.session.commit()
    assert remind_on(alice, date(2027, 6, 1)) == 0
    with clock.frozen(datetime(2027, 6, 1, 12, tzinfo=UTC)):
        remind_of_payments()
    assert reminders_of(alice) == []
    assert alice.tenant.id not in customers_with_plans()


@pytest.mark.demo
def test_customers_of_the_demo_are_reminded_as_the_others_are(alice: Context) -> None:
    add_order(alice, 1000)
    with clock.frozen(datetime(2026, 12, 20, 12, tzinfo=UTC)):
        remind_of_payments()
    assert reminders_of(alice) == [("instalment_overdue", "$500.00")]


def test_the_job_reminds_the_customers_of_the_operator_and_may_run_twice(
    alice: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_staff("manager")
    order_id = add_order(alice, 1000)
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 12, 20, 12, tzinfo=UTC))
    remind_of_payments()
    assert remind_of_payments() == 0
    assert reminders_of(alice) == [("instalment_overdue", "$500.00")]
    with TenantSession(alice.tenant.id, "", system=True) as session:
        assert len(session.scalars(select(Reminder)).all()) == 1
    record_payment(
        replace(alice, now=datetime(2026, 12, 20, 12, tzinfo=UTC)), order_id, paid("500", date(2026, 12, 20))
    )
    monkeypatch.setattr(clock, "now", lambda: datetime(2027, 2, 20, 12, tzinfo=UTC))
    remind_of_payments()
    assert len(reminders_of(alice)) == 1


def test_nobody_is_reminded_of_a_generated_order(alice: Context) -> None:
    order_id = add_order(alice, 1000)
    set_columns(alice, order_id, is_generated=True)
    assert remind_on(alice, date(2027, 6, 1)) == 0
    set_columns(alice, order_id, is_generated=False)
    assert remind_on(alice, date(2027, 6, 1)) == 1
