"""Complexity follows the weighted score; items alone are judged only where nothing else is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.agents.coach import Counts
from core.agents.coach.complexity import COUNTED, estimate
from core.schema import target_schema

NUMBERS = st.none() | st.integers(0, 10**7)


@pytest.mark.parametrize(
    ("counts", "score", "name", "hours"),
    [
        (Counts(1_200, 10, 20), 1_280, "moderate", 4),  # by items alone it would be complex
        (Counts(150, 0, 400), 1_350, "moderate", 4),  # by items alone it would be simple
        (Counts(499, 0, 0), 499, "simple", 2),
        (Counts(500, 0, 0), 500, "moderate", 4),
        (Counts(1_999, 0, 0), 1_999, "moderate", 4),
        (Counts(2_000, 0, 0), 2_000, "complex", 8),
        (Counts(399, 0, 0, custom_fields=7), 499, "simple", 2),
        (Counts(400, 0, 0, custom_fields=1), 500, "moderate", 4),
        (Counts(10, 5, None), 20, "simple", 2),
        (Counts(None, None, 700), 2_100, "complex", 8),
    ],
)
def test_the_weighted_score_is_the_rule(counts, score, name, hours):
    complexity = estimate(counts)
    assert (complexity.complexity_score, complexity.complexity, complexity.estimated_hours) == (
        score,
        name,
        hours,
    )
    assert complexity.method == "weighted score"
    assert complexity.factors == counts


@pytest.mark.parametrize(
    ("items", "name", "hours"),
    [
        (0, "simple", 2),
        (200, "simple", 2),
        (201, "moderate", 4),
        (1_000, "moderate", 4),
        (1_001, "complex", 8),
    ],
)
def test_items_alone_count_where_nothing_else_is_known_and_it_says_so(items, name, hours):
    complexity = estimate(Counts(items, custom_fields=50))
    assert (complexity.complexity, complexity.estimated_hours, complexity.method) == (
        name,
        hours,
        "item count",
    )


def test_where_nothing_is_known_eight_hours_are_allowed():
    complexity = estimate(Counts())
    assert (complexity.complexity, complexity.estimated_hours, complexity.method) == ("unknown", 8, "unknown")


@given(NUMBERS, NUMBERS, NUMBERS, st.integers(0, 100))
def test_more_of_anything_is_never_simpler(items, categories, modifiers, custom):
    complexity = estimate(Counts(items, categories, modifiers, custom))
    if complexity.method == "weighted score":
        more = estimate(Counts((items or 0) + 1, categories, modifiers, custom + 1))
        assert more.complexity_score > complexity.complexity_score
        assert more.estimated_hours >= complexity.estimated_hours


def test_every_domain_has_something_to_count():
    domains = target_schema().domains
    assert COUNTED.keys() == domains.keys()
    assert all(name in domains[domain] for domain, names in COUNTED.items() for name in names)


def test_a_migration_is_estimated_by_the_rows_of_its_streams(coach, take, sample):
    complexity = coach.estimate_complexity(take(sample("toast")))
    assert complexity.method == "weighted score"
    assert complexity.factors.items == 4
    assert complexity.factors.modifiers
    assert complexity.factors.categories
    assert complexity.complexity == "simple"


def test_a_table_of_items_is_judged_by_its_items(coach, take):
    from tests.agents.coach.conftest import MENU

    complexity = coach.estimate_complexity(take(MENU))
    assert (complexity.method, complexity.factors.items, complexity.factors.categories) == (
        "item count",
        3,
        None,
    )
