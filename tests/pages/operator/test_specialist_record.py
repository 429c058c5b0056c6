"""One specialist on the screen: certificates revoked and printed, exams listed, work ended, a partner's view."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from core.business.specialists.certificates.actions import grant
from core.business.specialists.certificates.views import certificates
from core.business.specialists.partners.actions import add_partner
from core.business.specialists.partners.rules import PartnerDetails
from core.business.specialists.roster.actions import add_absence, add_specialist
from core.business.specialists.roster.views import specialist
from core.platform.access.actions import enter
from tests.business.specialists.conftest import FIELDS, empty_roster, take, train
from tests.operators import add_staff
from tests.pages.operator.screens import open_screen, rows_of
from tests.pages.test_menu import texts

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def manager(database):
    empty_roster()
    return add_staff("manager", is_demo=True)


def put_into_roster(manager, role="specialist"):
    """Add a person of the role to the roster; return the person and the id of the entry."""
    person = add_staff(role, is_demo=True)
    with enter(manager.person, manager.operator) as context:
        return person, add_specialist(context, person.person, FIELDS)


def test_a_certificate_is_revoked_with_its_reason(manager):
    _, specialist_id = put_into_roster(manager)
    with enter(manager.person, manager.operator) as context:
        grant(context, specialist_id, "toast", "master", "Earned elsewhere")
    app = open_screen(manager, "specialists", specialist=specialist_id)
    assert [row["State"] for row in rows_of(app, "Number")] == [["Valid"]]
    app.text_input(key="certificate_why").set_value("Shared the questions").run()
    app.button(key="certificate_revoke").click().run()
    assert not app.exception
    (row,) = rows_of(app, "Number")
    assert (row["State"], row["Why revoked"]) == (["Revoked"], "Shared the questions")
    with enter(manager.person, manager.operator) as context:
        assert certificates(context, specialist_id)[0].revoked_reason == "Shared the questions"


def test_a_certificate_without_a_reason_is_refused_in_words(manager):
    _, specialist_id = put_into_roster(manager)
    app = open_screen(manager, "specialists", specialist=specialist_id)
    app.button(key="grant_done").click().run()
    assert "A reason is needed." in texts(app)
    assert "No certificates yet" in texts(app)


def test_exams_are_listed_for_the_person_and_the_managers_alone(manager):
    person, specialist_id = put_into_roster(manager)
    with enter(person.person, person.operator) as context:
        train(context, specialist_id)
        take(context, "square", "associate", wrong=4)
        take(context, "square", "associate", wrong=1)
    for viewer in (person, manager):
        rows = rows_of(open_screen(viewer, "specialists", specialist=specialist_id), "Score")
        assert [(row["Result"], row["Score"]) for row in rows] == [
            (["Passed"], "90%"),
            (["Not passed"], "60%"),
        ]
    colleague = add_staff("specialist", is_demo=True)
    app = open_screen(colleague, "specialists", specialist=specialist_id)
    assert rows_of(app, "Score") == []
    assert [row["How"] for row in rows_of(app, "Number")] == ["Exam"]


def test_the_work_of_a_specialist_is_ended(manager):
    _, specialist_id = put_into_roster(manager)
    app = open_screen(manager, "specialists", specialist=specialist_id, section="hours")
    app.button(key="specialist_end").click().run()
    assert not app.exception
    with enter(manager.person, manager.operator) as context:
        assert specialist(context, specialist_id).row.ended_on == context.today
    assert not [button for button in app.button if button.key == "specialist_end"]


def test_a_partner_sees_their_own_entry_and_no_way_to_add(manager):
    partner, specialist_id = put_into_roster(manager, "partner")
    put_into_roster(manager)
    app = open_screen(partner, "specialists")
    assert [row["Name"] for row in rows_of(app, "Certificates")] == [partner.name]
    assert "Add specialist" not in [button.label for button in app.button]
    app = open_screen(partner, "specialists", specialist=specialist_id)
    assert "Enter certificate" not in [button.label for button in app.button]


def test_who_is_away_today_is_marked_for_managers(manager):
    person, specialist_id = put_into_roster(manager)
    with enter(person.person, person.operator) as context:
        begins = context.now - timedelta(hours=2)
        add_absence(context, specialist_id, "leave", begins, begins + timedelta(days=3))
    (row,) = rows_of(open_screen(manager, "specialists"), "Certificates")
    assert row["State"][0].startswith("Away, ")
    colleague = add_staff("specialist", is_demo=True)
    (row,) = rows_of(open_screen(colleague, "specialists"), "Certificates")
    assert row["State"] == ["At work"]


def test_a_manager_chooses_of_which_partner_a_specialist_is_and_nobody_else_is_asked(manager):
    person, specialist_id = put_into_roster(manager)
    with enter(manager.person, manager.operator) as context:
        company = f"Cape Data {specialist_id[-6:]}"
        partner_id = add_partner(context, PartnerDetails(company, "US", Decimal(25), Decimal(20)))
    app = open_screen(manager, "specialists", specialist=specialist_id, section="hours")
    app.selectbox(key=f"specialist_partner_{specialist_id}_1").select(partner_id).run()
    assert not app.exception
    with enter(manager.person, manager.operator) as context:
        view = specialist(context, specialist_id)
        assert (view.partner_id, view.row.partner) == (partner_id, company)
    app = open_screen(manager, "specialists", specialist=specialist_id, section="hours")
    app.selectbox(key=f"specialist_partner_{specialist_id}_{view.version}").select("").run()
    with enter(manager.person, manager.operator) as context:
        assert specialist(context, specialist_id).partner_id is None
    own = open_screen(person, "specialists", specialist=specialist_id, section="hours")
    assert not [box for box in own.selectbox if str(box.key).startswith("specialist_partner_")]
