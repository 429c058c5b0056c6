"""Order cards: on the quote, on the customer, on a contact's Today; approved by a manager with one click."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.business.engagements.actions import approve_order
from core.business.engagements.views import order
from core.business.sales.acceptance.actions import Acceptance, accept
from core.business.sales.quotes.views import quote
from core.entry.tenants import add_member, create_person
from core.kit.ids import new_id
from core.platform.access.actions import enter
from core.platform.delivery.notifications import notifications
from tests.business.sales.acceptance.offers import Offer, send_offer
from tests.operators import Staff, add_staff
from tests.pages.operator.screens import open_screen, rows_of
from tests.pages.test_menu import texts

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(scope="module")
def manager(database: None) -> Staff:
    return add_staff("manager", is_demo=True)


@pytest.fixture
def offer(database: None) -> Offer:
    return send_offer(is_demo=True, payment_plan="split")


@pytest.fixture
def ordered(offer: Offer) -> Acceptance:
    return accept(offer.token, "Ana *Ng*")


def approve_button(app: AppTest, ordered: Acceptance):
    return [button for button in app.button if button.key == f"order_approve_{ordered.engagement_id}"]


def test_the_quote_shows_its_order_and_a_manager_approves_it(manager, offer, ordered) -> None:
    app = open_screen(manager, "quotes", quote=offer.quote)
    words = texts(app).replace("\\", "")
    assert f"Order {ordered.order_number}" in words
    assert "50% at signing, 50% at go-live" in words
    assert [row["Amount"] for row in rows_of(app, "Due")] == ["$1,000.00", "$1,000.00"]
    [button] = approve_button(app, ordered)
    button.click().run()
    assert not app.exception
    assert approve_button(app, ordered) == []
    with enter(manager.person, ordered.customer_id) as context:
        assert order(context, ordered.engagement_id).state == "approved"


def test_a_manager_s_today_has_the_order_until_it_is_approved(manager, offer, ordered) -> None:
    def rows(app: AppTest) -> list[dict[str, object]]:
        what = f"Approve order {ordered.order_number}"
        return [row for row in rows_of(app, "What") if row["What"] == what]

    app = open_screen(manager, "today")
    if any(button.key == "today_show_all" for button in app.button):
        app.button(key="today_show_all").click().run()
    [row] = rows(app)
    assert (row["Status"], row["Customer"], row["Action"]) == (
        ["Order to approve"],
        "Harbor Grill",
        "Open order",
    )
    assert row["Amount affected"] == "$2,000"
    with enter(manager.person, ordered.customer_id) as context:
        approve_order(context, ordered.engagement_id)
    assert rows(open_screen(manager, "today")) == []


def test_who_sells_sees_the_order_and_cannot_approve_it(offer, ordered) -> None:
    app = open_screen(offer.staff, "quotes", quote=offer.quote)
    assert f"Order {ordered.order_number}" in texts(app).replace("\\", "")
    assert approve_button(app, ordered) == []


def test_a_contact_sees_the_order_on_today(manager, ordered) -> None:
    key = new_id()[-12:]
    person = create_person(f"contact-{key}", "A Contact", is_demo=True, email=f"{key}@example.com")
    add_member(ordered.customer_id, person, "customer")
    app = open_screen(Staff(person, "A Contact", ""), "today")
    words = texts(app).replace("\\", "")
    assert f"Order {ordered.order_number}" in words
    assert "Professional, 4 locations. Total $2,000.00." in words
    assert approve_button(app, ordered) == []


def test_the_bell_opens_the_quote_that_was_accepted(offer, ordered) -> None:
    with enter(offer.staff.person, offer.staff.operator) as context:
        [notice] = [row for row in notifications(context) if row.quote_id == offer.quote]
        number = quote(context, offer.quote).number_text
    assert notice.text == f"Harbor Grill accepted quote {number}. The order waits for approval."
    app = open_screen(offer.staff, "prospects")
    app.button(key=f"bell_open_{notice.id}").click().run()
    assert not app.exception
    assert app.title[0].value == number
