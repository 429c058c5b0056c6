"""The orders screen: the list, and one order with its states."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.business.sales.acceptance.actions import Acceptance, accept
from core.context import Context
from tests.business.sales.acceptance.offers import send_offer
from tests.operators import Staff, add_staff
from tests.pages.conftest import Console
from tests.pages.operator.screens import rows_of
from tests.pages.test_menu import texts

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(scope="module")
def manager(database: None) -> Staff:
    return add_staff("manager", is_demo=True)


@pytest.fixture(scope="module")
def ordered(database: None) -> Acceptance:
    return accept(send_offer(is_demo=True, payment_plan="split").token, "Ana *Ng*")


def open_orders(person: Staff, customer: str, **query: str) -> AppTest:
    """Open the screen as a person of the demo, with a customer (id) chosen."""
    from core.platform.access.views import tenants_of
    from tests.pages.conftest import ROOT

    app = AppTest.from_file(ROOT / "pages" / "console.py", default_timeout=60)
    app.session_state["person"] = person.person
    app.session_state["tenant"] = next(
        access.slug for access in tenants_of(person.person) if access.tenant_id == customer
    )
    app.session_state["frame_going"] = ("orders", query)
    app.run()
    assert not app.exception, app.exception[0].value
    return app


def test_a_customer_without_orders_is_told_how_they_appear(console: Console) -> None:
    assert "**No orders yet**" in texts(console("alice", "orders"))


def test_the_list_has_the_order_and_opens_its_page(manager, ordered) -> None:
    app = open_orders(manager, ordered.customer_id)
    row = next(row for row in rows_of(app, "Order") if row["Order"] == ordered.order_number)
    assert (row["State"], row["Total"]) == (["Waiting for approval"], "$2,000")


def test_the_page_of_an_order_has_its_states_and_what_was_ordered(manager, ordered) -> None:
    app = open_orders(manager, ordered.customer_id, order=ordered.engagement_id)
    assert app.title[0].value.replace("\\", "") == f"Order {ordered.order_number}"
    words = texts(app)
    for state in ("Pending", "In progress", "Data migration", "Go-live", "Completed"):
        assert f":small[{state}]" in words
    assert "Professional, 4 locations. Total $2,000.00." in words.replace("\\", "")


def test_a_link_to_an_order_of_another_customer_is_refused(
    console: Console, alice: Context, ordered: Acceptance
) -> None:
    app = console("alice", "orders", order=ordered.engagement_id)
    assert "This link names an order" in texts(app)
    assert app.button(key="link_remedy").label == "Open all orders"
