"""Certification on the screen: an exam is begun, answered and finished; renewals and coverage are listed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.business.specialists.certificates.actions import grant
from core.business.specialists.exams.stored import drawn_of, find_attempt
from core.business.specialists.roster.actions import add_specialist
from core.platform.access.actions import enter
from tests.business.specialists.conftest import FIELDS, empty_roster, train
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
    """A specialist who did the training."""
    person = add_staff("specialist", is_demo=True)
    with enter(manager.person, manager.operator) as context:
        specialist_id = add_specialist(context, person.person, FIELDS)
        train(context, specialist_id)
    return person, specialist_id


def attempt_of(app) -> str:
    """The attempt that the address names."""
    value = app.query_params["exam"]
    return value if isinstance(value, str) else value[0]


def test_who_is_not_in_the_roster_sees_coverage_and_no_exams(manager):
    app = open_screen(manager, "certification")
    assert {row["State"][0] for row in rows_of(app, "People")} == {"Nobody"}
    assert "No certificate ends within 60 days." in texts(app)
    assert not [button for button in app.button if str(button.key).startswith("exam_")]
    counts = [frame.value for frame in app.dataframe if "Module" in frame.value.columns]
    assert counts[0][["Associate", "Professional", "Master"]].to_numpy().sum() == 225


def test_an_exam_is_taken_on_the_screen_and_certified(maya):
    person, specialist_id = maya
    app = open_screen(person, "certification")
    assert app.button(key="exam_toast_professional").disabled
    app.button(key="exam_toast_associate").click().run()
    assert not app.exception
    assert len(app.radio) == 10
    with enter(person.person, person.operator) as context:
        attempt = attempt_of(app)
        questions = drawn_of(find_attempt(context, specialist_id, attempt))
    for question in questions:
        app.radio(key=f"exam_{attempt}_{question.id}").set_value(question.right).run()
    app.button(key="exam_finish").click().run()
    assert "Passed: 100%" in texts(app)
    assert "10 of 10 right" in texts(app)
    app = open_screen(person, "certification")
    assert "Covered" not in {row["State"][0] for row in rows_of(app, "People")}
    assert rows_of(app, "People")[0]["Associate"] == person.name
    assert not app.button(key="exam_toast_professional").disabled


def test_a_wrong_answer_is_explained_afterwards(maya):
    person, _ = maya
    app = open_screen(person, "certification")
    app.button(key="exam_square_associate").click().run()
    app.button(key="exam_finish").click().run()
    assert "Not passed: 0%" in texts(app)
    assert "Right answer:" in texts(app)
    assert "Your answer: no answer" in texts(app)


def test_renewals_are_listed_with_the_days_left(manager, maya):
    person, specialist_id = maya
    with enter(manager.person, manager.operator) as context:
        day = context.now.date() - timedelta(days=360)
        grant(context, specialist_id, "clover", "associate", "Earlier", day)
    app = open_screen(manager, "certification")
    (row,) = rows_of(app, "Reminded")
    assert (row["Specialist"], row["Certificate"]) == (person.name, "Clover Associate")
    assert row["Reminded"] == "7 days before"


def test_the_exam_of_somebody_else_is_refused_in_words(maya):
    person, _ = maya
    app = open_screen(person, "certification")
    app.button(key="exam_school_associate").click().run()
    attempt = attempt_of(app)
    app = open_screen(add_staff("specialist", is_demo=True), "certification", exam=attempt)
    assert "This link names an exam" in texts(app) or "not in the roster" in texts(app)
