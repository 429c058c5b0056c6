"""What the customer's contacts are told of their order: each transition once, without the staff's words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from core.business.billing.tables import Instalment
from core.business.engagements.actions import approve_order
from core.business.engagements.lookup import today_of
from core.business.engagements.milestones.rules import MilestoneKey
from core.business.engagements.states.moving import cancel_order, go_live_with_statement, move_order
from core.business.engagements.states.telling import FOR_CUSTOMER, FOR_PAYMENT, FOR_US, pause_class
from core.business.engagements.tables import Engagement
from core.business.engagements.tasks.actions import TaskDetails, add_task, finish_task
from core.context import Context
from core.db.session import TenantSession
from core.errors import ConflictError
from core.platform.access.actions import enter
from core.platform.access.tables import Person
from core.platform.delivery.notifications import notifications
from core.platform.delivery.templates import render
from core.platform.events.kinds import KINDS
from core.platform.events.tables import OutboxEvent, OutboxMessage
from tests.business.engagements.desk import add_lead, add_order, reach_all, set_columns
from tests.staff import add_contact

TOLD = (
    *("order_approved", "order_moved_on", "order_on_hold", "order_resumed", "order_live"),
    *("order_completed", "order_cancelled"),
)


@pytest.fixture
def contact(alice: Context) -> str:
    return add_contact(alice.tenant.id)


def told(context: Context) -> list[tuple[str, str]]:
    """List kind and step or reason of what the customer was told, in its order."""
    with TenantSession(context.tenant.id, "", system=True) as session:
        query = select(OutboxEvent).where(OutboxEvent.kind.in_(TOLD))
        rows = session.scalars(query.order_by(OutboxEvent.created_at, OutboxEvent.id))
        return [(row.kind, row.facts.get("step") or row.facts.get("why") or "") for row in rows]


def hold(context: Context, order_id: str) -> str:
    """Put an order on hold and take it up again; what the customer was told as the reason."""
    move_order(context, order_id, "hold", "Ana quarrels with the owner")
    move_order(context, order_id, "resume")
    return told(context)[-2][1]


def test_the_contact_hears_of_each_step_of_an_order_once(alice: Context, contact: str) -> None:
    order_id = add_order(alice)
    approve_order(alice, order_id)
    add_lead(alice, order_id)
    reach_all(alice, order_id, [key for key in MilestoneKey if key not in {"go_live", "closure"}])
    for event in ("start", "migrate_data", "set_up", "train", "test"):
        move_order(alice, order_id, event)
    go_live_with_statement(alice, order_id, "The old system is switched off")
    reach_all(alice, order_id, ["closure"])
    move_order(alice, order_id, "complete")
    assert told(alice) == [
        ("order_approved", ""),
        ("order_moved_on", "Your project has begun"),
        ("order_moved_on", "We move your data now"),
        ("order_moved_on", "We set up your system now"),
        ("order_moved_on", "Your training begins"),
        ("order_moved_on", "We test with you now"),
        ("order_live", ""),
        ("order_completed", ""),
    ]
    with enter(contact, alice.tenant.id) as context:
        notices = [notice for notice in notifications(context) if notice.kind in TOLD]
    assert len(notices) == 8
    assert {(notice.path, notice.order_id) for notice in notices} == {("my_order", order_id)}


def test_a_pause_is_told_by_its_class_and_never_in_the_staff_s_words(alice: Context, contact: str) -> None:
    order_id = add_order(alice, "training")
    alice.session.execute(update(Instalment).values(due_on=today_of(alice) + timedelta(days=5)))
    alice.session.commit()
    assert hold(alice, order_id) == FOR_US
    alice.session.execute(update(Instalment).values(due_on=today_of(alice) - timedelta(days=1)))
    alice.session.commit()
    assert hold(alice, order_id) == FOR_PAYMENT
    add_task(alice, order_id, TaskDetails("Check the invoice"))
    assert hold(alice, order_id) == FOR_PAYMENT
    task_id = add_task(alice, order_id, TaskDetails("Send the menu", side="customer"))
    assert hold(alice, order_id) == FOR_CUSTOMER
    finish_task(alice, task_id)
    order = alice.session.get_one(Engagement, (alice.tenant.id, order_id))
    assert pause_class(alice, order) == FOR_PAYMENT
    with enter(contact, alice.tenant.id) as context:
        texts = [notice.text for notice in notifications(context)]
    assert texts
    assert not [text for text in texts if "Ana" in text]


def test_a_cancellation_is_told_without_its_reason(alice: Context, contact: str) -> None:
    cancel_order(alice, add_order(alice, "approved"), "They chose a rival")
    assert told(alice)[-1] == ("order_cancelled", "")
    with TenantSession(alice.tenant.id, "", system=True) as session:
        assert "rival" not in str([row.facts for row in session.scalars(select(OutboxEvent))])


def test_what_is_refused_tells_nobody(alice: Context, contact: str) -> None:
    order_id = add_order(alice, "approved")
    before = told(alice)
    with pytest.raises(ConflictError):
        move_order(alice, order_id, "start")
    assert told(alice) == before


def test_a_generated_history_tells_nobody(alice: Context, contact: str) -> None:
    order_id = add_order(alice, "training")
    set_columns(alice, order_id, is_generated=True)
    before = told(alice)
    move_order(alice, order_id, "hold", "A reason")
    cancel_order(alice, order_id, "A reason")
    assert told(alice) == before


def test_contacts_with_an_address_get_a_mail_and_the_staff_does_not(alice: Context, contact: str) -> None:
    order_id = add_order(alice, "training")
    with TenantSession("", contact, system=True) as session:
        session.execute(update(Person).where(Person.id == contact).values(email=f"{contact}@example.com"))
        session.commit()
    move_order(alice, order_id, "hold", "A reason")
    with TenantSession(alice.tenant.id, "", system=True) as session:
        query = (
            select(OutboxMessage.person_id, OutboxMessage.channel)
            .join(OutboxEvent, OutboxEvent.id == OutboxMessage.event_id)
            .where(OutboxEvent.kind == "order_on_hold")
        )
        assert session.execute(query).all() == [(contact, "email")]


@pytest.mark.parametrize("kind", TOLD)
def test_each_message_names_order_and_link_and_whom_to_ask(kind: str) -> None:
    values = {"product": "OneClass", "customer": "Acacia", "actor": "", "until": "", "order": "OC-1"}
    values |= {"link": "https://x.example/my_order", "support": "help@x.example"}
    message = render(kind, values | {"step": "We test with you now", "why": FOR_US})
    assert "OC-1" in f"{message.subject} {message.text}"
    assert "https://x.example/my_order" in message.text
    assert "https://x.example/my_order" in message.html
    assert "Questions? help@x.example" in message.text
    assert KINDS[kind].path == "my_order"
