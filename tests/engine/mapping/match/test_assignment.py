"""Fields are assigned to targets by SciPy's own solver, without the other optimisers of its package."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from core.engine.mapping.match import assignment


@pytest.fixture(autouse=True)
def unloaded():
    assignment.solver.cache_clear()
    yield
    assignment.solver.cache_clear()


def test_the_solver_is_loaded_without_its_package_and_solves_alike():
    solve = assignment.solver()
    assert solve.__module__ == "_lsap"
    chance = np.random.default_rng(3)
    for shape in ((1, 1), (4, 9), (30, 120)):
        cost = chance.random(shape).round(1)  # with ties
        expected = linear_sum_assignment(cost)
        assert [part.tolist() for part in solve(cost)] == [part.tolist() for part in expected]


def test_a_scipy_that_keeps_its_solver_elsewhere_is_asked_by_its_package(monkeypatch):
    monkeypatch.setattr(assignment.PathFinder, "find_spec", lambda *_: None)
    assert assignment.solver() is linear_sum_assignment


@pytest.mark.parametrize("seed", range(25))
def test_the_choice_is_as_good_without_a_column_for_each_row_that_stays_alone(seed):
    random = np.random.default_rng(seed)
    rows, columns = random.integers(1, 30), random.integers(1, 12)
    copies, alone = random.uniform(0, 3, (rows, columns)), random.uniform(0, 3, rows)

    def cost(pairs: list[tuple[int, int]]) -> float:
        assert len({row for row, _ in pairs}) == len({column for _, column in pairs}) == len(pairs)
        column_of = dict(pairs)
        return sum(
            float(copies[row, column_of[row]] if row in column_of else alone[row]) for row in range(rows)
        )

    square = assignment._square(copies, alone)
    assert cost(assignment._wide(copies, alone)) == pytest.approx(cost(square))
