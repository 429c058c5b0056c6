"""The roster on the screen: added, filtered, opened, hours and absences kept, certificates entered; colleagues read."""

from __future__ import annotations

import pytest

from core.business.specialists.certificates.views import certificates
from core.business.specialists.roster.actions import add_specialist
from core.business.specialists.roster.views import roster, specialist
from core.business.specialists.training.views import training
from core.platform.access.actions import enter
from tests.business.specialists.conftest import FIELDS, empty_roster
from tests.operators import add_staff
from tests.pages.operator.screens import open_screen, rows_of
from tests.pages.test_menu import texts

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def manager(database):
    empty_roster()
    return add_staff("manager", is_demo=True)


@pytest.fixture
def maya(manager):
    """A specialist of the demo's operator, in the roster."""
    person = add_staff("specialist", is_demo=True)
    with enter(manager.person, manager.operator) as context:
        return person, add_specialist(context, person.person, FIELDS)


def test_an_empty_roster_says_so_and_offers_to_add(manager):
    app = open_screen(manager, "specialists")
    assert "The roster is empty" in texts(app)
    assert "Add specialist" in [button.label for button in app.button]


def test_a_manager_adds_somebody_with_office_hours(manager):
    person = add_staff("specialist", is_demo=True)
    app = open_screen(manager, "specialists")
    app.button(key="specialists_add").click().run()
    app.selectbox(key="specialists_person").select(person.person).run()
    app.multiselect(key="specialists_languages").select("en").run()
    app.button(key="specialists_add_done").click().run()
    assert not app.exception
    with enter(manager.person, manager.operator) as context:
        (row,) = roster(context)
    assert (row.name, row.languages, float(row.weekly_hours)) == (person.name, ["en"], 37.5)


def test_the_roster_shows_certificates_and_is_filtered(manager, maya):
    person, specialist_id = maya
    app = open_screen(manager, "specialists", specialist=specialist_id)
    app.text_input(key="grant_reason").set_value("Earned elsewhere").run()
    app.button(key="grant_done").click().run()
    with enter(manager.person, manager.operator) as context:
        assert [row.held.title for row in certificates(context, specialist_id)] == ["Toast Associate"]
    app = open_screen(person, "specialists")
    (row,) = rows_of(app, "Certificates")
    assert row["Certificates"] == ["Toast Assoc."]
    assert row["Name"] == person.name
    assert row["Photo"].startswith("data:image/svg+xml;base64,")
    app.text_input(key="specialists_search").set_value("nobody at all").run()
    assert "Nobody found" in texts(app)


def test_a_specialist_changes_their_hours_and_a_fault_is_said(manager, maya):
    person, specialist_id = maya
    app = open_screen(person, "specialists", specialist=specialist_id, section="hours")
    key = f"specialist_{specialist_id}_1"
    app.text_input(key=f"{key}_mon").set_value("9 to five")
    _submit(app, "Save")
    assert "is no span of time" in texts(app)
    app.text_input(key=f"{key}_mon").set_value("10:00-12:00")
    app.text_input(key=f"{key}_sat").set_value("10:00-11:00")
    _submit(app, "Save")
    assert not app.exception
    with enter(person.person, person.operator) as context:
        entry = specialist(context, specialist_id)
    assert entry.hours["mon"] == [["10:00", "12:00"]]
    assert entry.hours["sat"] == [["10:00", "11:00"]]


def test_an_absence_is_added_and_cancelled(manager, maya):
    person, specialist_id = maya
    app = open_screen(person, "specialists", specialist=specialist_id, section="absences")
    assert "No absences" in texts(app)
    _submit(app, "Add absence")
    (row,) = rows_of(app, "First day")
    assert row["Kind"] == ["Leave"]
    assert row["First day"] == row["Last day"]
    with enter(person.person, person.operator) as context:
        assert len(specialist(context, specialist_id).absences) == 1


def test_training_is_ticked_by_the_person_and_confirmed_by_a_manager(manager, maya):
    person, specialist_id = maya
    app = open_screen(person, "specialists", specialist=specialist_id, section="training")
    app.checkbox(key=f"training_{specialist_id}_product_tour").check().run()
    assert not app.exception
    assert not [button for button in app.button if button.label == "Confirm"]
    app = open_screen(manager, "specialists", specialist=specialist_id, section="training")
    app.button(key=f"training_{specialist_id}_product_tour_confirm").click().run()
    with enter(manager.person, manager.operator) as context:
        assert training(context, specialist_id)[0].steps[0].confirmed_by == manager.name


def test_a_colleague_reads_hours_and_sees_neither_absences_nor_forms(manager, maya):
    _, specialist_id = maya
    noel = add_staff("specialist", is_demo=True)
    app = open_screen(noel, "specialists", specialist=specialist_id, section="absences")
    assert "Add absence" not in [button.label for button in app.button]
    app = open_screen(noel, "specialists", specialist=specialist_id, section="hours")
    assert rows_of(app, "Hours")[0] == {"Day": "Monday", "Hours": "09:00-12:00, 13:00-17:00"}


def test_a_link_to_nobody_is_refused_in_words(manager):
    app = open_screen(manager, "specialists", specialist="nobody")
    assert "This link names a specialist" in texts(app)


def _submit(app, label):
    next(button for button in app.button if button.label == label).click().run()
