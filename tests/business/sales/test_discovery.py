"""The nine questions of discovery: the texts of the playbook, and one value for an answer and its field."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.business.sales.prospects.actions import edit_prospect
from core.business.sales.prospects.discovery import answer_discovery
from core.business.sales.prospects.questions import answer_of_field, questions, read_answer
from core.business.sales.prospects.rules import FieldsError, parse_number
from core.business.sales.prospects.views import given_answers, prospect
from core.context import Context
from core.platform.access.actions import enter
from tests.business.sales.factories import add_prospect
from tests.operators import add_staff

PLAYBOOK = [
    "Which POS system are you currently using?",
    "How many locations need migration?",
    "What's your typical daily transaction volume?",
    "What's holding you back from upgrading?",
    "Have you attempted migration before?",
    "What's your biggest concern about switching?",
    "When do you need to complete the migration?",
    "Any seasonal considerations?",
    "Budget cycle timing?",
]


@pytest.fixture(scope="module")
def sam(database: None) -> Iterator[Context]:
    person = add_staff("sales")
    with enter(person.person, person.operator) as context:
        yield context


def test_the_questions_are_those_of_the_playbook_and_schools_hear_their_own_words():
    assert [entry.text for entry in questions("restaurant")] == PLAYBOOK
    school = questions("school")
    assert [entry.key for entry in school] == [entry.key for entry in questions("restaurant")]
    assert "student information system" in school[0].text
    assert not any("POS" in entry.text or "transaction" in entry.text for entry in school)


def test_an_answer_fills_its_field_and_takes_a_new_prospect_to_discovery(sam):
    prospect_id = add_prospect(sam, locations=None, source_system=None)
    answers = {
        "pos_system": "Toast POS",
        "locations": "1,200",
        "daily_volume": "300",
        "season": "Quiet in August",
    }
    assert answer_discovery(sam, prospect_id, answers) == list(answers)
    details = prospect(sam, prospect_id)
    assert (details.source_system, details.locations, details.volume("orders_per_day")) == (
        "toast",
        1200,
        300,
    )
    assert (details.stage, details.answers["pos_system"], details.answers["season"]) == (
        "discovery",
        "Toast",
        "Quiet in August",
    )
    assert answer_discovery(sam, prospect_id, answers) == []
    assert given_answers(sam, prospect_id)["locations"].person == sam.name


def test_an_edit_of_the_field_shows_in_discovery_and_an_empty_answer_clears_it(sam):
    prospect_id = add_prospect(sam, locations=3)
    assert prospect(sam, prospect_id).answers["locations"] == "3"
    edit_prospect(sam, prospect_id, {"locations": 4, "source_system": "Aloha"})
    answers = prospect(sam, prospect_id).answers
    assert (answers["locations"], answers["pos_system"]) == ("4", "Aloha")
    answer_discovery(sam, prospect_id, {"locations": ""})
    details = prospect(sam, prospect_id)
    assert details.locations is None
    assert "locations" not in details.answers


def test_pupils_of_a_school_are_a_volume(sam):
    prospect_id = add_prospect(sam, domain="school", source_system="oneroster")
    answer_discovery(sam, prospect_id, {"daily_volume": "801"})
    assert prospect(sam, prospect_id).volume("pupils") == 801


@pytest.mark.parametrize("text", ["about 50", "1.200", "12,5", "-3", "0", "1e3"])
def test_a_number_that_is_not_certain_is_refused_and_no_answer_is_stored(sam, text):
    prospect_id = add_prospect(sam, locations=3)
    with pytest.raises(FieldsError) as error:
        answer_discovery(sam, prospect_id, {"locations": text, "season": "Summer"})
    assert list(error.value.faults) == ["locations"]
    assert "season" not in prospect(sam, prospect_id).answers


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(
    st.fixed_dictionaries(
        {
            "pos_system": st.sampled_from(["", "Toast", "Clover", "Aloha 6", "Micros"]),
            "locations": st.integers(1, 100_000).map(str) | st.just(""),
            "daily_volume": st.integers(0, 10**9).map(str) | st.just(""),
            "deadline": st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), max_size=30),
        }
    )
)
def test_what_is_answered_is_read_back_and_stands_in_the_fields(sam, answers):
    prospect_id = add_prospect(sam, locations=None, source_system=None)
    answer_discovery(sam, prospect_id, answers)
    details = prospect(sam, prospect_id)
    assert {key: details.answers.get(key, "") for key in answers} == answers
    for entry in questions("restaurant"):
        if entry.fills:
            text = answer_of_field(entry, details.source_system, details.locations, details.volumes)
            assert text == answers[entry.key]
            assert read_answer(entry, "restaurant", text) == (
                details.source_system
                if entry.fills == "source_system"
                else details.locations
                if entry.fills == "locations"
                else details.volume(entry.measure)
            )


@given(st.integers(0, 10**9))
def test_numbers_are_read_with_and_without_thousands(number):
    assert {
        parse_number(str(number)),
        parse_number(f"{number:,}"),
        parse_number(f"{number:,}".replace(",", " ")),
    } == {number}
