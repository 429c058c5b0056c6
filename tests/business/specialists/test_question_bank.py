"""Every exam has its questions, of every module, and nothing but knowledge tells the right option."""

from __future__ import annotations

from collections import Counter

import pytest
from pydantic import ValidationError

from core.business.specialists.exams.bank import Question, coverage, questions
from core.business.specialists.program import certificate_title, level, program, rank, speciality
from core.errors import NotFoundError

EXAMS = [(key, name) for key in program().specialities for name in program().levels]


def _rank_by_length(question: Question) -> int:
    lengths = sorted(map(len, question.options), reverse=True)
    return lengths.index(len(question.options[question.answer]))


@pytest.mark.parametrize(("key", "name"), EXAMS)
def test_each_exam_has_fifteen_questions_five_of_each_module(key, name):
    assert len(questions(key, name)) == 15
    assert coverage(key)[name] == dict.fromkeys(speciality(key).modules, 5)


@pytest.mark.parametrize(("key", "name"), EXAMS)
def test_the_length_of_an_option_does_not_pass_an_exam(key, name):
    """Whoever always takes the longest option, or the second, third or shortest, fails."""
    places = Counter(map(_rank_by_length, questions(key, name).values()))
    assert max(places.values()) * 100 / len(questions(key, name)) < level(name).pass_percent
    assert len(places) >= 3


def test_the_place_of_the_right_option_is_no_hint_in_the_file():
    places = Counter(entry.answer for key, name in EXAMS for entry in questions(key, name).values())
    assert sum(places.values()) == 225
    assert all(0.15 < count / 225 < 0.4 for count in places.values())
    assert len(places) == 4


def test_no_question_and_no_id_stands_twice():
    entries = [entry for key, name in EXAMS for entry in questions(key, name).values()]
    assert len({entry.id for entry in entries}) == len({entry.text for entry in entries}) == 225
    assert all(len(entry.why) > 20 for entry in entries)


@pytest.mark.parametrize(
    "change", [{"options": ("a", "b", "c")}, {"options": ("a", "a", "c", "d")}, {"answer": 4}, {"why": " "}]
)
def test_a_question_with_a_fault_is_not_loaded(change):
    usual = {
        "id": "x",
        "module": "api",
        "text": "?",
        "options": ("a", "b", "c", "d"),
        "answer": 0,
        "why": "y",
    }
    assert Question.model_validate(usual)
    with pytest.raises(ValidationError):
        Question.model_validate(usual | change)


def test_the_program_has_two_axes_and_enterprise_holds_six_months():
    assert list(program().specialities) == ["toast", "square", "clover", "enterprise", "school"]
    assert [rank(key) for key in ("associate", "professional", "master")] == [0, 1, 2]
    months = {key: entry.months for key, entry in program().specialities.items()}
    assert months == {"toast": 12, "square": 12, "clover": 12, "enterprise": 6, "school": 12}
    assert certificate_title("toast", "professional") == "Toast Professional"
    with pytest.raises(NotFoundError):
        speciality("pizza")
    with pytest.raises(NotFoundError):
        level("wizard")
