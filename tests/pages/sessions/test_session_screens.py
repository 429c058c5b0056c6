"""The week and list of sessions, one session's dialog, and the sessions of an order with their booking."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from core.business.engagements.sessions.actions import book_session
from core.business.engagements.sessions.customer_hours import customer_hours
from core.business.engagements.sessions.views import offered_slots, order_sessions
from core.business.sales.acceptance.actions import accept
from core.platform.access.actions import enter
from core.platform.access.views import tenants_of
from tests.business.engagements.sessions.office import add_specialist, join_team
from tests.business.sales.acceptance.offers import send_offer
from tests.operators import Staff, add_staff
from tests.pages.conftest import ROOT
from tests.pages.operator.screens import rows_of
from tests.pages.test_menu import texts

pytestmark = pytest.mark.usefixtures("database")


@dataclass(frozen=True)
class Desk:
    """A demo order with its customer, a specialist who leads its team, and a manager."""

    customer: str
    order: str
    specialist: str
    manager: Staff
    person: Staff


@pytest.fixture(scope="module")
def desk(database: None) -> Desk:
    manager, person = add_staff("manager", is_demo=True), add_staff("specialist", is_demo=True)
    ordered = accept(send_offer(is_demo=True, payment_plan="split").token, "Ana Ng")
    specialist = add_specialist(person.person, is_demo=True)
    with enter(manager.person, ordered.customer_id) as context:
        context.session.execute(text("update engagement set state = 'in_progress', package = 'professional'"))
        join_team(context, ordered.engagement_id, person.person)
    return Desk(ordered.customer_id, ordered.engagement_id, specialist, manager, person)


@pytest.fixture
def session_id(desk: Desk) -> str:
    """A discovery session at the first time that is offered."""
    with enter(desk.manager.person, desk.customer) as context:
        sessions = order_sessions(context, desk.order).sessions
        if sessions:
            return sessions[0].id
        slot = offered_slots(context, desk.order, "discovery", desk.specialist).slots[0]
        return book_session(context, desk.order, "discovery", desk.specialist, slot.start)


def open_screen(desk: Desk, path: str, **query: str) -> AppTest:
    app = AppTest.from_file(ROOT / "pages" / "console.py", default_timeout=60)
    app.session_state["person"] = desk.manager.person
    app.session_state["tenant"] = next(
        access.slug for access in tenants_of(desk.manager.person) if access.tenant_id == desk.customer
    )
    app.session_state["frame_going"] = (path, query)
    app.run()
    assert not app.exception, app.exception[0].value
    return app


def test_a_booking_from_the_page_of_an_order_asks_for_kind_specialist_and_time(desk: Desk) -> None:
    app = open_screen(desk, "orders", order=desk.order, section="sessions")
    assert "**No sessions yet**" in texts(app)
    app.button(key="order_sessions_book").click().run()
    assert app.selectbox(key="sessions_kind").value == "discovery"
    assert app.selectbox(key="sessions_person").value == desk.specialist
    assert app.button(key="sessions_confirm").disabled
    slot = app.radio(key="sessions_slot")
    slot.set_value(slot.options[0]).run()
    app.button(key="sessions_confirm").click().run()
    [row] = rows_of(app, "Session")
    assert (row["Session"], row["State"], row["Agenda"]) == ("Discovery", ["Booked"], 2)
    assert app.button(key="order_sessions_book").disabled is False


def test_the_list_opens_a_session_with_its_agenda(desk: Desk, session_id: str) -> None:
    app = open_screen(desk, "sessions", session=session_id)
    words = texts(app)
    assert "Review current POS setup" in words
    assert app.button(key="sessions_to_move").label == "Move…"
    assert app.button(key="sessions_to_cancel").label == "Cancel session…"


def test_a_session_is_cancelled_with_a_reason_only(desk: Desk, session_id: str) -> None:
    app = open_screen(desk, "sessions", session=session_id)
    app.button(key="sessions_to_cancel").click().run()
    assert app.button(key="sessions_confirm").disabled
    app.text_input(key="sessions_reason").set_value("The till is away").run()
    app.button(key="sessions_confirm").click().run()
    with enter(desk.manager.person, desk.customer) as context:
        [view] = order_sessions(context, desk.order).sessions
    assert (view.state, view.reason) == ("cancelled", "The till is away")


def test_the_list_shows_what_was_cancelled_with_its_state(desk: Desk, session_id: str) -> None:
    app = open_screen(desk, "sessions")
    app.button_group(key="sessions_layout").set_value("List").run()
    rows = [row for row in rows_of(app, "Session") if row["Specialist"] == desk.person.name]
    assert [row["Session"] for row in rows] == ["Discovery"]


def test_the_hours_of_the_customer_stand_at_the_sessions_of_an_order_and_are_changed_there(
    desk: Desk,
) -> None:
    app = open_screen(desk, "orders", order=desk.order, section="sessions")
    field = next(field for field in app.text_input if str(field.key).endswith("_fri"))
    field.set_value("10:00-13:00")
    next(button for button in app.button if button.label == "Save hours").click().run()
    assert not app.exception
    with enter(desk.manager.person, desk.customer) as context:
        stored = customer_hours(context)
    assert (stored.hours["fri"], stored.is_assumed) == ([["10:00", "13:00"]], False)
