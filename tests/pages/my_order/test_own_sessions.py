"""A customer's sessions on "Your order": chosen, moved, and the hours in which they can be."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from streamlit.testing.v1 import AppTest

from core.business.engagements.ordering.actions import save_draft, submit_order
from core.business.engagements.sessions.customer_hours import customer_hours
from core.business.engagements.sessions.own import book_own_session, own_slots
from core.business.engagements.sessions.views import order_sessions
from core.business.engagements.tables import Engagement
from core.context import Context
from core.platform.access.actions import enter
from tests.business.engagements.ordering.test_next_step import change
from tests.business.engagements.sessions.office import add_specialist, join_team
from tests.pages.my_order.conftest import Open
from tests.pages.my_order.test_my_order_screen import WHOLE, press
from tests.pages.parts import text_of
from tests.staff import add_staff


@pytest.fixture
def order(contact: Context) -> str:
    """An order of the contact's school that is worked on, with a lead."""
    view = save_draft(contact, WHOLE)
    order_id = submit_order(contact, view.id, view.version).engagement_id
    change(contact, update(Engagement).values(state="in_progress"))
    lead, manager = add_staff("specialist", "Sara Moyo"), add_staff("manager")
    add_specialist(lead, zone="Africa/Harare")
    with enter(manager, contact.tenant.id) as context:
        join_team(context, order_id, lead)
    contact.session.rollback()
    return order_id


def hours_key(app: AppTest, weekday: str) -> str:
    return next(
        field.key
        for field in app.text_input
        if str(field.key).startswith("customer_hours_") and str(field.key).endswith(weekday)
    )


def save_hours(app: AppTest) -> AppTest:
    next(button for button in app.button if button.label == "Save hours").click().run()
    assert not app.exception
    return app


def test_a_time_is_chosen_among_those_that_are_offered(contact: Context, order: str, screen: Open) -> None:
    app = screen(contact)
    assert "Choose a time that suits you and Sara Moyo." in text_of(app)
    press(app, f"my_order_choose_{order}")
    assert app.button(key="sessions_confirm").disabled
    slot = app.radio(key="sessions_slot")
    slot.set_value(slot.options[0]).run()
    press(app, "sessions_confirm")
    [session] = order_sessions(contact, order).sessions
    assert (session.title, session.specialist) == ("Discovery", "Sara Moyo")
    assert "Discovery session" in text_of(app)
    assert "Mapping session" in text_of(app)  # the next one


def test_a_booked_session_is_moved_with_a_reason(contact: Context, order: str, screen: Open) -> None:
    offer = own_slots(contact, order, "discovery")
    session_id = book_own_session(contact, order, "discovery", offer.slots[0].start)
    contact.session.rollback()
    app = press(screen(contact), f"my_order_move_{session_id}")
    slot = app.radio(key="sessions_slot")
    slot.set_value(slot.options[-1]).run()
    assert app.button(key="sessions_confirm").disabled  # without a reason
    app.text_input(key="sessions_reason").set_value("Sports day").run()
    press(app, "sessions_confirm")
    [session] = order_sessions(contact, order).sessions
    assert (session.sequence, session.reason) == (1, "Sports day")


def test_the_hours_are_seen_and_changed_and_what_is_no_time_is_refused(
    contact: Context, order: str, screen: Open
) -> None:
    app = screen(contact)
    assert "By the clock in Africa/Harare. Nobody has set them yet." in text_of(app)
    app.text_input(key=hours_key(app, "mon")).set_value("07:30-12:00, 13:00-15:00")
    app.text_input(key=hours_key(app, "sat")).set_value("08:00-11:00")
    app.text_input(key=hours_key(app, "closed")).set_value("2026-12-24, 2026-12-25")
    save_hours(app)
    stored = customer_hours(contact)
    assert (stored.hours["mon"], stored.hours["sat"]) == (
        [["07:30", "12:00"], ["13:00", "15:00"]],
        [["08:00", "11:00"]],
    )
    assert [day.isoformat() for day in stored.closed_on] == ["2026-12-24", "2026-12-25"]
    assert "Nobody has set them yet." not in text_of(app)
    for key, value, words in (
        ("tue", "in the morning", "is no span of time"),
        ("closed", "Christmas", "is no day"),
    ):
        app = screen(contact)
        app.text_input(key=hours_key(app, key)).set_value(value)
        assert words in text_of(save_hours(app))
    contact.session.rollback()
    assert customer_hours(contact) == stored


def test_an_order_without_a_lead_offers_no_time(contact: Context, screen: Open) -> None:
    view = save_draft(contact, WHOLE)
    submit_order(contact, view.id, view.version)
    change(contact, update(Engagement).values(state="in_progress"))
    text = text_of(screen(contact))
    assert "Choose a time" not in text
    assert "By the clock in Africa/Harare." in text
