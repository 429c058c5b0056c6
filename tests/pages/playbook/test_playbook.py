"""The playbook on the screen: claims beside figures, edits by managers with nothing lost, content shown as text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from core.business.sales.playbook.actions import save_entry
from core.business.sales.playbook.content import as_document, standard_entry
from core.business.sales.playbook.views import playbook_entry
from core.entry.demo_history import seed_history
from core.platform.access.actions import enter
from tests.operators import Staff, add_staff
from tests.pages.operator.screens import open_screen, rows_of

pytestmark = pytest.mark.usefixtures("database")
ENTRY = ("objections", "time")
HOSTILE = "<b>x</b> www.example.com [link](http://x) ![i](http://x/i.png) $\\alpha$ :material/bomb: :red[y]"


@pytest.fixture(scope="module")
def manager(database: None) -> Iterator[Staff]:
    staff = add_staff("manager", is_demo=True)
    with enter(staff.person, staff.operator) as context:
        context.session.execute(text("select empty_demo()"))
        context.session.commit()
        seed_history(context, date(2026, 11, 28))
        yield staff
        context.session.execute(text("select empty_demo()"))
        context.session.commit()


def _save(person: Staff, entry: tuple[str, str] = ENTRY, **changes: str) -> int:
    with enter(person.person, person.operator) as context:
        now = playbook_entry(context, *entry)
        return save_entry(context, *entry, as_document(now.content) | changes, now.version)


def _texts(app: AppTest) -> str:
    return "\n".join(str(element.value) for element in [*app.markdown, *app.text, *app.code, *app.caption])


def _open(app: AppTest, group: str) -> AppTest:
    app.segmented_control(key="playbook_group").set_value(group).run()
    assert not app.exception
    return app


@pytest.mark.parametrize("group", ["Pitch", "Objections", "Comparison", "Stories", "Process", "Enablement"])
def test_each_section_is_drawn(manager: Staff, group: str) -> None:
    app = _open(open_screen(manager, "playbook"), group)
    assert app.title[0].value == "Playbook"
    assert len(_texts(app)) > 200


def test_a_claim_that_the_figures_contradict_stands_behind_the_figure(manager: Staff) -> None:
    app = _open(open_screen(manager, "playbook"), "Pitch")
    [line] = [str(element.value) for element in app.markdown if "95%" in str(element.value)]
    assert line.startswith("**Measured\\: mapping precision")
    assert ":red-badge[:material/block: Do not say]" in line
    assert "30 migrations" in line
    rows = [str(element.value) for element in app.markdown if "Every row of every file" in str(element.value)]
    assert ":green-badge[:material/check: Supported]" in rows[0]
    assert any(":gray-badge[Claim, not yet measured]" in str(element.value) for element in app.markdown)


def test_a_search_looks_in_all_sections_and_says_when_nothing_is_there(manager: Staff) -> None:
    app = open_screen(manager, "playbook")
    app.text_input(key="playbook_text").set_value("rollback").run()
    assert {"Objections", "Comparison"} <= {header.value for header in app.header}
    app.text_input(key="playbook_text").set_value("zeppelin").run()
    assert "**Nothing found**" in [element.value for element in app.markdown]


def test_a_manager_edits_an_answer_and_it_is_the_next_version(manager: Staff) -> None:
    app = _open(open_screen(manager, "playbook"), "Objections")
    app.button(key="playbook_edit_objections_time").click().run()
    area = app.text_area(key="playbook_form_objections_time_answer")
    area.set_value("One afternoon of yours, no more.").run()
    app.button(key="playbook_save").click().run()
    assert not app.exception
    assert "One afternoon of yours, no more." in _texts(app)
    assert f"by {manager.name}" in _texts(app).replace("\\", "")


def test_a_wrong_field_is_named_and_what_was_typed_stays(manager: Staff) -> None:
    app = _open(open_screen(manager, "playbook"), "Objections")
    app.button(key="playbook_edit_objections_price").click().run()
    app.text_area(key="playbook_form_objections_price_answer").set_value("").run()
    app.text_input(key="playbook_form_objections_price_title").set_value("Too dear").run()
    app.button(key="playbook_save").click().run()
    assert "Answer: is missing" in _texts(app)
    assert app.text_input(key="playbook_form_objections_price_title").value == "Too dear"


def test_who_saved_meanwhile_is_shown_beside_what_was_typed(manager: Staff) -> None:
    app = _open(open_screen(manager, "playbook"), "Objections")
    app.button(key="playbook_edit_objections_complexity").click().run()
    colleague = add_staff("manager", is_demo=True)
    theirs = _save(colleague, ("objections", "complexity"), answer="Theirs.")
    app.text_area(key="playbook_form_objections_complexity_answer").set_value("Mine.").run()
    app.button(key="playbook_save").click().run()
    assert rows_of(app, "Theirs") == [{"Field": "Answer", "Theirs": "Theirs.", "Yours": "Mine."}]
    app.button(key="playbook_save_mine").click().run()
    assert not app.exception
    with enter(manager.person, manager.operator) as context:
        entry = playbook_entry(context, "objections", "complexity")
    assert (entry.version, entry.content.answer) == (theirs + 1, "Mine.")


def test_an_old_version_is_restored_from_the_history(manager: Staff) -> None:
    _save(manager, ("deep_dive", "tokens"), text="Changed for a moment.")
    app = _open(open_screen(manager, "playbook"), "Process")
    app.button(key="playbook_history_deep_dive_tokens").click().run()
    app.button(key="playbook_restore_0").click().run()
    app.button(key="playbook_restore_0_confirm").click().run()
    assert not app.exception
    with enter(manager.person, manager.operator) as context:
        assert playbook_entry(context, "deep_dive", "tokens").content == standard_entry("deep_dive", "tokens")


def test_sales_copies_answers_and_edits_nothing(manager: Staff) -> None:
    app = _open(open_screen(add_staff("sales", is_demo=True), "playbook"), "Objections")
    assert len(app.code) == 4
    keys = [button.key or "" for button in app.button]
    assert any(key.startswith("playbook_history_") for key in keys)
    assert not any(key.startswith("playbook_edit_") for key in keys)


def test_what_a_manager_enters_comes_out_literally(manager: Staff) -> None:
    _save(manager, ("differentiators", "white_glove"), title=HOSTILE)
    app = _open(open_screen(manager, "playbook"), "Pitch")
    [title] = [str(element.value) for element in app.markdown if "alpha" in str(element.value)]
    assert "://x" not in title.replace("\\", "")
    assert "www." not in title.replace("\\", "")
    assert "<b>" not in title.replace("\\<", "")
    for piece in ("\\<b\\>", "\\[link\\]\\(", "\\$\\\\alpha\\$", "\\:\u2060material", "\\:red\\["):
        assert piece in title


def test_the_calendar_names_the_next_meetings(manager: Staff) -> None:
    app = _open(open_screen(manager, "playbook"), "Enablement")
    rows = rows_of(app, "Meeting")
    assert [row["Meeting"] for row in rows] == [
        *("Sales enablement call", "Feature update", "Business review", "Sales summit")
    ]
    assert all(row["Next"] and row["Then"] for row in rows)


def test_each_story_is_marked_as_fictional_and_leads_to_its_demo(manager: Staff) -> None:
    app = _open(open_screen(manager, "playbook"), "Stories")
    badges = [element.value for element in app.markdown if "Fictional" in str(element.value)]
    assert len(badges) == 3
