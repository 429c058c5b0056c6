"""Sessions are booked where both sides are free, moved and cancelled with a reason, and nobody is booked twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, text

from core.business.engagements.history import history
from core.business.engagements.sessions.actions import (
    book_session,
    cancel_session,
    hold_session,
    move_session,
    refresh_agenda,
)
from core.business.engagements.sessions.customer_hours import customer_hours, set_customer_hours
from core.business.engagements.sessions.views import (
    guided_session,
    offered_slots,
    order_sessions,
    session_minutes,
)
from core.business.engagements.tables import EngagementEvent
from core.business.specialists.tables import BusyTime
from core.context import Context
from core.db.session import TenantSession
from core.errors import AppError, ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from core.platform.access.actions import enter
from core.platform.audit.tables import AuditLine
from core.platform.events.tables import OutboxEvent
from tests.business.engagements.sessions.office import (
    MORNING,
    NOW,
    Office,
    add_absence,
    add_order,
    add_specialist,
    join_team,
    open_office,
)
from tests.operators import operator
from tests.staff import add_contact

DAY = timedelta(days=1)


def book(context: Context, office: Office, at: datetime = MORNING, kind: str = "discovery", **more) -> str:
    return book_session(context, office.order, kind, office.specialist, at, **more)


def busy_times(specialist: str) -> list[tuple[datetime, datetime, bool]]:
    with TenantSession(operator()[0], "", system=True) as session:
        rows = session.scalars(
            select(BusyTime).where(BusyTime.specialist_id == specialist).order_by(BusyTime.id)
        )
        return [(row.starts_at, row.ends_at, row.cancelled_at is None) for row in rows]


def test_a_session_is_booked_with_its_length_agenda_and_calendar(manager: Context, office: Office) -> None:
    session_id = book(manager, office)
    view = guided_session(manager, session_id)
    assert (view.state, view.title, view.sequence) == ("booked", "Discovery", 0)
    assert view.ends_at - view.starts_at == timedelta(hours=2)
    assert [item.text for item in view.agenda] == [
        "Review current POS setup",
        "Identify custom requirements",
    ]
    assert view.when == "Wed 3 Jun 2026, 10:00–12:00 EDT"
    assert (MORNING, MORNING + timedelta(hours=2), True) in busy_times(office.specialist)
    overview = order_sessions(manager, office.order)
    assert overview.missing == ["mapping", "testing", "go_live"]
    assert [member.id for member in overview.team] == [office.specialist]
    assert overview.meter.words == "2 h of 2 h used"


def test_what_happened_stands_in_the_history_the_audit_log_and_the_outbox(
    manager: Context, office: Office
) -> None:
    session_id = book(manager, office)
    move_session(manager, session_id, MORNING + DAY, "The till is away")
    cancel_session(manager, session_id, "Postponed")
    with TenantSession(manager.tenant.id, "", system=True) as session:
        history = session.scalars(select(EngagementEvent).order_by(EngagementEvent.created_at)).all()
        events = session.scalars(select(OutboxEvent).order_by(OutboxEvent.created_at)).all()
        lines = session.scalars(select(AuditLine).order_by(AuditLine.seq)).all()
    kinds = ["session_booked", "session_moved", "session_cancelled"]
    assert sorted(row.kind for row in history) == sorted(kinds)
    assert [row.kind for row in events] == kinds
    assert len({row.facts["uid"] for row in events}) == 1
    assert [row.facts["sequence"] for row in events] == [0, 1, 2]
    assert events[1].facts["was"] == "Wed 3 Jun 2026, 10:00–12:00 EDT"
    audited = [(line.action, line.reason) for line in lines if line.action.startswith("guided_session.")]
    assert audited == [
        ("guided_session.book", None),
        ("guided_session.move", None),
        ("guided_session.cancel", None),
    ]


def test_reasons_are_stored_encrypted_and_read_in_the_history(manager: Context, office: Office) -> None:
    session_id = book(manager, office)
    move_session(manager, session_id, MORNING + DAY, "Rosa is in hospital")
    cancel_session(manager, session_id, "Rosa has not come back")
    with TenantSession(manager.tenant.id, "", system=True) as session:
        rows = session.execute(
            text(
                "select g.*::text, e.*::text, o.*::text from guided_session g, engagement_event e, outbox_event o"
            )
        )
        stored = " ".join(str(value) for row in rows for value in row)
    assert "Rosa" not in stored
    reasons = {entry.kind: entry.reason for entry in history(manager, office.order)}
    assert (reasons["session_moved"], reasons["session_cancelled"]) == (
        "Rosa is in hospital",
        "Rosa has not come back",
    )
    assert not any("encrypted" in key for entry in history(manager, office.order) for key in entry.details)
    assert guided_session(manager, session_id).reason == "Rosa has not come back"


def test_a_moved_session_leaves_its_time_free_and_a_cancelled_one_too(
    manager: Context, office: Office
) -> None:
    first = book(manager, office)
    with pytest.raises(
        ConflictError, match="the specialist has another session, and the customer has another"
    ):
        book(manager, office, MORNING + timedelta(hours=1), accept_charge=True)
    move_session(manager, first, MORNING + timedelta(hours=1), "An hour later")
    assert guided_session(manager, first).reason == "An hour later"
    move_session(manager, first, MORNING + DAY, "Another day")
    second = book(manager, office, accept_charge=True)
    cancel_session(manager, second, "Not needed")
    book(manager, office, accept_charge=True)
    assert [free for *_, free in busy_times(office.specialist)][-3:] == [True, False, True]


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2026, 6, 3, 11, tzinfo=UTC), "outside the specialist's working hours, and it is outside"),
        (datetime(2026, 6, 3, 20, tzinfo=UTC), "outside the customer's hours"),
        (datetime(2026, 6, 6, 14, tzinfo=UTC), "working hours"),
    ],
)
def test_a_time_outside_of_the_hours_of_a_side_is_refused(
    manager: Context, office: Office, at: datetime, words: str
) -> None:
    with pytest.raises(ConflictError, match=words):
        book(manager, office, at)
    assert order_sessions(manager, office.order).sessions == []


def test_notice_absence_and_closed_days_are_kept(
    manager: Context, office: Office, people: dict[str, str]
) -> None:
    with pytest.raises(InvalidInputError, match="24 hours"):
        book(manager, office, NOW + timedelta(hours=3))
    add_absence(people["bob"], office.specialist, MORNING - timedelta(hours=6), 1)
    with pytest.raises(ConflictError, match="the specialist is away"):
        book(manager, office)
    set_customer_hours(manager, customer_hours(manager).hours, [date(2026, 6, 4)])
    with pytest.raises(ConflictError, match="the customer is closed"):
        book(manager, office, MORNING + DAY)
    assert not customer_hours(manager).is_assumed
    book(manager, office, MORNING + 2 * DAY)


def test_the_slots_that_are_offered_can_be_booked_and_the_others_cannot(
    manager: Context, office: Office, people: dict[str, str]
) -> None:
    set_customer_hours(manager, {"wed": [["10:00", "14:30"]], "thu": [["06:00", "10:00"]]})
    add_absence(people["bob"], office.specialist, datetime(2026, 6, 10, tzinfo=UTC), 7)
    offer = offered_slots(manager, office.order, "discovery", office.specialist)
    assert [f"{slot.start:%d %H:%M}" for slot in offer.slots[:7]] == [
        "03 14:00",
        "03 14:30",
        "03 15:00",
        "03 15:30",
        "03 16:00",
        "03 16:30",
        "04 12:00",
    ]
    assert not any(
        datetime(2026, 6, 10, tzinfo=UTC) <= slot.start < datetime(2026, 6, 17, tzinfo=UTC)
        for slot in offer.slots
    )
    session_id = book(manager, office, offer.slots[0].start)
    after = offered_slots(manager, office.order, "mapping", office.specialist)
    assert after.slots[0].start >= offer.slots[0].end - timedelta(0)
    assert after.beyond == 180
    moving = offered_slots(manager, office.order, "discovery", office.specialist, but_session=session_id)
    assert moving.slots == offer.slots
    assert moving.beyond == 0


def test_beyond_the_allowance_a_session_is_booked_only_with_the_charge_accepted(
    manager: Context, office: Office
) -> None:
    book(manager, office)
    with pytest.raises(ConflictError, match=r"3 h beyond .* charged with \$450") as refusal:
        book(manager, office, MORNING + DAY, "mapping")
    assert refusal.value.facts["minutes"] == 180
    mapping = book(manager, office, MORNING + DAY, "mapping", accept_charge=True)
    assert guided_session(manager, mapping).charged_minutes == 180


def test_a_held_session_charges_what_goes_beyond_with_an_instalment_of_its_own(
    manager: Context, office: Office
) -> None:
    first = book(manager, office)
    second = book(manager, office, MORNING + DAY, "testing", accept_charge=True)
    later = replace(manager, now=MORNING + 2 * DAY)
    hold_session(later, first, "Talked about tips", ["Keep tips apart", ""])
    hold_session(later, second, "Tested")
    rows = manager.session.execute(
        text("select number, amount, text, due_on from instalment order by number")
    ).all()
    assert [(row.number, float(row.amount)) for row in rows] == [(1, 1000.0), (2, 1000.0), (3, 300.0)]
    assert rows[2].text == "Testing session, 2 h beyond the package"
    assert rows[2].due_on == date(2026, 6, 19)
    assert manager.session.scalar(text("select total from payment_plan")) == 2300
    with pytest.raises(ConflictError, match="held already"):
        cancel_session(later, second, "Too late")
    hold_session(later, second, "Tested, and corrected")
    assert manager.session.scalar(text("select count(*) from instalment")) == 3


def test_a_cancelled_session_is_charged_to_nobody(manager: Context, office: Office) -> None:
    first = book(manager, office)
    second = book(manager, office, MORNING + DAY, "testing", accept_charge=True)
    cancel_session(manager, first, "Done by mail")
    assert guided_session(manager, second).charged_minutes == 0
    hold_session(replace(manager, now=MORNING + 2 * DAY), second, "Tested")
    assert manager.session.scalar(text("select count(*) from instalment")) == 2


def test_the_sessions_of_an_enterprise_order_do_not_count(manager: Context, people: dict[str, str]) -> None:
    operator()
    office = open_office(manager, people["bob"], package="enterprise")
    for number, kind in enumerate(("discovery", "mapping", "testing", "go_live")):
        book(
            manager,
            office,
            MORNING + number * DAY - (timedelta(hours=1) if number else timedelta(0))
            if number < 3
            else MORNING + 5 * DAY,
            kind,
        )
    overview = order_sessions(manager, office.order)
    assert overview.missing == []
    assert overview.meter.words == "Sessions are part of the service"
    assert {view.charged_minutes for view in overview.sessions} == {0}


def test_minutes_are_encrypted_and_their_reading_is_noted(manager: Context, office: Office) -> None:
    session_id = book(manager, office)
    assert session_minutes(manager, session_id) is None
    with pytest.raises(ConflictError, match="has not begun"):
        hold_session(manager, session_id, "Too early")
    hold_session(replace(manager, now=MORNING), session_id, "Maria keeps tips", ["Tips apart"])
    stored = manager.session.scalar(text("select minutes from guided_session"))
    assert b"Maria" not in bytes(stored)
    minutes = session_minutes(manager, session_id)
    assert minutes is not None
    assert (minutes.text, minutes.decisions) == ("Maria keeps tips", ("Tips apart",))
    readings = manager.session.scalar(text("select count(*) from audit_line where action = 'personal.read'"))
    assert readings == 1


def test_only_the_team_is_booked_and_only_for_an_order_that_is_worked_on(
    manager: Context, office: Office, people: dict[str, str]
) -> None:
    stranger = add_specialist(people["mallory"])
    with pytest.raises(ConflictError, match="not in the team"):
        book_session(manager, office.order, "discovery", stranger, MORNING)
    with pytest.raises(NotFoundError):
        book_session(manager, office.order, "discovery", office.order, MORNING)
    order_on_hold = add_order(manager, state="on_hold")
    join_team(manager, order_on_hold, people["bob"])
    with pytest.raises(ConflictError, match="on hold"):
        book_session(manager, order_on_hold, "discovery", office.specialist, MORNING)


def test_a_session_moves_to_a_colleague_of_the_team(
    manager: Context, office: Office, people: dict[str, str]
) -> None:
    colleague = add_specialist(people["mallory"], zone="Europe/London")
    join_team(manager, office.order, people["mallory"], "reviewer")
    session_id = book(manager, office)
    move_session(manager, session_id, MORNING, "Bob is on leave", specialist_id=colleague)
    view = guided_session(manager, session_id)
    assert (view.specialist_id, view.specialist_zone) == (colleague, "Europe/London")
    assert (MORNING, MORNING + timedelta(hours=2), True) in busy_times(colleague)
    assert not any(is_active for *_, is_active in busy_times(office.specialist))


def test_contacts_see_their_sessions_and_change_nothing_but_their_hours(
    manager: Context, office: Office, mallory: Context
) -> None:
    session_id = book(manager, office)
    with enter(add_contact(manager.tenant.id), manager.tenant.id) as contact:
        assert [view.id for view in order_sessions(contact, office.order).sessions] == [session_id]
        assert order_sessions(contact, office.order).team == []
        for call in (
            lambda: book(contact, office),
            lambda: cancel_session(contact, session_id, "No"),
            lambda: hold_session(contact, session_id, "No"),
            lambda: offered_slots(contact, office.order, "discovery", office.specialist),
        ):
            with pytest.raises(NotAllowedError):
                call()
        set_customer_hours(contact, {"mon": [["10:00", "12:00"]]})
    assert customer_hours(manager).hours == {"mon": [["10:00", "12:00"]]}
    for call in (
        lambda: guided_session(mallory, session_id),
        lambda: order_sessions(mallory, office.order),
        lambda: cancel_session(mallory, session_id, "Mine"),
        lambda: refresh_agenda(mallory, session_id),
    ):
        with pytest.raises(NotFoundError):
            call()


def test_many_people_who_book_at_once_take_a_time_once(
    manager: Context, office: Office, people: dict[str, str], mallory: Context
) -> None:
    """Two customers and one specialist: of all attempts at overlapping times exactly one wins for each free hour."""
    enterprise_order = add_order(replace(mallory, now=NOW), package="enterprise")
    join_team(mallory, enterprise_order, people["bob"])
    set_customer_hours(mallory, {"wed": [["00:00", "24:00"]]})

    def attempt(number: int) -> bool:
        person, tenant, order = (
            (people["alice"], manager.tenant.id, office.order)
            if number % 2
            else (people["mallory"], mallory.tenant.id, enterprise_order)
        )
        at = MORNING + timedelta(minutes=30 * (number % 4))
        try:
            with enter(person, tenant) as context:
                book_session(
                    replace(context, now=NOW), order, "discovery", office.specialist, at, accept_charge=True
                )
        except AppError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = sum(pool.map(attempt, range(24)))
    active = sorted((start, end) for start, end, is_active in busy_times(office.specialist) if is_active)
    assert won == len(active) == 1
    assert active[0][1] - active[0][0] == timedelta(hours=2)
