"""Comparing, converting, prefilling and writing cases: what holds for every case, by properties."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.business.sales.roi.case import (
    CUSTOMER,
    DEFAULT,
    Rate,
    RoiCase,
    RoiError,
    check_case,
    converted,
    default_case,
    plain,
)
from core.business.sales.roi.comparison import compare
from core.business.sales.roi.model import roi_model
from core.business.sales.roi.prefill import (
    TYPED,
    Count,
    KnownFacts,
    OurPrice,
    prefilled,
    refreshed,
    with_catalogue_price,
)
from core.business.sales.roi.results_json import results_to_json
from core.business.sales.roi.rules import compute
from core.entry.cli.sales.numbers import as_number
from tests.business.sales.roi.test_roi_rules import cases

ON = date(2026, 11, 26)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[RoiCase, RoiCase]:
    """Two cases of one line of business, of which the second has some inputs of another."""
    before, other = draw(cases()), draw(cases())
    if before.domain != other.domain:
        other = default_case(before.domain)
    keys = draw(st.lists(st.sampled_from(list(before.inputs)), unique=True))
    after = before
    for key in keys:
        after = after.with_input(other.inputs[key])
    return before, after


@given(pairs())
def test_the_effects_of_the_changes_add_up_to_the_difference(pair):
    before, after = pair
    comparison = compare(before, after)
    total = sum((change.effect for change in comparison.changes), Decimal(0))
    assert abs(total - comparison.difference) <= Decimal("0.01") * (len(comparison.changes) + 1)
    assert comparison.before == compute(before).base.saving
    assert comparison.after == compute(after).base.saving


@given(pairs())
def test_the_inputs_that_differ_are_named_and_no_other(pair):
    before, after = pair
    differing = {key for key in before.inputs if before.inputs[key] != after.inputs[key]}
    assert {change.key for change in compare(before, after).changes} == differing


@given(cases())
def test_a_case_does_not_differ_from_itself(case):
    comparison = compare(case, case)
    assert (comparison.difference, comparison.changes) == (0, ())


def test_a_change_of_evidence_alone_is_named_and_moves_nothing():
    case = default_case("restaurant")
    entry = replace(case.inputs["days_closed"], source=CUSTOMER, evidence="Owner")
    [change] = compare(case, case.with_input(entry)).changes
    assert (change.key, change.effect, change.after.evidence) == ("days_closed", 0, "Owner")


@given(cases())
def test_results_are_json_with_plain_numbers(case):
    text = json.dumps(results_to_json(compute(case), as_number))
    document = json.loads(text)
    assert not re.search(r"\d[eE][+-]?\d", text)
    sides = {"traditional": 0, "auraconnect": 0}
    for line in document["lines"]:
        sides[line["side"]] += line["amount"]
    for side, total in sides.items():
        assert document[side] == pytest.approx(total, abs=0.05)
    assert set(document["cases"]) == {"low", "base", "high"}
    assert len(document["tornado"]) == len(case.inputs)


@given(cases())
def test_stored_amounts_are_text_to_the_cent(case):
    stored = results_to_json(compute(case))
    assert Decimal(stored["saving"]) == Decimal(stored["traditional"]) - Decimal(
        stored["auraconnect"]
    ) or abs(
        Decimal(stored["saving"]) - Decimal(stored["traditional"]) + Decimal(stored["auraconnect"])
    ) <= Decimal("0.01")
    swings = [Decimal(bar["swing"]) for bar in stored["tornado"]]
    assert swings == sorted(swings, reverse=True)


@given(st.decimals(min_value="0.001", max_value=1000, places=3))
def test_a_conversion_leaves_counts_and_days_and_keeps_the_order_of_every_range(rate):
    case = converted(default_case("restaurant", "EUR"), Rate("USD", "EUR", rate, ON))
    before = default_case("restaurant")
    for key, entry in case.inputs.items():
        if before.inputs[key].currency is None:
            assert entry == before.inputs[key]
        else:
            assert entry.low <= entry.base <= entry.high
            assert entry.currency == "EUR"
            assert "of 2026-11-26" in entry.evidence


def test_amounts_that_are_in_the_currency_already_are_not_converted_again():
    case = converted(default_case("restaurant", "EUR"), Rate("USD", "EUR", Decimal("0.9"), ON))
    assert converted(case, Rate("USD", "EUR", Decimal("0.5"), ON)) == case


def test_an_input_that_is_missing_or_unknown_is_named():
    case = default_case("restaurant")
    inputs = {key: entry for key, entry in case.inputs.items() if key != "days_closed"}
    inputs["parking"] = replace(case.inputs["days_closed"], key="parking")
    with pytest.raises(RoiError) as refused:
        check_case(replace(case, inputs=inputs))
    assert refused.value.faults == {
        "days_closed": "Days closed per location: enter a value.",
        "parking": "parking is no input of this ROI: remove it.",
    }


@pytest.mark.parametrize("domain", ["restaurant", "school"])
def test_every_default_has_a_source_a_range_and_evidence(domain):
    case = check_case(default_case(domain))
    for entry in case.inputs.values():
        assert entry.source == DEFAULT
        assert entry.low <= entry.base <= entry.high
        assert len(entry.evidence) > 10
        assert entry.origin in {"playbook", "catalogue", "assumption"}


@pytest.mark.parametrize("domain", ["restaurant", "school"])
def test_our_price_is_the_first_factor_of_the_package_alone(domain):
    model = roi_model(domain)
    assert model.package_line.factors[0] == model.price_key
    assert model.side_of(model.price_key) == "auraconnect"
    assert {"locations", "lost_revenue_per_day"} <= set(model.two_sided)


@given(st.integers(min_value=1, max_value=5_000), st.decimals(min_value=1, max_value=1_000_000, places=2))
def test_a_total_price_for_any_number_of_locations_comes_back_to_the_cent(locations, total):
    price = OurPrice(total, "USD", CUSTOMER, "Quote Q-0001 v1", "quote")
    facts = KnownFacts("restaurant", "USD", {"locations": Count(locations, "Call", "discovery")}, price)
    package = next(cost for cost in compute(prefilled(facts)).costs if cost.key == "package")
    assert package.amount == total


def test_a_senseless_count_leaves_the_default():
    facts = KnownFacts("restaurant", "USD", {"locations": Count(0, "Call", "discovery")})
    assert prefilled(facts).inputs["locations"].source == DEFAULT


def test_a_price_that_was_typed_does_not_follow_the_pupils():
    case = default_case("school")
    entry = replace(case.inputs["package_price"], origin=TYPED)
    assert with_catalogue_price(case.with_input(entry)).inputs["package_price"] == entry


def test_a_range_of_pupils_gives_a_range_of_prices():
    case = default_case("school")
    pupils = replace(case.inputs["pupils"], low=Decimal(150), base=Decimal(500), high=Decimal(900))
    entry = with_catalogue_price(case.with_input(pupils)).inputs["package_price"]
    assert (entry.low, entry.base, entry.high) == (2_800, 6_500, 15_000)


@given(cases())
def test_taking_the_records_over_twice_is_taking_them_over_once(case):
    facts = default_case(case.domain)
    once = refreshed(case, facts)
    assert refreshed(once, facts) == once


@pytest.mark.parametrize(
    ("value", "text"),
    [("7500", "7,500"), ("0.250", "0.25"), ("1E+3", "1,000"), ("0", "0"), ("-1.50", "-1.5")],
)
def test_numbers_are_written_without_exponent_and_trailing_zeros(value, text):
    assert plain(Decimal(value)) == text
