"""An exam is drawn by its seed, scored to the digit, and begun by who may."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.business.specialists.exams.bank import questions
from core.business.specialists.exams.rules import (
    DrawnQuestion,
    attempts_left,
    check_answer,
    check_attempts,
    check_level_below,
    check_training,
    draw,
    is_passed,
    next_attempt_on,
    score,
)
from core.errors import ConflictError, InvalidInputError, LimitReachedError

NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)
SEEDS = st.text("0123456789abcdef", min_size=8, max_size=32)


@given(SEEDS, st.sampled_from(["toast", "enterprise", "school"]), st.sampled_from(["associate", "master"]))
def test_a_seed_draws_ten_questions_from_all_modules_and_always_the_same(seed, key, name):
    selection = draw(key, name, seed)
    assert selection == draw(key, name, seed)
    bank = questions(key, name)
    assert len({question.id for question in selection}) == 10
    modules = Counter(bank[question.id].module for question in selection)
    assert sorted(modules.values()) == [3, 3, 4]
    for question in selection:
        assert sorted(question.order) == [0, 1, 2, 3]
        assert question.order[question.right] == bank[question.id].answer


def test_seeds_draw_different_exams_and_put_the_right_option_everywhere():
    exams = [draw("toast", "associate", str(seed)) for seed in range(200)]
    assert len({tuple(question.id for question in exam) for exam in exams}) > 190
    places = Counter(question.right for exam in exams for question in exam)
    assert all(0.2 < count / 2000 < 0.3 for count in places.values())


@given(SEEDS)
def test_what_is_stored_of_a_question_reads_back(seed):
    for question in draw("square", "professional", seed):
        assert DrawnQuestion.from_document(question.as_document()) == question


@given(SEEDS, st.integers(0, 10))
def test_the_score_is_the_share_of_right_answers(seed, right):
    selection = draw("clover", "associate", seed)
    answers = {
        question.id: question.right if number < right else (question.right + 1) % 4
        for number, question in enumerate(selection)
    }
    assert score(selection, answers) == Decimal(right * 10)
    assert score(selection, {}) == 0
    assert score(selection[:3], {selection[0].id: selection[0].right}) == Decimal("33.33")


@pytest.mark.parametrize(
    ("name", "percent", "passed"),
    [("associate", 70, True), ("associate", 69.99, False), ("professional", 75, True), ("master", 79, False)],
)
def test_each_level_has_its_pass_mark(name, percent, passed):
    assert is_passed(name, Decimal(str(percent))) is passed


def test_an_answer_belongs_to_the_exam_and_is_one_of_four():
    selection = draw("toast", "associate", "1")
    check_answer(selection, selection[0].id, 3)
    for question, choice in (("square-a-01", 0), (selection[0].id, 4), (selection[0].id, -1)):
        with pytest.raises(InvalidInputError):
            check_answer(selection, question, choice)


def test_a_level_needs_the_one_below_unless_it_is_renewed():
    check_level_below("toast", "associate", set())
    check_level_below("toast", "professional", {"associate"})
    check_level_below("toast", "master", set(), ["master"])
    with pytest.raises(ConflictError, match="needs a valid certificate Toast Professional"):
        check_level_below("toast", "master", {"associate"})


def test_open_steps_of_the_training_are_named():
    check_training([])
    with pytest.raises(ConflictError, match="2 steps are open"):
        check_training(["Product tour", "Handover"])


@given(st.lists(st.integers(0, 60 * 24 * 60), max_size=8))
def test_no_more_than_three_attempts_lie_within_thirty_days(minutes):
    starts = [NOW - timedelta(minutes=minute) for minute in minutes]
    recent = sum(1 for minute in minutes if minute < 30 * 24 * 60)
    assert attempts_left(starts, NOW) == max(0, 3 - recent)
    if recent < 3:
        check_attempts(starts, NOW)
        assert next_attempt_on(starts, NOW) is None
        return
    with pytest.raises(LimitReachedError, match="3 times in 30 days"):
        check_attempts(starts, NOW)
    opens = next_attempt_on(starts, NOW)
    assert opens is not None
    assert NOW.date() <= opens <= NOW.date() + timedelta(days=30)
    check_attempts(starts, datetime.combine(opens, NOW.timetz()) + timedelta(days=1))
