"""A migration of a school has the allowance of a school package, also where its settings name an older one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.context import Context
from core.engine.sources.tables import Migration
from core.errors import InvalidInputError
from core.platform.costs.actions import choose_package
from core.platform.costs.budget import limits
from core.platform.costs.packages import package_of


@pytest.fixture
def school(alice: Context) -> Context:
    return replace(alice, tenant=replace(alice.tenant, domain="school"))


@pytest.mark.parametrize(
    ("stored", "package", "tokens"),
    [
        ({}, "growth", 500_000),
        ({"package": "starter"}, "foundation", 50_000),
        ({"package": "professional"}, "growth", 500_000),
        ({"package": "enterprise"}, "enterprise", None),
        ({"package": "foundation"}, "foundation", 50_000),
        ({"package": "gone"}, "growth", 500_000),
    ],
)
def test_a_school_migration_has_the_allowance_of_its_package(school, move, stored, package, tokens):
    school.session.get_one(Migration, (school.tenant.id, move)).settings = stored
    school.session.flush()
    assert package_of(school, move) == package
    assert limits(school, move, school.now)[0].tokens == tokens


def test_a_school_chooses_among_school_packages(school, move):
    choose_package(school, move, "foundation")
    assert package_of(school, move) == "foundation"
    with pytest.raises(InvalidInputError):
        choose_package(school, move, "professional")


def test_a_restaurant_does_not_get_a_school_package(alice, move):
    with pytest.raises(InvalidInputError):
        choose_package(alice, move, "growth")
