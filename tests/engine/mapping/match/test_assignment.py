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
