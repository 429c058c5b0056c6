"""Prospects on the screen: added, found, moved, planned, and their discovery answered."""

from __future__ import annotations

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from core.business.sales.prospects.actions import edit_prospect, set_next_step
from core.business.sales.prospects.rules import ContactDetails
from core.business.sales.prospects.views import history, prospect
from core.kit.ids import new_id
from core.platform.access.actions import enter
from tests.business.sales.factories import add_prospect
from tests.operators import Staff, add_staff
from tests.pages.operator.screens import open_screen, rows_of
from tests.pages.test_menu import texts

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(scope="module")
def sam(database: None) -> Staff:
    return add_staff("sales", is_demo=True)


@pytest.fixture(scope="module")
def manager(database: None) -> Staff:
    return add_staff("manager", is_demo=True)


def new_prospect(person: Staff, **fields: object) -> str:
    with enter(person.person, person.operator) as context:
        return add_prospect(context, **fields)


def details(person: Staff, prospect_id: str):
    with enter(person.person, person.operator) as context:
        return prospect(context, prospect_id)


def field(app: AppTest, key: str):
    boxes = [*app.text_input, *app.selectbox, *app.number_input, *app.segmented_control, *app.text_area]
    return next(box for box in boxes if box.key == key)


def test_a_person_without_prospects_is_offered_to_add_one() -> None:
    app = open_screen(add_staff("sales", is_demo=True), "prospects", find=new_id())
    assert "**No prospect found**" in [element.value for element in app.markdown]
    assert [button.label for button in app.button if button.key == "prospects_create"] == ["Add prospect"]


def test_a_prospect_is_added_and_opened(sam: Staff) -> None:
    name = f"Osteria *{new_id()[-8:]}*"
    app = open_screen(sam, "prospects")
    app.button(key="prospects_create").click().run()
    field(app, "prospect_new_name").set_value(name).run()
    field(app, "prospect_new_contact_email").set_value("no address").run()
    app.button(key="prospect_create").click().run()
    assert "Enter an e" in texts(app)
    field(app, "prospect_new_contact_email").set_value(f"{new_id()[-8:]}@example.com").run()
    app.button(key="prospect_create").click().run()
    assert not app.exception
    assert name.split("*")[1] in app.title[0].value
    assert "9 discovery answers missing" in [button.label for button in app.button]


def test_an_existing_company_is_warned_about_before_it_is_added(sam: Staff) -> None:
    name = f"Bella {new_id()[-8:]}"
    new_prospect(add_staff("sales", is_demo=True), name=f"{name}, LLC")
    app = open_screen(sam, "prospects")
    app.button(key="prospects_create").click().run()
    field(app, "prospect_new_name").set_value(name.upper()).run()
    assert "may be a prospect that exists already" in texts(app)
    assert app.button(key="prospect_create").label == "Add anyway"


def test_the_list_is_filtered_by_search_and_stage(manager: Staff) -> None:
    key = new_id()[-12:]
    new_prospect(manager, name=f"{key} new")
    new_prospect(manager, name=f"{key} demo", stage="demo")
    app = open_screen(manager, "prospects", find=key)
    assert {row["Prospect"] for row in rows_of(app, "Prospect")} == {f"{key} new", f"{key} demo"}
    assert app.button(key="stage_demo").label == "**1** Demo"
    app.button(key="stage_demo").click().run()
    assert [row["Prospect"] for row in rows_of(app, "Prospect")] == [f"{key} demo"]
    app.button(key="stage_demo").click().run()
    assert len(rows_of(app, "Prospect")) == 2


def test_an_overdue_step_is_red_and_done_with_a_click(sam: Staff) -> None:
    prospect_id = new_prospect(sam)
    with enter(sam.person, sam.operator) as context:
        set_next_step(context, prospect_id, "Call Rosa", context.now.date() - timedelta(days=4))
    app = open_screen(sam, "prospects", prospect=prospect_id)
    assert "Call Rosa" in texts(app)
    assert "d overdue" in texts(app)
    app.button(key="next_step_done").click().run()
    assert details(sam, prospect_id).next_step is None


def test_a_loss_asks_for_its_reason(sam: Staff) -> None:
    prospect_id = new_prospect(sam)
    app = open_screen(sam, "prospects", prospect=prospect_id)
    field(app, "prospect_stage").set_value("demo").run()
    assert details(sam, prospect_id).stage == "demo"
    field(app, "prospect_stage").set_value("lost").run()
    assert app.button(key="lose").disabled
    field(app, "lost_reason").set_value("Price").run()
    app.button(key="lose").click().run()
    assert (details(sam, prospect_id).stage, details(sam, prospect_id).lost_reason) == ("lost", "Price")


def test_a_contact_is_shown_on_demand_only(sam: Staff) -> None:
    prospect_id = new_prospect(sam, contact=ContactDetails("Ada Quill", "ada.quill@example.com", ""))
    app = open_screen(sam, "prospects", prospect=prospect_id)
    assert "ada.quill@example.com" not in texts(app)
    app.button(key="prospect_contact").click().run()
    assert "ada.quill@example.com" in texts(app)


def test_answers_of_discovery_fill_the_prospect_and_an_edit_shows_there(sam: Staff) -> None:
    prospect_id = new_prospect(sam, locations=None, source_system=None)
    app = open_screen(sam, "prospects", prospect=prospect_id, section="discovery")
    prefix = f"discovery_{prospect_id}_"
    field(app, f"{prefix}locations").set_value(12)
    field(app, f"{prefix}pos_system").set_value("Clover")
    field(app, f"{prefix}budget_cycle").set_value("July")
    app.button(key="discovery_save").click().run()
    assert not app.exception
    stored = details(sam, prospect_id)
    assert (stored.locations, stored.source_system, stored.stage) == (12, "clover", "discovery")
    assert stored.answers["budget_cycle"] == "July"
    with enter(sam.person, sam.operator) as context:
        edit_prospect(context, prospect_id, {"locations": 13})
    assert field(app.run(), f"{prefix}locations").value == 13


