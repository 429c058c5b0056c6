"""A specialist's own day: sessions by their own clock, and what waits for them on Today in words."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from core.business.engagements.sessions.actions import book_session
from core.business.engagements.sessions.views import offered_slots, order_sessions
from core.business.sales.acceptance.actions import accept
from core.platform.access.actions import enter
from tests.business.engagements.desk import add_task_row
from tests.business.engagements.sessions.office import add_specialist, join_team
from tests.business.sales.acceptance.offers import send_offer
from tests.operators import Staff, add_staff
from tests.pages.operator.screens import open_screen, rows_of
from tests.pages.parts import text_of
from tests.staff import assign

pytestmark = pytest.mark.usefixtures("database")

ZONE = "Europe/Berlin"


@dataclass(frozen=True)
class Day:
    """A specialist in Berlin with a session and two tasks of an order, and the hour of the session there."""

    person: Staff
    order: str
    clock: str


@pytest.fixture(scope="module")
def day(database: None) -> Day:
    manager, person = add_staff("manager", is_demo=True), add_staff("specialist", is_demo=True)
    ordered = accept(send_offer(is_demo=True, payment_plan="split").token, "Ana Ng")
    specialist = add_specialist(person.person, zone=ZONE, is_demo=True)
    assign(ordered.customer_id, person.person)
    with enter(manager.person, ordered.customer_id) as context:
        context.session.execute(text("update engagement set state = 'in_progress', package = 'professional'"))
        join_team(context, ordered.engagement_id, person.person)
        for kind in ("other", "certificate"):
            add_task_row(context, ordered.engagement_id, owner_id=person.person, kind=kind)
        slot = offered_slots(context, ordered.engagement_id, "discovery", specialist).slots[0]
        book_session(context, ordered.engagement_id, "discovery", specialist, slot.start)
        [view] = order_sessions(context, ordered.engagement_id).sessions
    return Day(person, ordered.order_number, f"{view.starts_at.astimezone(ZoneInfo(ZONE)):%H:%M %Z}")


def test_a_specialist_sees_sessions_by_their_own_clock(day: Day) -> None:
    app = open_screen(day.person, "sessions")
    assert f"Times in {ZONE}" in text_of(app)
    app.button_group(key="sessions_layout").set_value("List").run()
    [row] = rows_of(app, "Session")
    assert str(row["When"]).endswith(day.clock)


def test_a_manager_sees_sessions_by_the_clock_of_the_company(database: None) -> None:
    assert "Times in America/New_York" in text_of(open_screen(add_staff("manager", is_demo=True), "sessions"))


def test_today_names_the_session_by_the_specialist_s_clock_and_each_task_by_what_it_is_about(
    day: Day,
) -> None:
    rows = [row for row in rows_of(open_screen(day.person, "today"), "What") if day.order in str(row["What"])]
    texts = {str(row["What"]) for row in rows}
    assert texts == {
        f"Discovery session {day.clock}, {day.order}",
        f"Task, {day.order}",
        f"Certificate to renew, {day.order}",
    }
