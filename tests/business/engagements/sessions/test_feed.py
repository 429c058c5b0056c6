"""The private calendar of a specialist: found by its token, with the sessions of the customers they still reach."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta

import pytest
import vobject
from sqlalchemy import text

from core.business.engagements.sessions.actions import book_session, cancel_session, move_session
from core.business.engagements.sessions.feed import calendar_of
from core.business.specialists.availability.feeds import end_feed, has_feed, rotate_feed
from core.context import Context
from core.db.session import TenantSession
from core.errors import NotFoundError
from core.kit import clock
from core.platform.access.actions import enter
from tests.business.engagements.sessions.office import MORNING, NOW, add_specialist, open_office
from tests.operators import add_staff, operator
from tests.staff import assign, end_assignments


@pytest.fixture
def specialist(alice: Context) -> str:
    """A specialist of the operator who is assigned to Alice's customer; the id of the person."""
    person = add_staff("specialist").person
    assign(alice.tenant.id, person)
    return person


def new_feed(person: str) -> str:
    with enter(person, operator()[0]) as context:
        address = rotate_feed(context)
        assert has_feed(context)
    return address.rpartition("/")[2].removesuffix(".ics")


def events(token: str) -> list[vobject.base.Component]:
    content = calendar_of(token)
    assert content is not None
    return list(getattr(vobject.readOne(content.decode()), "vevent_list", []))


def test_a_feed_has_the_sessions_of_a_specialist_as_they_stand_now(alice: Context, specialist: str) -> None:
    office = open_office(replace(alice, now=NOW), specialist)
    token = new_feed(specialist)
    with clock.frozen(NOW):
        assert events(token) == []
        manager = replace(alice, now=NOW)
        session_id = book_session(manager, office.order, "discovery", office.specialist, MORNING)
        [event] = events(token)
        assert event.summary.value == f"Discovery session: {alice.tenant.name}"
        assert event.dtstart.value.astimezone(UTC) == MORNING
        assert "Review current POS setup" in event.description.value
        uid = event.uid.value
        move_session(manager, session_id, MORNING + timedelta(days=1), "Moved")
        [event] = events(token)
        assert (event.uid.value, event.sequence.value) == (uid, "1")
        assert event.dtstart.value.astimezone(UTC) == MORNING + timedelta(days=1)
        cancel_session(manager, session_id, "Cancelled")
        [event] = events(token)
        assert (event.uid.value, event.status.value, event.sequence.value) == (uid, "CANCELLED", "2")


def test_of_a_customer_who_is_reached_no_more_only_the_time_is_told(alice: Context, specialist: str) -> None:
    office = open_office(replace(alice, now=NOW), specialist)
    book_session(replace(alice, now=NOW), office.order, "discovery", office.specialist, MORNING)
    token = new_feed(specialist)
    end_assignments(alice.tenant.id, specialist)
    with clock.frozen(NOW):
        [event] = events(token)
    assert event.summary.value == "Guided session"
    assert event.dtstart.value.astimezone(UTC) == MORNING
    assert "description" not in event.contents


@pytest.mark.parametrize("days", [-2, 2])
def test_the_address_of_who_left_opens_nothing_after_the_last_day(specialist: str, days: int) -> None:
    entry = add_specialist(specialist)
    token = new_feed(specialist)
    with TenantSession(operator()[0], specialist, system=True) as session:
        day = clock.now().date() + timedelta(days=days)
        session.execute(
            text("update specialist set ended_on = :day where id = :it"), {"day": day, "it": entry}
        )
        session.commit()
    assert (calendar_of(token) is not None) is (days > 0)


def test_a_new_address_closes_the_one_before_and_only_its_hash_is_stored(specialist: str) -> None:
    add_specialist(specialist)
    first = new_feed(specialist)
    second = new_feed(specialist)
    assert calendar_of(first) is None
    assert calendar_of(second) is not None
    with TenantSession(operator()[0], specialist, system=True) as session:
        digest = session.scalar(
            text("select feed_digest from specialist where person_id = :it"), {"it": specialist}
        )
    assert len(digest) == 32
    assert second.encode() not in bytes(digest)
    with enter(specialist, operator()[0]) as context:
        end_feed(context)
        assert not has_feed(context)
        count = text(
            "select count(*) from audit_line where action = 'guided_session.feed' and person_id = :it"
        )
        assert context.session.scalar(count, {"it": specialist}) == 3
    assert calendar_of(second) is None


@pytest.mark.usefixtures("database")
def test_who_is_no_specialist_has_no_calendar() -> None:
    staff = add_staff("manager")
    with enter(staff.person, staff.operator) as context:
        assert not has_feed(context)
        for call in (rotate_feed, end_feed):
            with pytest.raises(NotFoundError, match="not a specialist"):
                call(context)
    assert calendar_of("no-such-token-no-such-token") is None
