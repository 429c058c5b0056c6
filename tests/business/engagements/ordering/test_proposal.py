"""A package is proposed from the answers with the sentence that says what decides it; the price is explained to the cent."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.business.catalog.packages import packages
from core.business.engagements.ordering.price import (
    PLAN_DISCOUNT,
    is_by_offer,
    order_lines,
    order_price,
    plan_offers,
)
from core.business.engagements.ordering.proposal import propose
from core.errors import InvalidInputError

ADD_ONS = ("rush", "on_site_training", "weekend_work")


@pytest.mark.parametrize(
    ("pupils", "package", "reason"),
    [
        (150, "foundation", "Foundation holds up to 200 pupils, and you have 150."),
        (200, "foundation", "Foundation holds up to 200 pupils, and you have 200."),
        (201, "growth", "Foundation holds up to 200 pupils; you have 201."),
        (640, "growth", "Foundation holds up to 200 pupils; you have 640."),
        (801, "enterprise", "Growth holds up to 800 pupils; you have 801."),
    ],
)
def test_the_number_of_pupils_decides_and_is_named(pupils: int, package: str, reason: str) -> None:
    proposal = propose("school", {"pupils": pupils})
    assert proposal is not None
    assert (proposal.package, proposal.reason) == (package, reason)
    assert proposal.package not in proposal.too_small


def test_nothing_is_proposed_before_an_answer_that_decides() -> None:
    assert propose("school", {"staff": 12}) is None
    assert propose("restaurant", {}) is None


def test_what_is_not_answered_yet_is_asked_for() -> None:
    proposal = propose("restaurant", {"items": 300})
    assert proposal is not None
    assert proposal.package == "starter"
    assert proposal.reason == (
        "Starter holds up to 1,000 menu items, and you have 300."
        " Tell us the number of locations and POS types to be certain."
    )


def test_the_limit_that_is_exceeded_most_decides_and_each_small_package_says_why() -> None:
    proposal = propose("restaurant", {"locations": 12, "items": 1200, "sources": ["toast"]})
    assert proposal is not None
    assert (proposal.package, proposal.reason) == (
        "enterprise",
        "Professional holds up to 10 locations; you have 12.",
    )
    assert proposal.too_small["starter"] == (
        "Starter holds up to 1 location; you have 12. Starter holds up to 1,000 menu items; you have 1,200."
    )


@given(st.integers(1, 10**6))
def test_the_proposed_package_is_the_cheapest_that_holds(pupils: int) -> None:
    proposal = propose("school", {"pupils": pupils})
    assert proposal is not None
    holding = [
        key for key, offer in packages("school").items() if pupils <= offer.limits.get("pupils", pupils)
    ]
    assert proposal.package == holding[0]
    assert set(proposal.too_small) == set(packages("school")) - set(holding)


def test_full_payment_takes_five_percent_off_the_whole_order_with_its_add_ons() -> None:
    priced = order_price("school", "growth", locations=1, add_ons=("rush",), plan="full")
    assert (priced.subtotal, priced.total) == (Decimal(7500), Decimal("7125.00"))
    lines = order_lines(priced)
    assert [line.item for line in lines] == ["growth", "rush", PLAN_DISCOUNT]
    assert lines[-1].text == "Payment plan discount, 5%"
    assert sum(line.amount for line in lines) == priced.total


def test_a_plan_without_discount_has_no_line_of_it() -> None:
    priced = order_price("school", "growth", locations=1, add_ons=(), plan="split")
    assert [line.item for line in order_lines(priced)] == ["growth"]


def test_each_payment_plan_says_what_is_due_when() -> None:
    full, split, extended = plan_offers(
        "school", "growth", locations=1, add_ons=(), months=7, signed_on=date(2026, 11, 28)
    )
    assert (full.total, full.saving, len(full.instalments)) == (Decimal("6175.00"), Decimal("325.00"), 1)
    assert [part.due_event for part in split.instalments] == ["signing", "go_live"]
    assert (extended.months, len(extended.instalments)) == (7, 7)
    assert extended.instalments[-1].amount == Decimal("928.58")
    assert extended.instalments[1].due_on == date(2026, 12, 28)


@given(st.sampled_from(list(packages("school"))), st.sets(st.sampled_from(ADD_ONS)), st.integers(3, 12))
def test_lines_and_instalments_of_any_choice_sum_to_its_total(
    package: str, add_ons: set[str], months: int
) -> None:
    for offer in plan_offers("school", package, locations=1, add_ons=sorted(add_ons), months=months):
        priced = order_price("school", package, locations=1, add_ons=sorted(add_ons), plan=offer.key)
        assert sum(part.amount for part in offer.instalments) == offer.total == priced.total
        assert sum(line.amount for line in order_lines(priced)) == offer.total
        assert offer.saving == priced.subtotal - offer.total >= 0


def test_a_package_by_offer_has_no_price_to_order_at() -> None:
    assert is_by_offer("restaurant", "enterprise")
    with pytest.raises(InvalidInputError, match="priced by offer"):
        order_price("restaurant", "enterprise", locations=60, add_ons=(), plan="full")
