"""Scores, averages and the NPS, checked against sums made another way."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.business.engagements.feedback.rules import (
    NPS,
    SATISFACTION,
    average,
    check_comment,
    check_open,
    check_score,
    feedback_rules,
    figure,
    net_promoter_score,
)
from core.errors import ConflictError, InvalidInputError


@pytest.mark.parametrize(("kind", "lowest", "highest"), [(SATISFACTION, 1, 5), (NPS, 0, 10)])
def test_a_score_is_a_whole_number_of_its_scale(kind, lowest, highest):
    for score in range(lowest, highest + 1):
        check_score(kind, score)
    for score in (lowest - 1, highest + 1, True, 3.5, "3"):
        with pytest.raises(InvalidInputError, match="no score"):
            check_score(kind, score)


@pytest.mark.parametrize(
    ("scores", "nps"),
    [
        ([10] * 5, 100),
        ([0] * 5, -100),
        ([7, 8, 7, 8, 7], 0),
        ([9, 10, 9, 8, 6], 40),
        ([9, 9, 6], 33),
        ([9, 6, 6], -33),
        ([10, 7, 7, 7, 7, 7, 7, 7], 13),
        ([6, 7, 7, 7, 7, 7, 7, 7], -13),
    ],
)
def test_the_nps_is_promoters_less_detractors_in_percent(scores, nps):
    assert net_promoter_score(scores) == nps


@given(st.lists(st.integers(0, 10), min_size=1, max_size=60))
def test_the_nps_is_within_half_a_point_of_the_exact_fraction(scores):
    exact = Fraction(sum((score >= 9) - (score <= 6) for score in scores) * 100, len(scores))
    value = net_promoter_score(scores)
    assert abs(Fraction(value) - exact) <= Fraction(1, 2)
    assert -100 <= value <= 100


@given(st.lists(st.integers(1, 5), min_size=1, max_size=60))
def test_an_average_is_within_half_a_tenth_of_the_exact_mean_and_on_the_scale(scores):
    value = average(scores)
    assert abs(Fraction(value) - Fraction(sum(scores), len(scores))) <= Fraction(1, 20)
    assert 1 <= value <= 5


def test_halves_are_rounded_up():
    assert average([4] * 19 + [3]) == Decimal("4.0")
    assert average([5, 4, 4, 4] * 5) == Decimal("4.3")


def test_below_the_minimum_sample_there_is_no_figure_and_the_note_says_what_is_missing():
    few = figure(SATISFACTION, [5, 5, 5, 5])
    assert (few.value, few.text, few.sample_text) == (None, "–", "4 of 5 answers needed")
    empty = figure(NPS, [])
    assert (empty.text, empty.sample_text) == ("–", "0 of 5 answers needed")


def test_with_enough_answers_the_figure_stands_with_its_sample():
    enough = figure(SATISFACTION, [5, 4, 5, 4, 5])
    assert (enough.text, enough.sample_text) == ("4.6", "5 answers")
    assert figure(NPS, [9, 10, 9, 8, 6]).text == "+40"
    assert figure(NPS, [0] * 5).text == "-100"
    assert figure(NPS, [7] * 5).text == "0"
    assert figure(SATISFACTION, [4] * 5).text == "4.0"


def test_no_answers_add_up_to_nothing():
    assert average([]) is None
    assert net_promoter_score([]) is None


def test_an_answer_is_given_once():
    check_open(None)
    for score in (0, 5):
        with pytest.raises(ConflictError, match="answered already"):
            check_open(score)


def test_a_comment_may_be_missing_and_has_a_limit():
    assert check_comment("  ") == ""
    assert check_comment(" Good.\nThanks ") == "Good.\nThanks"
    for comment in ("a" * 2_001, "a\x07"):
        with pytest.raises(InvalidInputError, match="comment"):
            check_comment(comment)


def test_satisfaction_is_asked_at_four_milestones_and_the_nps_at_closure():
    questions = feedback_rules().questions
    assert [key for key, question in questions.items() if question.kind == SATISFACTION] == [
        "kickoff",
        "data_migration",
        "training_delivery",
        "go_live",
    ]
    assert [key for key, question in questions.items() if question.kind == NPS] == ["closure"]
