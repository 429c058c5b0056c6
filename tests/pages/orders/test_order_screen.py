"""The orders screen: the list, and one order with its states."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from core.business.engagements.milestones.views import milestones
from core.business.engagements.states.views import order_desk
from core.business.engagements.tasks.views import tasks
from core.business.sales.acceptance.actions import Acceptance, accept
from core.context import Context
from core.db.session import TenantSession
from core.platform.access.tables import TenantRecord
from tests.business.engagements.desk import add_order, add_task_row, reach_all
from tests.business.sales.acceptance.offers import send_offer
from tests.operators import Staff, add_staff
from tests.pages.conftest import ROOT, Console
from tests.pages.operator.screens import rows_of
from tests.pages.test_menu import texts

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(scope="module")
def manager(database: None) -> Staff:
    return add_staff("manager", is_demo=True)


@pytest.fixture(scope="module")
def ordered(database: None) -> Acceptance:
    return accept(send_offer(is_demo=True, payment_plan="split").token, "Ana *Ng*")


def open_orders(who: Staff | str, customer: str, **query: str) -> AppTest:
    """Open the screen as a person of the demo, or the id of one, with a customer (id) chosen."""
    person = who if isinstance(who, str) else who.person
    with TenantSession(customer, person, system=True) as session:
        slug = session.scalars(select(TenantRecord.slug).where(TenantRecord.id == customer)).one()
    app = AppTest.from_file(ROOT / "pages" / "console.py", default_timeout=60)
    app.session_state["person"], app.session_state["tenant"] = person, slug
    app.session_state["frame_going"] = ("orders", query)
    app.run()
    assert not app.exception, app.exception[0].value
    return app


def words(app: AppTest) -> str:
    return texts(app).replace("\\", "")


def test_who_reaches_no_order_is_told_how_they_appear(console: Console) -> None:
    assert "**No orders yet**" in texts(console("mallory", "orders"))


def test_the_list_has_the_orders_of_all_customers_with_what_is_next(manager, ordered) -> None:
    app = open_orders(manager, ordered.customer_id)
    row = next(row for row in rows_of(app, "Order") if row["Order"] == ordered.order_number)
    assert (row["State"], row["Total"], row["Customer"]) == (
        ["Waiting for approval"],
        "$2,000",
        "Harbor Grill",
    )
    app.text_input(key="find").set_value("no such order").run()
    assert "**No order found**" in texts(app)
    app.button(key="orders_clear").click().run()
    assert ordered.order_number in {row["Order"] for row in rows_of(app, "Order")}


def test_the_board_has_a_card_of_each_active_order(manager, ordered) -> None:
    app = open_orders(manager, ordered.customer_id)
    app.segmented_control(key="as").set_value("Board").run()
    app.button(key=f"board_{ordered.engagement_id}").click().run()
    assert words(app).count(f"Order {ordered.order_number}") >= 1


def test_a_manager_approves_and_the_next_button_says_what_is_missing(manager, ordered) -> None:
    app = open_orders(manager, ordered.customer_id, order=ordered.engagement_id)
    assert app.title[0].value.replace("\\", "") == f"Order {ordered.order_number}"
    for state in ("Pending", "In progress", "Data migration", "Go-live", "Completed"):
        assert f":small[{state}]" in texts(app)
    assert app.button(key="order_next").label == "Approve order"
    app.button(key="order_next").click().run()
    assert not app.exception
    button = app.button(key="order_next")
    assert (button.label, button.disabled, button.help) == (
        "Start project",
        True,
        "Assign a lead specialist first",
    )
    assert len(rows_of(app, "Milestone")) == 10


@pytest.fixture
def order_id(alice: Context) -> str:
    return add_order(alice, "training")


@pytest.mark.demo
def test_a_hold_asks_for_its_reason_and_takes_the_place_of_the_bar(alice, order_id) -> None:
    app = open_orders(alice.person, alice.tenant.id, order=order_id)
    app.session_state["order_dialog"] = "hold"
    app.run()
    app.text_area(key="order_reason").set_value("The owner *is* away")
    app.button(key="order_dialog_confirm").click().run()
    assert not app.exception
    assert "The owner *is* away" in "\n".join(element.value for element in app.text)
    assert ":small[Training]" not in texts(app)
    app.button(key="order_next").click().run()
    assert order_desk(alice, order_id).state == "training"


@pytest.mark.demo
def test_a_cancellation_without_a_reason_is_refused_on_the_page(alice, order_id) -> None:
    app = open_orders(alice.person, alice.tenant.id, order=order_id)
    app.session_state["order_dialog"] = "cancel"
    app.run()
    app.button(key="order_dialog_confirm").click().run()
    assert "A reason is missing." in texts(app)
    assert order_desk(alice, order_id).state == "training"


@pytest.mark.demo
def test_a_milestone_is_reached_and_promised_anew_in_its_dialog(alice, order_id) -> None:
    app = open_orders(alice.person, alice.tenant.id, order=order_id)
    app.session_state["milestone_dialog"] = "training_delivery"
    app.run()
    app.button(key="milestone_reach").click().run()
    assert not app.exception
    app.session_state["milestone_dialog"] = "go_live"
    app.run()
    app.text_input(key="milestone_reason_go_live").set_value("Holidays")
    app.button(key="milestone_promise").click().run()
    assert not app.exception
    rows = {row.key: row for row in milestones(alice, order_id)}
    assert rows["training_delivery"].status == "Reached"


@pytest.mark.demo
def test_a_task_is_added_finished_and_shown_among_the_closed(alice, order_id) -> None:
    app = open_orders(alice.person, alice.tenant.id, order=order_id)
    app.button(key="task_add").click().run()
    app.text_input(key="task_title_new").set_value("Order [the] printer")
    app.button(key="task_save").click().run()
    [task] = tasks(alice, order_id)
    assert (task.title, task.owner) == ("Order [the] printer", "Alice")
    app.button(key=f"task_{task.id}").click().run()
    app.button(key="task_done").click().run()
    assert "No open task" in texts(app)
    app.button(key="task_show_all").click().run()
    assert app.button(key=f"task_{task.id}").label == "Order \\[the\\] printer"


@pytest.mark.demo
def test_a_manager_goes_live_with_a_statement(alice) -> None:
    order_id = add_order(alice, "testing")
    reach_all(alice, order_id, ["system_testing"])
    app = open_orders(alice.person, alice.tenant.id, order=order_id)
    assert app.button(key="order_next").disabled
    app.button(key="order_state").click().run()
    app.text_area(key="order_reason").set_value("The old system is gone")
    app.button(key="order_dialog_confirm").click().run()
    assert order_desk(alice, order_id).state == "go_live"
    app.segmented_control(key="order_section").set_value("history").run()
    whys = [row["Why"] for row in rows_of(app, "Why")]
    assert "The old system is gone" in whys


@pytest.mark.demo
def test_who_sells_sees_tasks_and_history_and_moves_nothing(alice, sam, order_id) -> None:
    add_task_row(alice, order_id)
    app = open_orders(sam.person, alice.tenant.id, order=order_id)
    assert "Order the printer" in [other.label for other in app.button]
    button = app.button(key="order_next")
    assert button.disabled
    assert button.help
    assert not [other for other in app.button if other.key in {"task_add", "milestone_reach"}]


def test_a_link_to_an_order_of_another_customer_is_refused(
    console: Console, alice: Context, ordered: Acceptance
) -> None:
    app = console("alice", "orders", order=ordered.engagement_id)
    assert "This link names an order" in texts(app)
    assert app.button(key="link_remedy").label == "Open all orders"
