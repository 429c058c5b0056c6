"""Who may confirm a risky decision hears of it at once, and not again for every further one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.db.session import TenantSession
from core.engine.mapping import actions, views
from core.engine.mapping.actions.second_wanted import QUIET
from core.kit import clock
from core.platform.access.actions import enter
from core.platform.delivery.notifications import mark_read, notifications, unread_count
from core.platform.events.tables import OutboxEvent


@pytest.fixture(autouse=True)
def _nothing_is_unread(alice, bob, sam):
    for person in (alice, bob, sam):
        mark_read(person)


def change_consent(context, migration, transform="equals('true')"):
    field = next(
        row for row in views.field_rows(context, migration) if row.target == "customer.marketing_opt_in"
    )
    actions.decide(
        context, field.id, version=field.version, target="customer.marketing_opt_in", transform=transform
    )
    context.session.rollback()


def emitted(context):
    context.session.rollback()
    return list(
        context.session.scalars(select(OutboxEvent).where(OutboxEvent.kind == "second_person_wanted"))
    )


def test_a_risky_decision_is_announced_to_who_may_confirm_it(alice, bob, sam, decided_toast):
    change_consent(alice, decided_toast)
    [event] = emitted(alice)
    assert event.facts == {"migration": event.facts["migration"], "migration_id": decided_toast, "fields": 1}
    notice = notifications(bob)[0]
    assert (notice.kind, notice.path, notice.is_read) == ("second_person_wanted", "mapping", False)
    assert unread_count(alice) == unread_count(sam) == 0


def test_further_decisions_of_the_same_hour_are_not_announced(alice, bob, decided_toast):
    change_consent(alice, decided_toast)
    change_consent(bob, decided_toast, "equals('yes')")
    assert len(emitted(alice)) == 1
    with TenantSession(alice.tenant.id, "") as session:
        assert session.scalars(select(OutboxEvent.kind)).all() == ["second_person_wanted"]


def test_after_an_hour_a_further_decision_is_announced_again(alice, decided_toast):
    with (
        clock.frozen(clock.now() - QUIET - timedelta(minutes=1)),
        enter(alice.person, alice.tenant.id) as earlier,
    ):
        change_consent(earlier, decided_toast)
    change_consent(alice, decided_toast, "equals('yes')")
    assert len(emitted(alice)) == 2


def test_a_decision_that_needs_nobody_is_not_announced(alice, decided_toast):
    field = next(row for row in views.field_rows(alice, decided_toast) if row.target == "customer.first_name")
    actions.decide(alice, field.id, version=field.version, target=None, status="ignored")
    assert emitted(alice) == []


def test_an_undo_is_not_announced(alice, decided_toast):
    change_consent(alice, decided_toast)
    batch = views.batches(alice, decided_toast)[0]
    actions.undo(alice, batch.id)
    assert len(emitted(alice)) == 1
