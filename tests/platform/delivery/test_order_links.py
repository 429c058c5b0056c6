"""Messages about an order open that very order: the staff's page for staff, the customer's own for their contacts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from core.context import Context
from core.db.session import TenantSession
from core.kit.ids import new_id
from core.platform.access.actions import enter
from core.platform.access.tables import Person
from core.platform.delivery import sender
from core.platform.delivery.composing import screen_link
from core.platform.delivery.notifications import notifications
from core.platform.events.actions import emit
from core.platform.events.kinds import KINDS
from tests.staff import add_contact

FOR_STAFF = [
    "customer_task_done",
    "escalation_opened",
    "escalation_overdue",
    "order_assigned",
    "order_submitted",
]
FOR_CONTACTS = ["feedback_wanted", "order_received", "order_team"]
FOR_BOTH = ["instalment_due", "instalment_overdue", "payment_received"]


def facts_of(kind: str, order: str) -> dict[str, Any]:
    return dict.fromkeys(KINDS[kind].facts, "x") | {"engagement_id": order}


@pytest.mark.parametrize("kind", [*FOR_STAFF, *FOR_BOTH])
def test_a_link_for_staff_opens_the_order(kind: str) -> None:
    order = new_id()
    assert screen_link(kind, "bella", facts_of(kind, order)).endswith(f"/orders?tenant=bella&order={order}")


@pytest.mark.parametrize("kind", [*FOR_CONTACTS, *FOR_BOTH])
def test_a_link_for_a_contact_opens_their_page_of_the_order(kind: str) -> None:
    order = new_id()
    link = screen_link(kind, "bella", facts_of(kind, order), is_contact=True)
    assert link.endswith(f"/my_order?tenant=bella&order={order}")


def test_a_session_opens_among_the_sessions_for_staff_and_at_the_order_for_a_contact() -> None:
    facts = facts_of("session_moved", "o") | {"session_id": "s"}
    assert screen_link("session_moved", "bella", facts).endswith("/sessions?tenant=bella&session=s")
    link = screen_link("session_moved", "bella", facts, is_contact=True)
    assert link.endswith("/my_order?tenant=bella&order=o")


def test_every_kind_that_knows_its_order_opens_it_for_somebody() -> None:
    for kind, definition in KINDS.items():
        if "engagement_id" in definition.facts:
            links = [screen_link(kind, "b", facts_of(kind, "o"), is_contact=is_it) for is_it in (False, True)]
            assert any("order=o" in link for link in links), kind


def test_one_event_leads_each_recipient_to_their_own_page(
    alice: Context, addresses: dict[str, str], mail_server: object, keeper: Any, outbox: Callable[[], Any]
) -> None:
    contact = add_contact(alice.tenant.id)
    with TenantSession("", contact, system=True) as session:
        session.execute(update(Person).where(Person.id == contact).values(email=f"{contact}@example.com"))
        session.commit()
    order = new_id()
    emit(alice, "payment_received", to=[alice.person, contact], **facts_of("payment_received", order))
    alice.session.commit()
    assert sender.deliver() == 2
    bodies = {
        message["To"]: message.get_body(("plain",)).get_content().replace("=\n", "")
        for message in keeper.messages
    }
    tail = f"tenant={alice.tenant.slug}&order={order}"
    assert f"https://console.example.com/orders?{tail}" in bodies[addresses[alice.person]]
    assert f"https://console.example.com/my_order?{tail}" in bodies[f"{contact}@example.com"]
    assert [notice.path for notice in notifications(alice, limit=1_000) if notice.order_id == order] == [
        "orders"
    ]
    with enter(contact, alice.tenant.id) as context:
        [notice] = notifications(context)
        assert (notice.path, notice.order_id) == ("my_order", order)


def test_events_of_earlier_days_without_the_order_lead_to_the_screen_alone() -> None:
    assert screen_link("order_submitted", "bella", {"order": "1"}).endswith("/orders?tenant=bella")
    assert screen_link("order_team", "b", {"order_id": "o"}).endswith("/my_order?tenant=b&order=o")
