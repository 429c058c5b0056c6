"""Invitations to guided sessions as a real mail server takes them: another library reads the calendar back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
import vobject
from sqlalchemy import update

from core.business.engagements.sessions.actions import book_session, cancel_session, move_session
from core.business.engagements.sessions.own import book_own_session, move_own_session
from core.business.engagements.states.moving import move_order
from core.context import Context
from core.db.session import TenantSession
from core.platform.access.actions import enter
from core.platform.access.tables import Person
from core.platform.delivery import sender
from tests.business.engagements.sessions.office import MORNING, NOW, Office, open_office
from tests.operators import operator
from tests.platform.delivery.mail_server import Keeper, MailServer
from tests.staff import add_contact

DAY = timedelta(days=1)
LENGTH = timedelta(hours=2)


def address_of(person: str) -> str:
    return f"{person}@bella.example"


@pytest.fixture
def office(alice: Context, people: dict[str, str], addresses: dict[str, str]) -> Office:
    operator()
    return open_office(replace(alice, now=NOW), people["bob"])


@pytest.fixture
def contact(alice: Context, office: Office) -> str:
    person = add_contact(alice.tenant.id)
    with TenantSession("", person, system=True) as session:
        session.execute(update(Person).where(Person.id == person).values(email=address_of(person)))
        session.commit()
    return person


@pytest.fixture
def received(mail_server: MailServer, keeper: Keeper) -> Callable[[], dict[str, EmailMessage]]:
    """received(): hand over what waits, and return it by its recipient."""

    def deliver() -> dict[str, EmailMessage]:
        keeper.messages.clear()
        sender.deliver()
        return {str(message["To"]): message for message in keeper.messages}

    return deliver


def calendar_of(message: EmailMessage) -> Any:
    """Read the one calendar file of a message with vobject; its method is that of the part that carries it."""
    [part] = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    calendar = vobject.readOne(part.get_content())
    assert part.get_filename() == "session.ics"
    assert part["Content-Type"].params["method"] == calendar.method.value
    return calendar


def facts(calendar: Any) -> tuple[str, int, datetime, datetime]:
    event = calendar.vevent
    start, end = (moment.value.astimezone(UTC) for moment in (event.dtstart, event.dtend))
    return calendar.method.value, int(event.sequence.value), start, end


def test_book_move_and_cancel_are_one_entry_of_the_calendar_with_growing_sequence(
    alice: Context, office: Office, contact: str, received: Callable[[], dict[str, EmailMessage]]
) -> None:
    manager = replace(alice, now=NOW)
    session_id = book_session(manager, office.order, "discovery", office.specialist, MORNING)
    booked = received()
    move_session(manager, session_id, MORNING + DAY, "The till is away")
    moved = received()
    cancel_session(manager, session_id, "Postponed")
    cancelled = received()
    for address in ("bob@example.com", address_of(contact)):
        calendars = [calendar_of(messages[address]) for messages in (booked, moved, cancelled)]
        assert [facts(calendar) for calendar in calendars] == [
            ("REQUEST", 0, MORNING, MORNING + LENGTH),
            ("REQUEST", 1, MORNING + DAY, MORNING + DAY + LENGTH),
            ("CANCEL", 2, MORNING + DAY, MORNING + DAY + LENGTH),
        ]
        [uid] = {calendar.vevent.uid.value for calendar in calendars}
        assert uid == f"{session_id}@guided-sessions.auraconnect"
        assert {calendar.vevent.attendee.value for calendar in calendars} == {f"mailto:{address}"}
        assert {calendar.vevent.organizer.value for calendar in calendars} == {"mailto:console@example.com"}
        assert calendars[-1].vevent.status.value == "CANCELLED"
    assert "Review current POS setup" in calendar_of(booked["bob@example.com"]).vevent.description.value


def test_a_time_that_the_customer_chose_reaches_both_sides_the_same_way(
    alice: Context, office: Office, contact: str, received: Callable[[], dict[str, EmailMessage]]
) -> None:
    with enter(contact, alice.tenant.id) as context:
        customer = replace(context, now=NOW)
        session_id = book_own_session(customer, office.order, "discovery", MORNING)
        booked = received()
        move_own_session(customer, session_id, MORNING + DAY, "The chef is away")
    moved = received()
    assert set(booked) == set(moved) == {"bob@example.com", address_of(contact)}
    for address in booked:
        first, second = calendar_of(booked[address]), calendar_of(moved[address])
        assert facts(first)[:2] == ("REQUEST", 0)
        assert facts(second) == ("REQUEST", 1, MORNING + DAY, MORNING + DAY + LENGTH)
        assert first.vevent.uid.value == second.vevent.uid.value
    text = moved[address_of(contact)].get_body(("plain",)).get_content()
    assert f"/my_order?tenant={alice.tenant.slug}&order={office.order}" in text
    text = moved["bob@example.com"].get_body(("plain",)).get_content()
    assert f"/sessions?tenant={alice.tenant.slug}&session={session_id}" in text


def test_an_order_s_other_messages_bring_no_calendar(
    alice: Context, office: Office, contact: str, received: Callable[[], dict[str, EmailMessage]]
) -> None:
    move_order(alice, office.order, "hold", "A reason")
    message = received()[address_of(contact)]
    assert [part.get_content_type() for part in message.walk() if not part.is_multipart()] == [
        "text/plain",
        "text/html",
    ]
