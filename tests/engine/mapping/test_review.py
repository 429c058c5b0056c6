"""What to look at first, what takes two people, and what can be decided together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine.mapping.bands import GREEN_ABOVE
from core.engine.mapping.review import (
    EXPOSURE,
    PATTERNS,
    Facts,
    expected_loss,
    is_exposed,
    needs_second,
    risk,
    weights_of,
)
from core.schema import target_schema


@dataclass(frozen=True)
class Field:
    target: str | None = "menu_item.price"
    suggested_target: str | None = "menu_item.price"
    confidence: float | None = 0.8
    status: str = "accepted"
    rows: int = 100
    money: Decimal = EXPOSURE
    second_by: str | None = None
    question: str = ""


@given(st.floats(0, 1), st.floats(0, 1), st.integers(0, 10**7), st.decimals(0, 10**9, places=2))
def test_the_less_sure_of_two_alike_fields_comes_first(confidence, second_confidence, rows, money):
    low, high = sorted((confidence, second_confidence))
    assert expected_loss(low, rows, money) >= expected_loss(high, rows, money)
    assert expected_loss(None, rows, money) >= expected_loss(low, rows, money) >= 0


def test_money_weighs_by_its_amount_and_rows_order_what_touches_none():
    assert expected_loss(0.75, 100, Decimal(2000)) == Decimal("0.25") * 100 * 2000
    assert expected_loss(0.5, 200, Decimal(0)) > expected_loss(0.5, 100, Decimal(0)) > 0
    assert expected_loss(0.5, 100, Decimal("0.40")) == expected_loss(0.5, 100, Decimal(0))


@pytest.mark.parametrize(
    ("target", "about"),
    [
        ("menu_item.price", "price"),
        ("order_line.unit_price", "price"),
        ("order.tax_total", "tax"),
        ("tax_rate.rate", "tax"),
        ("service_charge.is_taxable", "tax"),
        ("loyalty_account.points_balance", "loyalty"),
        ("gift_card.balance", "gift card"),
        ("customer.marketing_opt_in", "consent"),
        ("menu_item.name", None),
        ("payment.amount", None),
        (None, None),
    ],
)
def test_five_kinds_of_fields_are_not_for_one_person_alone(target, about):
    assert risk(target) == about


def test_prices_count_from_the_exposure_on_and_what_has_no_amount_from_the_first_row():
    assert is_exposed(Field(money=EXPOSURE), EXPOSURE)
    assert not is_exposed(Field(money=EXPOSURE - Decimal("0.01")), EXPOSURE)
    for target in ("customer.marketing_opt_in", "gift_card.balance", "loyalty_account.tier", "tax_rate.rate"):
        assert is_exposed(Field(target=target, rows=1, money=Decimal(0)), EXPOSURE)
        assert not is_exposed(Field(target=target, rows=0, money=Decimal(0)), EXPOSURE)


@pytest.mark.parametrize(
    ("change", "needs_approval"),
    [
        ({}, True),  # accepted by hand below 90%
        ({"confidence": 0.95}, False),  # the matcher and a person agree
        ({"confidence": GREEN_ABOVE}, True),
        ({"confidence": 0.95, "status": "edited"}, True),  # the transform was changed
        ({"confidence": 0.95, "suggested_target": "menu_item.cost"}, True),  # another target was chosen
        ({"second_by": "bob"}, False),
        ({"target": None, "status": "ignored"}, False),
        ({"status": "suggested"}, True),  # nobody decided it, and it would be imported
        ({"status": "suggested", "question": "Gross or net?"}, False),  # no plan has it before it is answered
        ({"status": "suggested", "confidence": 0.6}, False),  # it would not
        ({"status": "suggested", "confidence": 0.95}, False),
    ],
)
def test_one_judgement_is_not_enough_and_two_are(change, needs_approval):
    assert needs_second(replace(Field(), **change), EXPOSURE) is needs_approval


def test_a_threshold_for_the_whole_import_is_no_word_on_one_field():
    assert not needs_second(Field(), EXPOSURE, by_rule=True)
    assert needs_second(replace(Field(), status="edited"), EXPOSURE, by_rule=True)
    undecided = replace(Field(), status="suggested", confidence=0.8)
    assert not needs_second(undecided, EXPOSURE, accept_above=0.9)


SURE = Facts("menu_item.name", "rules", {"name": 2.0, "type": 0.5}, "text")


@pytest.mark.parametrize(
    ("facts", "fitting"),
    [
        (SURE, ["name_and_values", "suggested"]),
        (replace(SURE, weights={"name": 2.0}), ["suggested"]),
        (replace(SURE, weights={**SURE.weights, "table": -0.8}), ["suggested"]),
        (
            replace(SURE, weights={**SURE.weights, "documented": 3.5}),
            ["documented", "name_and_values", "suggested"],
        ),
        (replace(SURE, weights={"documented": 0.4}), ["suggested"]),  # the values contradict it
        (replace(SURE, weights={}, origin="memory"), ["memory", "suggested"]),
        (replace(SURE, weights={}, origin="ai"), ["ai", "suggested"]),
        (Facts(None, "rules", {"nothing": 2.0}, "text"), ["no_place"]),
        (Facts(None, "rules", {}, "empty"), ["empty"]),
    ],
)
def test_a_pattern_takes_what_the_same_reasons_speak_for(facts, fitting):
    assert [pattern.name for pattern in PATTERNS if pattern.fits(facts)] == fitting


def test_weights_are_taken_by_feature():
    evidence = [
        {"feature": "name", "weight": 2, "text": ""},
        {"feature": "table", "weight": -0.5, "text": ""},
    ]
    assert weights_of(evidence) == {"name": 2.0, "table": -0.5}


def test_every_risky_target_is_one_of_the_schema():
    keys = [field.key for field in target_schema().fields("restaurant")]
    assert {risk(key) for key in keys} == {None, "price", "tax", "loyalty", "gift card", "consent"}
