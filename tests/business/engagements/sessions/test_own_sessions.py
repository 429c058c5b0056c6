"""Times that the customer's contact chooses: the next session alone, by the same rules, and none of anybody else's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from core.business.engagements.ordering.following import next_step
from core.business.engagements.ordering.next_step import StepKind
from core.business.engagements.sessions.actions import book_session, cancel_session, hold_session
from core.business.engagements.sessions.customer_hours import set_customer_hours
from core.business.engagements.sessions.own import (
    awaited_session,
    book_own_session,
    is_movable,
    move_own_session,
    own_moving_slots,
    own_slots,
)
from core.business.engagements.sessions.views import guided_session
from core.business.engagements.tables import TeamMember
from core.context import Context
from core.db.session import TenantSession
from core.errors import AppError, ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from core.platform.access.actions import enter
from core.platform.audit.tables import AuditLine
from core.platform.events.tables import OutboxEvent
from tests.business.engagements.desk import set_columns
from tests.business.engagements.sessions.office import (
    MORNING,
    NOW,
    Office,
    add_absence,
    add_order,
    add_specialist,
    join_team,
)
from tests.staff import add_contact

DAY = timedelta(days=1)


@pytest.fixture
def contact(manager: Context) -> Iterator[Context]:
    with enter(add_contact(manager.tenant.id), manager.tenant.id) as context:
        yield replace(context, now=NOW)


def book(contact: Context, office: Office, at: datetime = MORNING, kind: str = "discovery", **more) -> str:
    return book_own_session(contact, office.order, kind, at, **more)


def test_a_contact_books_the_next_session_at_an_offered_time(
    manager: Context, contact: Context, office: Office, people: dict[str, str]
) -> None:
    awaited = awaited_session(contact, office.order)
    assert awaited is not None
    assert (awaited.kind, awaited.title, awaited.specialist) == ("discovery", "Discovery", "Bob")
    step = next_step(contact)
    assert step is not None
    assert (step.kind, step.text) == (StepKind.BOOK, "Discovery session with Bob")
    offer = own_slots(contact, office.order, "discovery")
    slot = offer.slots[-1]
    session_id = book(contact, office, slot.start)
    view = guided_session(manager, session_id)
    assert (view.starts_at, view.ends_at, view.specialist) == (slot.start, slot.end, "Bob")
    with TenantSession(manager.tenant.id, "", system=True) as session:
        event = session.scalars(select(OutboxEvent).where(OutboxEvent.kind == "session_booked")).one()
        query = select(AuditLine.person_id).where(AuditLine.action == "guided_session.book")
        assert list(session.scalars(query)) == [contact.person]
    assert event.person_id == contact.person
    assert awaited_session(contact, office.order).kind == "mapping"


@pytest.mark.parametrize("kind", ["mapping", "go_live"])
def test_a_session_that_is_not_the_next_is_not_booked(contact: Context, office: Office, kind: str) -> None:
    with pytest.raises(ConflictError, match="not the next one to book"):
        book(contact, office, kind=kind, accept_charge=True)


def test_a_session_that_was_cancelled_awaits_its_time_again(
    manager: Context, contact: Context, office: Office
) -> None:
    cancel_session(manager, book(contact, office), "Closed that day")
    assert awaited_session(contact, office.order).kind == "discovery"
    book(contact, office)


@pytest.mark.parametrize(
    ("at", "error", "words"),
    [
        (MORNING.replace(hour=11), ConflictError, "outside the specialist's working hours"),
        (MORNING.replace(hour=20, minute=30), ConflictError, "outside the customer's hours"),
        (NOW + timedelta(hours=3), InvalidInputError, "at least 24 hours ahead"),
        (NOW + timedelta(days=200), InvalidInputError, "at most"),
        (MORNING.replace(tzinfo=None), InvalidInputError, "no time zone"),
    ],
)
def test_what_is_refused_to_the_staff_is_refused_to_a_contact(
    contact: Context, office: Office, at: datetime, error: type[AppError], words: str
) -> None:
    with pytest.raises(error, match=words):
        book(contact, office, at)


def test_hours_that_the_contact_sets_and_absences_bound_what_is_offered(
    contact: Context, office: Office, people: dict[str, str]
) -> None:
    set_customer_hours(contact, {"wed": [["09:00", "12:00"]]}, [MORNING.date()])
    contact.session.commit()
    add_absence(people["bob"], office.specialist, datetime(2026, 6, 10, tzinfo=UTC), 1)
    days = {slot.start.date() for slot in own_slots(contact, office.order, "discovery").slots}
    assert days
    assert all(day.strftime("%a") == "Wed" for day in days)
    assert not days & {MORNING.date(), datetime(2026, 6, 10, tzinfo=UTC).date()}


def test_time_beyond_the_package_is_booked_when_the_contact_accepts_its_charge(
    contact: Context, office: Office
) -> None:
    book(contact, office)
    assert own_slots(contact, office.order, "mapping").beyond == 180
    with pytest.raises(ConflictError, match="beyond the consultation of the package, charged with"):
        book(contact, office, MORNING + DAY, "mapping")
    book(contact, office, MORNING + DAY, "mapping", accept_charge=True)


@pytest.mark.parametrize("state", ["pending", "on_hold", "completed", "cancelled"])
def test_an_order_that_is_not_worked_on_awaits_no_session(
    manager: Context, contact: Context, office: Office, state: str
) -> None:
    set_columns(manager, office.order, state=state)
    assert awaited_session(contact, office.order) is None
    with pytest.raises(ConflictError, match="No session is booked for an order"):
        book(contact, office)


def test_without_a_lead_nothing_can_be_chosen_yet(manager: Context, contact: Context, office: Office) -> None:
    manager.session.execute(update(TeamMember).values(role="reserve"))
    manager.session.commit()
    assert awaited_session(contact, office.order) is None
    for call in (lambda: own_slots(contact, office.order, "discovery"), lambda: book(contact, office)):
        with pytest.raises(ConflictError, match="no specialist yet"):
            call()


def test_a_contact_moves_a_booked_session_with_a_reason(
    manager: Context, contact: Context, office: Office
) -> None:
    session_id = book(contact, office)
    offer = own_moving_slots(contact, session_id)
    assert offer.beyond == 0
    assert MORNING in {slot.start for slot in offer.slots}  # its own time is no obstacle
    with pytest.raises(InvalidInputError, match="A reason is missing"):
        move_own_session(contact, session_id, MORNING + DAY, " ")
    move_own_session(contact, session_id, MORNING + DAY, "The chef is away")
    view = guided_session(manager, session_id)
    assert (view.starts_at, view.sequence, view.reason) == (MORNING + DAY, 1, "The chef is away")


def test_a_session_that_is_about_to_begin_or_was_held_is_not_moved_by_the_contact(
    manager: Context, contact: Context, office: Office
) -> None:
    session_id = book(contact, office)
    late = replace(contact, now=MORNING - timedelta(hours=23))
    with pytest.raises(ConflictError, match="begins in less than 24 hours") as refused:
        move_own_session(late, session_id, MORNING + 2 * DAY, "Rain")
    assert "sales@auraconnect.ai" in refused.value.hint
    hold_session(replace(manager, now=MORNING + timedelta(hours=1)), session_id, "Done")
    with pytest.raises(ConflictError, match="This session is held already"):
        move_own_session(contact, session_id, MORNING + 2 * DAY, "Rain")


def test_the_last_moment_to_move_is_the_notice_before_the_session() -> None:
    assert is_movable(NOW + DAY, NOW)
    assert not is_movable(NOW + DAY - timedelta(seconds=1), NOW)


def test_nobody_else_chooses_times_for_a_customer(
    manager: Context, contact: Context, office: Office, tenants: dict[str, str], people: dict[str, str]
) -> None:
    session_id = book(contact, office)
    other = next(tenant for tenant in tenants.values() if tenant != manager.tenant.id)
    with enter(add_contact(other), other) as stranger:
        for call in (
            lambda: awaited_session(stranger, office.order),
            lambda: own_slots(stranger, office.order, "mapping"),
            lambda: own_moving_slots(stranger, session_id),
            lambda: book_own_session(stranger, office.order, "mapping", MORNING),
            lambda: move_own_session(stranger, session_id, MORNING + DAY, "Mine now"),
        ):
            with pytest.raises(NotFoundError):
                call()
    with pytest.raises(NotAllowedError):
        book_own_session(manager, office.order, "mapping", MORNING)
    with pytest.raises(NotAllowedError):
        book_session(contact, office.order, "mapping", office.specialist, MORNING)


def test_sessions_of_two_customers_do_not_meet_at_one_specialist(
    contact: Context, office: Office, mallory: Context, people: dict[str, str]
) -> None:
    book(contact, office)
    theirs = add_order(mallory)
    add_specialist(people["bob"])
    join_team(mallory, theirs, people["bob"])
    with enter(add_contact(mallory.tenant.id), mallory.tenant.id) as context:
        neighbour = replace(context, now=NOW)
        book(contact, office, MORNING + DAY, "mapping", accept_charge=True)
        with pytest.raises(ConflictError, match="the specialist has another session") as refused:
            book_own_session(neighbour, theirs, "discovery", MORNING + DAY)
        assert "Bella" not in f"{refused.value} {refused.value.hint}"
