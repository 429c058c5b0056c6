"""The assessment asks what decides the package, takes answers of the right kind, and says what is missing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from core.business.catalog.packages import catalogs
from core.business.engagements.ordering.questions import (
    MAX_TEXT,
    Question,
    check_answers,
    counts_of,
    missing,
    questions,
)
from core.errors import InvalidInputError

SCHOOL = {
    "pupils": 640,
    "staff": 45,
    "systems": "A fees program",
    "history_years": 3,
    "sources": ["oneroster", "spreadsheets"],
}
ANYTHING = st.one_of(
    st.none(), st.integers(), st.booleans(), st.text(max_size=600), st.lists(st.text(max_size=9)), st.floats()
)


def test_every_line_of_business_is_asked_what_limits_its_packages() -> None:
    for domain, offers in catalogs().items():
        limited = {measure for package in offers.packages.values() for measure in package.limits}
        assert limited <= {question.measure for question in questions(domain)}


def test_restaurants_choose_their_sources_from_the_catalogue() -> None:
    [sources] = [question for question in questions("restaurant") if question.key == "sources"]
    assert sources.options["toast"] == "Toast"


def test_another_line_of_business_is_not_asked() -> None:
    with pytest.raises(InvalidInputError, match="Nothing can be ordered"):
        questions("hospital")


def test_answers_are_stored_as_they_are_and_choices_in_their_order() -> None:
    assert check_answers("school", SCHOOL) == SCHOOL
    assert check_answers("school", {"sources": ("spreadsheets", "oneroster")}) == {
        "sources": ["oneroster", "spreadsheets"]
    }
    assert check_answers("school", {"systems": "  Paper  ", "staff": None}) == {"systems": "Paper"}


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("pupils", 0, "from 1 to 1,000,000"),
        ("pupils", "640", "not an answer"),
        ("pupils", True, "not an answer"),
        ("history_years", 51, "from 0 to 50"),
        ("systems", "x" * (MAX_TEXT + 1), "not an answer"),
        ("sources", ["telepathy"], "not an answer"),
        ("sources", "oneroster", "not an answer"),
        ("secret", 1, "is not asked"),
    ],
)
def test_what_is_no_answer_is_refused_in_words(key: str, value: object, message: str) -> None:
    with pytest.raises(InvalidInputError, match=message):
        check_answers("school", {key: value})


@given(st.dictionaries(st.sampled_from([*SCHOOL, "other"]), ANYTHING))
def test_whatever_a_browser_sends_is_stored_clean_or_refused(answers: dict[str, object]) -> None:
    try:
        stored = check_answers("school", answers)
    except InvalidInputError:
        return
    assert check_answers("school", stored) == stored
    assert all(count >= 0 for count in counts_of("school", stored).values())


def test_what_is_missing_is_named_in_the_order_of_the_questions() -> None:
    assert missing("school", SCHOOL) == []
    assert missing("school", {"pupils": 640, "systems": "", "sources": []}) == [
        "Staff",
        "Systems you use now",
        "Years of history to move",
        "Where your data is now",
    ]
    assert missing("school", SCHOOL | {"history_years": 0}) == []


def test_answers_count_for_the_measures_of_the_packages() -> None:
    assert counts_of("school", SCHOOL) == {"pupils": 640, "staff": 45}
    assert counts_of("restaurant", {"locations": 2, "sources": ["toast", "square"]}) == {
        "locations": 2,
        "pos_types": 2,
    }


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "count", "measure": "patience", "most": 5},
        {"kind": "count", "least": 5, "most": 5},
        {"kind": "choices"},
        {"kind": "text", "options": {"a": "A"}},
    ],
)
def test_a_question_that_cannot_be_asked_is_refused_when_it_is_read(values: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Question.model_validate({"key": "x", "label": "X", **values})
