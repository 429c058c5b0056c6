"""A person finds what concerns them under the bell, of all customers they reach, and nobody finds another's."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from core.db.session import TenantSession
from core.errors import InvalidInputError
from core.kit.ids import new_id
from core.platform.audit.views import audit_lines
from core.platform.delivery.notifications import (
    choose_notifications,
    mark_read,
    notification_choices,
    notifications,
    unread_count,
)
from core.platform.events.actions import emit
from core.platform.events.kinds import KINDS


@pytest.fixture(autouse=True)
def _nothing_is_unread(alice, bob, sam, mallory):
    for person in (alice, bob, sam, mallory):
        mark_read(person)


def tell(context, *people, migration="Spring"):
    emit(context, "import_failed", to=people, migration=migration, migration_id="m", run_id="r")
    context.session.commit()


def unread(context):
    return [notice.id for notice in notifications(context) if not notice.is_read]


def test_a_notification_says_what_happened_and_where(alice, bob):
    tell(alice, bob.person)
    notice = notifications(bob)[0]
    assert notice.text == "Spring: import failed. It can be resumed."
    assert (notice.customer, notice.slug) == ("Bella", alice.tenant.slug)
    assert (notice.path, notice.migration_id, notice.is_read) == ("runs", "m", False)


def test_read_notifications_are_counted_no_more(alice, bob):
    for _ in range(3):
        tell(alice, bob.person)
    assert unread_count(bob) == 3
    assert mark_read(bob, unread(bob)[:1]) == 1
    assert unread_count(bob) == 2
    assert mark_read(bob, unread(bob)[:0]) == 0
    assert mark_read(bob) == 2
    assert (mark_read(bob), unread_count(bob)) == (0, 0)


def test_a_person_sees_those_of_every_customer_from_any_of_them(mallory, alice, sam):
    tell(alice, sam.person)
    tell(mallory, sam.person)
    assert {notice.customer for notice in notifications(sam)[:2]} == {"Bella", "Coffee"}
    assert unread_count(sam) == 2


def test_nobody_sees_counts_or_reads_another_s(alice, bob, mallory):
    tell(alice, bob.person)
    theirs = unread(bob)
    for colleague in (alice, mallory):
        assert not set(theirs) & {notice.id for notice in notifications(colleague)}
        assert unread_count(colleague) == 0
        assert mark_read(colleague, theirs) == mark_read(colleague) == 0
    assert unread(bob) == theirs


@pytest.mark.parametrize(
    "statement", ["select * from notification", "update notification set read_at = now() returning *"]
)
def test_no_statement_of_another_person_reaches_it(alice, bob, statement):
    tell(alice, bob.person)
    for tenant, person in ((alice.tenant.id, alice.person), (alice.tenant.id, ""), ("", "")):
        with TenantSession(tenant, person) as session:
            assert bob.person not in {str(row.person_id) for row in session.execute(text(statement))}


def test_who_does_not_reach_the_customer_any_more_sees_nothing_of_it(alice, bob, tenants):
    tell(alice, bob.person)
    with TenantSession(alice.tenant.id, alice.person) as session:
        session.execute(text("select end_membership(cast(:id as uuid))"), {"id": bob.person})
        session.commit()
    assert unread_count(bob) == 0


def test_a_notification_is_written_into_the_own_tenant_only(alice, mallory):
    writing = text(
        """insert into notification (tenant_id, id, created_at, event_id, person_id, kind, facts)
        values (:tenant, :id, now(), :id, :person, 'import_failed', '{}')"""
    )
    with (
        TenantSession(mallory.tenant.id, mallory.person) as session,
        pytest.raises(Exception, match="policy"),
    ):
        session.execute(writing, {"tenant": alice.tenant.id, "id": new_id(), "person": alice.person})


def test_a_person_chooses_which_kinds_are_mailed(alice, bob, addresses, outbox):
    choose_notifications(bob, {"import_failed": False})
    tell(alice, bob.person)
    assert (outbox(), unread_count(bob)) == ([], 1)
    choose_notifications(bob, {"import_failed": True})
    tell(alice, bob.person)
    assert [message.person_id for message in outbox()] == [bob.person]
    assert audit_lines(bob, object_id=bob.person)[0].action == "notification.choose"


def test_choices_are_the_person_s_alone(alice, bob):
    choose_notifications(bob, {"import_failed": False})
    assert all(choice.by_email for choice in notification_choices(alice))
    with TenantSession(alice.tenant.id, alice.person) as session:
        assert session.execute(text("select * from notification_choice")).all() == []
    choose_notifications(bob, {"import_failed": True})


@pytest.mark.parametrize("choice", [{"never_heard": True}, {"sign_in_locked": False}])
def test_what_is_no_choice_is_refused(bob, choice):
    with pytest.raises(InvalidInputError):
        choose_notifications(bob, choice)


CHOOSABLE = sorted(kind for kind, definition in KINDS.items() if not definition.required)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(choices=st.dictionaries(st.sampled_from(CHOOSABLE), st.booleans()))
def test_choices_are_shown_as_they_were_made(bob, choices):
    all_choices = dict.fromkeys(CHOOSABLE, True) | choices
    choose_notifications(bob, all_choices)
    displayed = {choice.kind: choice.by_email for choice in notification_choices(bob) if not choice.required}
    assert displayed == all_choices
    choose_notifications(bob, dict.fromkeys(CHOOSABLE, True))
