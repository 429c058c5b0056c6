"""People on the screen: listed with their state, invited with errors beside the fields, changed after a question."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.kit.ids import new_id
from core.platform.access.actions import enter
from core.platform.access.people.views import PersonView, people
from core.platform.signin.links import create_link
from core.platform.signin.rules import INVITATION_TTL
from core.platform.signin.tables import INVITATION
from core.platform.signin.views import invitations
from tests.operators import Staff, add_staff
from tests.pages.operator.screens import open_screen, rows_of

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(scope="module")
def admin(database: None) -> Staff:
    return add_staff("admin", is_demo=True)


def person_of(by: Staff, person: Staff) -> PersonView:
    with enter(by.person, by.operator) as context:
        return next(row for row in people(context) if row.id == person.person)


def manage(by: Staff, person: Staff) -> AppTest:
    """Open the dialog of a person, as the button of the row does."""
    app = open_screen(by, "people")
    app.session_state["people_dialog"] = person.person
    return app.run()


def test_the_table_has_everybody_with_role_state_and_second_factor(admin: Staff) -> None:
    bob = add_staff("specialist", is_demo=True)
    rows = {row["Name"]: row for row in rows_of(open_screen(admin, "people"), "Second factor")}
    assert f"{admin.name} (you)" in rows
    row = rows[bob.name]
    assert (row["Role"], row["State"], row["Second factor"]) == ("Specialist", ["Active"], "Off")


def test_nobody_is_invited_to_a_demo(admin: Staff) -> None:
    app = open_screen(admin, "people")
    app.button(key="people_invite").click().run()
    email = f"{new_id()}@example.com"
    app.text_input(key="invite_email").set_value(email).run()
    app.text_input(key="invite_name").set_value("Robin Vale").run()
    app.selectbox(key="invite_role").set_value("specialist").run()
    app.button(key="invite_send").click().run()
    assert not app.exception
    assert any("Nobody is invited to a demo" in element.value for element in app.markdown)
    with enter(admin.person, admin.operator) as context:
        assert email not in {row.email for row in invitations(context)}


def test_who_is_invited_is_listed_until_they_accept(admin: Staff) -> None:
    email = f"{new_id()}@example.com"
    with enter(admin.person, admin.operator) as context:
        create_link(context.session, INVITATION, INVITATION_TTL, invited=(email, "Robin Vale", "specialist"))
        context.session.commit()
    assert email in {row["E-mail"] for row in rows_of(open_screen(admin, "people"), "Until")}


@pytest.mark.parametrize(
    ("email", "name", "role", "message"),
    [
        ("robin", "Robin", "specialist", "This is not an e-mail address"),
        ("robin@example.com", " ", "specialist", "Enter a name"),
        ("robin@example.com", "Robin", None, "Choose a role"),
    ],
)
def test_what_is_wrong_with_an_invitation_stands_below_the_field(
    admin: Staff, email: str, name: str, role: str | None, message: str
) -> None:
    app = open_screen(admin, "people")
    app.button(key="people_invite").click().run()
    app.text_input(key="invite_email").set_value(email).run()
    app.text_input(key="invite_name").set_value(name).run()
    if role:
        app.selectbox(key="invite_role").set_value(role).run()
    app.button(key="invite_send").click().run()
    faults = [element.value for element in app.markdown if element.value.startswith(":red[")]
    assert any(message.replace("-", "\\-") in fault for fault in faults), faults


def test_a_role_is_changed_in_the_dialog(admin: Staff) -> None:
    bob = add_staff("specialist", is_demo=True)
    app = manage(admin, bob)
    app.selectbox(key=f"person_role_{bob.person}_specialist").set_value("sales").run()
    app.button(key="person_role_save").click().run()
    assert person_of(admin, bob).role == "sales"


def test_a_person_is_deactivated_after_a_question_and_reactivated(admin: Staff) -> None:
    bob = add_staff("specialist", is_demo=True)
    app = manage(admin, bob)
    app.button(key="person_deactivate").click().run()
    assert person_of(admin, bob).active
    app.button(key="person_deactivate_confirm").click().run()
    assert not person_of(admin, bob).active
    manage(admin, bob).button(key="person_reactivate").click().run()
    assert person_of(admin, bob).active


@pytest.mark.parametrize("who", ["self", "admin", "manager"])
def test_one_s_own_account_and_those_of_managers_and_admins_are_shown_to_a_manager_without_buttons(
    admin: Staff, who: str
) -> None:
    manager = add_staff("manager", is_demo=True)
    others = {"self": manager, "admin": admin, "manager": add_staff("manager", is_demo=True)}
    app = manage(manager, others[who])
    keys = {button.key for button in app.button}
    assert not keys & {"person_deactivate", "person_role_save", "person_reset", "person_end_sessions"}


def test_a_manager_is_offered_no_role_of_managers_and_admins() -> None:
    app = manage(add_staff("manager", is_demo=True), bob := add_staff("specialist", is_demo=True))
    offered = app.selectbox(key=f"person_role_{bob.person}_specialist").options
    assert not {"Manager", "Admin"} & {*offered}


def test_the_screen_is_not_there_for_a_specialist() -> None:
    app = open_screen(add_staff("specialist", is_demo=True), "people")
    assert app.title[0].value == "Today"
