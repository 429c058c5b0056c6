"""Cells are edited one by one; a figure that replaces a default becomes the customer's when its evidence is given."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from core.business.sales.roi.case import CUSTOMER, DEFAULT, MEASURED, RoiError, check_case, default_case
from core.business.sales.roi.editing import for_display, missing_evidence, with_edits
from core.business.sales.roi.rules import compute

KEY = "consultant_per_location"


def test_a_default_that_is_replaced_waits_for_its_evidence_and_cannot_be_saved():
    case = with_edits(default_case("restaurant"), KEY, {"base": 8000})
    assert (case.inputs[KEY].base, case.inputs[KEY].source, missing_evidence(case)) == (8000, DEFAULT, [KEY])
    assert compute(for_display(case)).base.saving == 620_000
    with pytest.raises(RoiError, match="say where the figure comes from"):
        check_case(case)
    case = with_edits(case, KEY, {"evidence": "  Offer of  two integrators "})
    entry = check_case(case).inputs[KEY]
    assert (entry.source, entry.evidence, entry.origin) == (CUSTOMER, "Offer of two integrators", "typed")
    assert (entry.low, entry.high) == (5000, 15000)


def test_a_customer_s_figure_keeps_its_evidence_when_its_range_is_corrected():
    case = default_case("restaurant")
    case = case.with_input(replace(case.inputs[KEY], source=CUSTOMER, evidence="Invoice"))
    assert missing_evidence(with_edits(case, KEY, {"high": 9000})) == []


def test_a_measured_figure_that_is_replaced_waits_for_its_evidence():
    case = default_case("restaurant")
    case = case.with_input(replace(case.inputs["aura_days_closed"], source=MEASURED, evidence="30 moves"))
    assert missing_evidence(with_edits(case, "aura_days_closed", {"high": 2})) == ["aura_days_closed"]


@pytest.mark.parametrize("edits", [{}, {"base": None}, {"base": 7500}, {"evidence": None}, {"base": 7500.0}])
def test_an_edit_that_changes_nothing_changes_nothing(edits):
    case = default_case("restaurant")
    assert with_edits(case, KEY, edits) == case


def test_a_cell_that_is_no_number_is_refused_by_its_name_not_by_a_crash():
    case = with_edits(default_case("restaurant"), KEY, {"base": "many"})
    with pytest.raises(RoiError, match="Consultant per location: Base is not a number"):
        compute(for_display(case))


def test_an_amount_in_another_currency_is_replaced_as_a_whole():
    case = with_edits(default_case("restaurant", "EUR"), KEY, {"base": 7000})
    entry = case.inputs[KEY]
    assert (entry.low, entry.base, entry.high, entry.currency) == (7000, 7000, 7000, "EUR")


@pytest.mark.parametrize(("pupils", "price"), [(200, 2800), (201, 6500), (800, 6500), (801, 15_000)])
def test_the_price_for_a_school_follows_its_pupils_until_another_price_is_typed(pupils, price):
    case = with_edits(default_case("school"), "pupils", {"low": pupils, "base": pupils, "high": pupils})
    assert case.inputs["package_price"].base == price
    case = with_edits(case, "package_price", {"low": 1, "base": 1, "high": 1, "evidence": "Offer"})
    assert with_edits(case, "pupils", {"base": Decimal(900), "high": 900}).inputs["package_price"].base == 1


def test_a_senseless_number_of_pupils_is_refused_by_its_own_name():
    case = with_edits(default_case("school"), "pupils", {"low": -5})
    with pytest.raises(RoiError, match="Pupils: Low -5 is out of range"):
        compute(for_display(case))
