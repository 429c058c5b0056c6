"""The catalogue says what the price lists say, in each line of business."""

from __future__ import annotations

import itertools
from decimal import Decimal

import pytest
from pydantic import ValidationError

from core.business.catalog.packages import Catalog, catalog, catalogs, inclusions, package, packages
from core.errors import InvalidInputError
from core.schema import target_schema


def test_every_line_of_business_has_packages():
    assert list(catalogs()) == list(target_schema().domains)


def test_prices_are_those_of_the_price_lists():
    prices = {(domain, key): offer.price for domain in catalogs() for key, offer in packages(domain).items()}
    assert prices == {
        ("restaurant", "starter"): 500,
        ("restaurant", "professional"): 2_000,
        ("restaurant", "enterprise"): None,
        ("school", "foundation"): 2_800,
        ("school", "growth"): 6_500,
        ("school", "enterprise"): 15_000,
    }
    assert package("restaurant", "enterprise").price_per_location == 2_000
    assert {key: add_on.price for key, add_on in catalog("school").add_ons.items()} == {
        "rush": 1_000,
        "on_site_training": 800,
        "weekend_work": 500,
    }


def test_two_packages_called_enterprise_stay_apart():
    assert package("restaurant", "enterprise") != package("school", "enterprise")
    assert package("school", "enterprise").title == package("restaurant", "enterprise").title == "Enterprise"


def test_rollback_and_the_parallel_run_are_in_every_package():
    for domain in catalogs():
        for key, offer in packages(domain).items():
            assert {"rollback", "parallel_run"} <= set(offer.includes), (domain, key)
            assert (offer.parallel_run_days, offer.rollback_days) == (30, 90)


def test_allowances_stand_in_the_inclusions():
    assert "Consultation with a migration specialist, 2 hours" in inclusions("restaurant", "professional")
    assert "Service level agreement, 99.9% uptime" in inclusions("restaurant", "enterprise")
    assert "Parallel run of both systems, 30 days" in inclusions("restaurant", "starter")


def test_a_larger_package_of_restaurants_has_what_the_smaller_one_has_or_better():
    better = {"ai_basic": "ai_advanced", "source_single": "source_all"}
    offers = list(packages("restaurant").values())
    for smaller, larger in itertools.pairwise(offers):
        for key in smaller.includes:
            assert key in larger.includes or better[key] in larger.includes


def test_there_are_seven_sources_and_three_are_certified():
    sources = catalog("restaurant").sources
    assert len(sources) == 7
    assert {key for key, source in sources.items() if source.is_certified} == {"toast", "square", "clover"}


def test_what_is_assumed_says_so():
    assert "limits.locations" in package("restaurant", "professional").assumptions
    for offer in packages("school").values():
        assert "ai_tokens" in offer.assumptions


def test_a_package_that_does_not_exist_is_refused():
    with pytest.raises(InvalidInputError):
        package("school", "starter")


@pytest.mark.parametrize(
    "values",
    [
        {"price": None},
        {"price_per_location": Decimal(5)},
        {"includes": ["cake"]},
        {"limits": {"burgers": 3}},
        {"limits": {"items": 3}},
        {"colour": "red"},
    ],
)
def test_a_catalogue_that_contradicts_itself_is_not_read(values):
    sold = catalog("school").model_dump()
    sold["packages"]["enterprise"] |= values
    with pytest.raises(ValidationError):
        Catalog.model_validate(sold)