def test_an_edit_writes_only_what_was_changed(sam: Staff) -> None:
    prospect_id = new_prospect(sam, volumes={"items": 70})
    app = open_screen(sam, "prospects", prospect=prospect_id)
    app.button(key="prospect_edit").click().run()
    with enter(sam.person, sam.operator) as context:
        edit_prospect(context, prospect_id, {"volumes": {"items": 71}})
    field(app, f"prospect_edit_{prospect_id}_locations").set_value(44).run()
    app.button(key="prospect_save").click().run()
    assert not app.exception
    stored = details(sam, prospect_id)
    assert (stored.locations, stored.volume("items")) == (44, 71)


def test_a_note_stands_in_the_history(sam: Staff) -> None:
    prospect_id = new_prospect(sam)
    app = open_screen(sam, "prospects", prospect=prospect_id, section="history")
    field(app, "prospect_note").set_value("Ask again in May").run()
    app.button(key="prospect_add_note").click().run()
    with enter(sam.person, sam.operator) as context:
        assert history(context, prospect_id)[0].note == "Ask again in May"
    assert "Ask again in May" in texts(app)


def test_a_link_to_a_prospect_of_somebody_else_is_one_clear_refusal(sam: Staff) -> None:
    prospect_id = new_prospect(add_staff("sales", is_demo=True))
    app = open_screen(sam, "prospects", prospect=prospect_id)
    assert "names a prospect that does not exist or that you may not see" in texts(app)


def test_a_list_is_previewed_and_imported_with_what_was_refused(sam: Staff) -> None:
    key = new_id()[-12:]
    text = f"Account name,POS,# of locations,Colour\nOne {key},Toast,3,red\nTwo {key},Toast,about 4,blue\n"
    app = open_screen(sam, "prospects")
    app.button(key="prospects_upload").click().run()
    app.file_uploader[0].set_value(("list.csv", text.encode(), "text/csv")).run()
    assert app.button(key="prospects_import").label == "Add 1 prospect"
    [added] = [row for row in rows_of(app, "Outcome") if row["Company"] == f"One {key}"]
    assert added["Outcome"] == ["Added"]
    app.button(key="prospects_import").click().run()
    assert not app.exception
    assert "1 prospect added" in texts(app)
    [refused] = [row for row in rows_of(app, "Outcome") if row["Company"] == f"Two {key}"]
    assert (refused["Outcome"], refused["Field"], refused["Value"]) == (["Refused"], "Locations", "about 4")
    app = open_screen(sam, "prospects", find=key)
    assert [row["Prospect"] for row in rows_of(app, "Prospect")] == [f"One {key}"]


def test_a_manager_chooses_the_owner_and_who_sells_does_not(manager: Staff, sam: Staff) -> None:
    prospect_id = new_prospect(manager)
    app = open_screen(manager, "prospects", prospect=prospect_id)
    app.button(key="prospect_owner").click().run()
    field(app, f"owner_{prospect_id}").set_value(sam.person).run()
    app.button(key="owner_save").click().run()
    assert details(sam, prospect_id).owner_name == sam.name
    app = open_screen(sam, "prospects", prospect=prospect_id)
    assert [button.key for button in app.button if button.key == "prospect_owner"] == []


def test_a_prospect_without_owner_is_taken_over(manager: Staff, sam: Staff) -> None:
    prospect_id = new_prospect(manager)
    app = open_screen(sam, "prospects", prospect=prospect_id)
    app.button(key="prospect_take").click().run()
    assert details(sam, prospect_id).owner_id == sam.person
    assert [button.key for button in app.button if button.key == "prospect_take"] == []


def test_a_next_step_is_planned_from_the_record(sam: Staff) -> None:
    prospect_id = new_prospect(sam)
    app = open_screen(sam, "prospects", prospect=prospect_id)
    app.session_state["next_step_plan"] = True  # AppTest opens no popover
    app.run()
    field(app, "next_step_text").set_value("Show the demo").run()
    app.button(key="next_step_save").click().run()
    assert not app.exception
    stored = details(sam, prospect_id)
    assert stored.next_step == "Show the demo"
    assert stored.next_step_on is not None


def test_filters_that_match_nothing_are_cleared_with_a_click(sam: Staff) -> None:
    name = f"Visible {new_id()[-8:]}"
    new_prospect(sam, name=name)
    app = open_screen(sam, "prospects", find=f"{new_id()} nothing")
    app.button(key="prospects_clear").click().run()
    assert not app.exception
    assert (
        name in [row["Prospect"] for row in rows_of(app, "Prospect")] or len(rows_of(app, "Prospect")) == 50
    )


def test_a_school_is_asked_in_its_own_words(sam: Staff) -> None:
    prospect_id = new_prospect(sam, domain="school", source_system="oneroster")
    app = open_screen(sam, "prospects", prospect=prospect_id, section="discovery")
    labels = [box.label for box in [*app.selectbox, *app.number_input]]
    assert "Which student information system are you currently using?" in labels
    assert "How many pupils are enrolled?" in labels


@pytest.mark.parametrize(
    ("path", "key"),
    [("prospects", "prospect"), ("quotes", "quote"), ("quotes", "edit"), ("quotes", "create")],
)
def test_an_address_with_an_id_that_is_none_is_not_there(sam: Staff, path: str, key: str) -> None:
    app = open_screen(sam, path, **{key: "nonsense"})
    assert any("Not there" in element.value for element in app.markdown)
    assert not any("Something went wrong" in element.value for element in app.markdown)
