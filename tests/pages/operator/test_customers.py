"""Customers on the screen: created, staffed, changed and archived by the operator's people, with errors beside the fields."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.engine.sources.actions import create_migration
from core.kit.ids import new_id
from core.platform.access.actions import enter
from core.platform.access.customers.actions import assign, create_customer
from core.platform.access.customers.rules import CustomerDetails
from core.platform.access.customers.views import customer, team
from core.platform.access.people.actions import deactivate
from tests.operators import Staff, add_staff
from tests.pages.operator.screens import open_screen, rows_of
from tests.pages.test_menu import texts

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(scope="module")
def manager(database: None) -> Staff:
    return add_staff("manager", is_demo=True)


@pytest.fixture(scope="module")
def specialist(database: None) -> Staff:
    return add_staff("specialist", is_demo=True)


def new_customer(person: Staff, name: str = "Zia Rosa") -> str:
    with enter(person.person, person.operator) as context:
        details = CustomerDetails(name, f"zia-{new_id()}"[:40], "restaurant", "Europe/Rome", "EUR", "IT")
        return create_customer(context, details)


def field(app: AppTest, name: str, form: str = "new"):
    key = f"customer_{form}_{name}"
    return next(box for box in [*app.text_input, *app.selectbox] if box.key == key)


def test_a_person_without_customers_is_offered_to_create_one() -> None:
    app = open_screen(add_staff("sales", is_demo=True), "today")
    assert "**No customers yet**" in [element.value for element in app.markdown]
    app.button(key="today_create_customer").click().run()
    assert app.title[0].value == "Customers"
    assert field(app, "name").label == "Name"


def test_a_specialist_without_customers_is_told_who_assigns() -> None:
    app = open_screen(add_staff("specialist", is_demo=True), "today")
    assert "**No customer is assigned to you**" in [element.value for element in app.markdown]
    assert [button.key for button in app.button if button.key == "today_create_customer"] == []


def test_a_customer_is_created_with_what_its_country_offers(manager: Staff) -> None:
    app = open_screen(manager, "customers")
    app.button(key="customers_create").click().run()
    name = f"Café Größe {new_id()[-6:]}"
    field(app, "name").set_value(name).run()
    assert field(app, "slug").value == f"cafe-grosse-{name[-6:]}"
    field(app, "country").set_value("DE").run()
    assert (field(app, "currency").value, field(app, "zone").value) == ("EUR", "Europe/Berlin")
    app.button(key="customer_create").click().run()
    assert not app.exception
    [row] = [row for row in rows_of(app.run(), "Customer") if row["Customer"] == name]
    assert (row["Migration"], row["State"], row["Next step"]) == (
        "None yet",
        ["Not started"],
        "Assign a specialist",
    )


def test_faults_stand_beside_the_fields_and_nothing_is_created(manager: Staff) -> None:
    app = open_screen(manager, "customers")
    before = rows_of(app, "Customer") if app.dataframe else []
    app.button(key="customers_create").click().run()
    field(app, "slug").set_value("No Slug").run()
    app.button(key="customer_create").click().run()
    faults = [element.value for element in app.markdown if element.value.startswith(":red[")]
    assert any("Enter a name" in fault for fault in faults)
    assert any("small letters" in fault for fault in faults)
    assert (rows_of(open_screen(manager, "customers"), "Customer") if before else []) == before


def test_a_specialist_is_assigned_and_the_assignment_ended(manager: Staff, specialist: Staff) -> None:
    customer_id = new_customer(manager)
    app = open_screen(manager, "customers", customer=customer_id)
    app.selectbox(key="assign_person").set_value(specialist.person).run()
    app.button(key="assign").click().run()
    with enter(manager.person, manager.operator) as context:
        [member] = team(context, customer_id)
    assert (member.name, member.state) == (specialist.name, "now")
    app = open_screen(manager, "customers", customer=customer_id)
    app.button(key=f"end_{member.id}").click().run()
    with enter(manager.person, manager.operator) as context:
        assert [member.state for member in team(context, customer_id)] == ["over"]


def test_a_customer_is_archived_after_a_question_and_restored(manager: Staff) -> None:
    customer_id = new_customer(manager, f"Zia {new_id()[-6:]}")
    app = open_screen(manager, "customers", customer=customer_id)
    app.button(key="customer_archive").click().run()
    with enter(manager.person, manager.operator) as context:
        assert customer(context, customer_id).archived_at is None
    app.button(key="customer_archive_confirm").click().run()
    with enter(manager.person, manager.operator) as context:
        assert customer(context, customer_id).archived_at is not None
    app = open_screen(manager, "customers", customer=customer_id)
    assert field(app, "name", customer_id).disabled
    app.button(key="customer_restore").click().run()
    with enter(manager.person, manager.operator) as context:
        assert customer(context, customer_id).archived_at is None


def test_a_change_of_details_is_saved(manager: Staff) -> None:
    customer_id = new_customer(manager)
    app = open_screen(manager, "customers", customer=customer_id)
    field(app, "name", customer_id).set_value("Zia Rosa due").run()
    app.button(key="customer_save").click().run()
    with enter(manager.person, manager.operator) as context:
        assert customer(context, customer_id).details.name == "Zia Rosa due"


def test_a_link_to_a_customer_of_others_is_refused(manager: Staff) -> None:
    app = open_screen(add_staff("sales", is_demo=True), "customers", customer=new_customer(manager))
    assert "names a customer that does not exist or that you may not see" in texts(app)


def test_a_screen_of_the_operator_has_no_customer_chosen(manager: Staff) -> None:
    customer_id = new_customer(manager)
    app = open_screen(manager, "customers")
    [box] = [box for box in app.sidebar.selectbox if box.label == "Customer"]
    assert box.value is None
    with enter(manager.person, customer_id) as context:
        slug = context.tenant.slug
    box.set_value(slug).run()
    assert app.title[0].value == "Today"
    assert app.session_state["tenant"] == slug


@pytest.mark.parametrize(
    ("role", "sections"),
    [
        ("manager", {"Migrate", "Manage", "Admin"}),
        ("admin", {"Migrate", "Manage", "Admin"}),
        ("sales", {"Migrate", "Manage"}),
    ],
)
def test_the_menu_has_the_sections_of_the_role(role: str, sections: set[str]) -> None:
    person = add_staff(role, is_demo=True)
    if role == "sales":
        new_customer(person)
    app = open_screen(person, "today")
    names = {link.label for link in app.sidebar.get("page_link")} | {
        caption.value for caption in app.sidebar.caption
    }
    assert names & {"Migrate", "Manage", "Admin"} == sections


def test_each_migration_has_its_state_and_next_step_and_who_works_for_it(
    manager: Staff, specialist: Staff
) -> None:
    name = f"Zia {new_id()[-6:]}"
    customer_id = new_customer(manager, name)
    with enter(manager.person, manager.operator) as context:
        assign(context, customer_id, specialist.person, context.now)
    with enter(manager.person, customer_id) as context:
        create_migration(context, "Spring menu")
        create_migration(context, "Autumn menu")
    rows = [row for row in rows_of(open_screen(manager, "customers"), "Customer") if row["Customer"] == name]
    assert {row["Migration"] for row in rows} == {"Spring menu", "Autumn menu"}
    assert {row["Team"] for row in rows} == {specialist.name}
    assert all(row["State"] and row["Next step"] for row in rows)


def test_what_was_done_with_people_is_found_in_the_operator_s_log(manager: Staff) -> None:
    bob = add_staff("specialist", is_demo=True)
    with enter(manager.person, manager.operator) as context:
        deactivate(context, bob.person)
        operator = context.tenant.name
    new_customer(manager)
    app = open_screen(manager, "audit", audit_customer=operator)
    assert "Person deactivated" in {row["Action"] for row in rows_of(app, "Action")}
