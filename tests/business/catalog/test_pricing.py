"""Prices are exact to the cent: lines add up, discounts only lower, the discount of a plan is on the whole order."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.business.catalog.discounts import band_text, check_bands, default_bands, discount_of, price_drops
from core.business.catalog.packages import Band
from core.business.catalog.pricing import price
from core.errors import InvalidInputError

BANDS = [Band(from_locations=11, percent=Decimal(5)), Band(from_locations=51, percent=Decimal("12.5"))]
PERCENT = st.decimals(0, 100, places=2)
CENTS = st.decimals(0, 100_000, places=2)
TABLE = st.lists(
    st.builds(Band, from_locations=st.integers(1, 500), percent=PERCENT),
    unique_by=lambda band: band.from_locations,
    max_size=5,
)


def enterprise(locations: int, bands=BANDS, **values):
    return price("restaurant", "enterprise", locations=locations, bands=bands, **values)


def school(package: str = "growth", **values):
    return price("school", package, locations=1, bands=[], **values)


def test_the_example_of_fifty_locations_costs_a_hundred_thousand():
    result = enterprise(50, bands=default_bands("restaurant"))
    assert (result.subtotal, result.total, len(result.lines)) == (100_000, 100_000, 1)
    assert result.lines[0].explanation == "50 locations at $2,000.00."


@pytest.mark.parametrize(
    ("locations", "percent", "total"),
    [
        (10, "0", 20_000),
        (11, "5", 20_900),
        (50, "5", 95_000),
        (51, "12.5", 89_250),
        (4_000, "12.5", 7_000_000),
    ],
)
def test_the_band_that_is_reached_holds_for_every_location(locations, percent, total):
    assert discount_of(BANDS, locations) == Decimal(percent)
    assert enterprise(locations).total == total


def test_a_location_discount_is_a_line_with_its_reason():
    line = enterprise(60).lines[1]
    assert (line.item, line.amount, line.explanation) == (
        "location_discount",
        -15_000,
        "12.5% for 51 or more locations.",
    )
    assert enterprise(11).lines[1].explanation == "5% for 11 to 50 locations."


def test_flat_packages_cost_what_the_list_says():
    assert price("restaurant", "starter", locations=1, bands=BANDS).total == 500
    assert price("restaurant", "professional", locations=10, bands=BANDS).total == 2_000
    assert school("foundation", payment_plan="split").total == 2_800


def test_a_school_that_pays_at_once_gets_five_percent_off_everything():
    result = school(add_ons=["rush", "on_site_training", "weekend_work"], payment_plan="full")
    assert (result.subtotal, result.plan_discount, result.total) == (8_800, 440, 8_360)
    assert price("restaurant", "professional", locations=2, bands=[], payment_plan="full").plan_discount == 0


def test_the_plan_s_discount_is_on_what_the_discount_leaves():
    result = school(discount_percent=Decimal(10), payment_plan="full")
    assert (result.discount, result.plan_discount, result.total) == (
        650,
        Decimal("292.50"),
        Decimal("5557.50"),
    )


def test_rounding_is_half_up_once_at_the_end():
    result = enterprise(1, unit_price=Decimal("0.01"), discount_percent=Decimal(50))
    assert (result.total, result.discount) == (Decimal("0.01"), 0)


@given(st.integers(1, 600), CENTS, TABLE, PERCENT, st.sampled_from(["full", "split", "extended"]))
def test_lines_add_up_to_the_subtotal_and_the_discounts_to_the_total(locations, each, bands, percent, plan):
    result = enterprise(locations, bands, unit_price=each, discount_percent=percent, payment_plan=plan)
    assert sum(line.amount for line in result.lines) == result.subtotal
    assert all(line.quantity * line.unit_price == line.amount for line in result.lines)
    assert result.subtotal - result.discount - result.plan_discount == result.total
    assert result.total == round(result.total, 2)
    assert 0 <= result.total <= result.subtotal


@given(PERCENT, PERCENT, st.sets(st.sampled_from(["rush", "on_site_training", "weekend_work"])))
def test_the_total_never_rises_with_the_discount(percent, other, add_ons):
    low, high = sorted([percent, other])
    totals = [
        school(add_ons=sorted(add_ons), discount_percent=value, payment_plan="full").total
        for value in (low, high)
    ]
    assert totals[0] >= totals[1]


@given(st.integers(1, 600), TABLE, st.integers(0, 100))
def test_a_larger_band_never_costs_more(locations, bands, more):
    raised = [band.model_copy(update={"percent": min(band.percent + more, Decimal(100))}) for band in bands]
    assert enterprise(locations, raised).total <= enterprise(locations, bands).total


@pytest.mark.parametrize(
    "values",
    [
        {"locations": 0},
        {"locations": 2, "package": "starter"},
        {"locations": 11, "package": "professional"},
        {"locations": 1, "package": "foundation"},
        {"locations": 1, "package": "starter", "unit_price": Decimal(100)},
        {"locations": 1, "unit_price": Decimal("0.001")},
        {"locations": 1, "unit_price": Decimal(-1)},
        {"locations": 1, "add_ons": ["rush"]},
        {"locations": 1, "discount_percent": Decimal(101)},
        {"locations": 1, "discount_percent": Decimal(-1)},
        {"locations": 1, "payment_plan": "barter"},
    ],
)
def test_an_order_that_the_catalogue_does_not_have_is_refused(values):
    with pytest.raises(InvalidInputError):
        price("restaurant", values.pop("package", "enterprise"), bands=BANDS, **values)


def test_an_add_on_is_bought_once():
    with pytest.raises(InvalidInputError):
        school(add_ons=["rush", "rush"])


def test_a_package_that_is_too_small_names_the_one_that_holds():
    with pytest.raises(InvalidInputError) as refusal:
        price("restaurant", "starter", locations=12, bands=BANDS)
    assert refusal.value.hint == "Choose Enterprise."


def test_bands_are_sorted_and_never_fall():
    assert [band.from_locations for band in check_bands(BANDS[::-1])] == [11, 51]
    with pytest.raises(InvalidInputError):
        check_bands([*BANDS, Band(from_locations=100, percent=Decimal(1))])
    with pytest.raises(InvalidInputError):
        check_bands([*BANDS, Band(from_locations=11, percent=Decimal(6))])


def test_bands_are_described():
    assert [band_text(BANDS, locations) for locations in (1, 11, 50, 51)] == [
        "up to 10 locations",
        "11 to 50 locations",
        "11 to 50 locations",
        "51 or more locations",
    ]
    assert band_text([], 7) == "any number of locations"


@given(TABLE)
def test_where_more_locations_cost_less_is_told(bands):
    told = dict(price_drops(bands))
    for band in bands:
        start = band.from_locations
        cost = start * (100 - band.percent)
        dearer = [
            count
            for count in range(1, start)
            if discount_of(bands, count) == discount_of(bands, start - 1)
            and count * (100 - discount_of(bands, count)) > cost
        ]
        assert (start in told) == bool(start > 1 and (start - 1) in dearer)
        if start in told:
            assert told[start] <= start - 1
