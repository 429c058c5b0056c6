"""Sums of an order under every way exports count them: the difference that remains, in a table of cases."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine.batch import MONEY
from core.engine.plan import Plan
from core.engine.validation.arithmetic import OnLines, day_totals, folded, is_foldable, on_lines
from core.engine.validation.order_differences import (
    lines_difference,
    payments_difference,
    smallest_difference,
    total_difference,
    unexplained_rest,
    with_modifier_prices,
)

US = Plan("restaurant", "test", ())
GB = Plan("restaurant", "test", (), country="GB")
AMOUNTS = (
    "subtotal", "total", "lines", "gross_lines", "discount_total", "service_charge_total", "tax_total", "tip_total",
    "paid", "paid_tips", "refunded",
)  # fmt: skip


def difference(expression: pl.Expr, **amounts: str) -> Decimal | None:
    values = {name: [Decimal(amounts[name]) if name in amounts else None] for name in AMOUNTS}
    return pl.DataFrame(values, schema=dict.fromkeys(AMOUNTS, MONEY)).select(expression).item()


@pytest.mark.parametrize(
    ("plan", "amounts", "expected"),
    [
        (US, {"lines": "10", "gross_lines": "10", "subtotal": "10"}, "0"),
        (US, {"lines": "9", "gross_lines": "10", "subtotal": "10"}, "0"),
        (US, {"lines": "10", "gross_lines": "10", "discount_total": "2", "subtotal": "8"}, "0"),
        (US, {"lines": "9", "gross_lines": "10", "discount_total": "2", "subtotal": "8"}, "0"),
        (US, {"lines": "12", "gross_lines": "12", "tax_total": "2", "subtotal": "10"}, "2"),
        (GB, {"lines": "12", "gross_lines": "12", "tax_total": "2", "subtotal": "10"}, "0"),
        (US, {"lines": "8", "gross_lines": "8", "subtotal": "10"}, "-2"),
        (US, {"gross_lines": "8", "subtotal": "10"}, None),
        (US, {"lines": "8", "gross_lines": "8"}, None),
    ],
)
def test_lines_are_held_against_the_subtotal(plan, amounts, expected):
    answer = difference(lines_difference(plan), **amounts)
    assert answer == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        ({"total": "10", "lines": "10"}, "0"),
        ({"total": "11", "lines": "10", "tax_total": "1"}, "0"),
        ({"total": "13", "lines": "10", "tax_total": "1", "tip_total": "2"}, "0"),
        ({"total": "12", "lines": "10", "tax_total": "1", "tip_total": "2"}, "0"),
        ({"total": "9", "lines": "10", "tax_total": "1", "discount_total": "2"}, "0"),
        ({"total": "11.50", "lines": "10", "service_charge_total": "1.50"}, "0"),
        ({"total": "12", "lines": "10", "tax_total": "1"}, "1"),
        ({"total": "9", "lines": "10"}, "-1"),
        ({"total": "10", "lines": "10", "subtotal": "3"}, None),
        ({"total": "10"}, None),
    ],
)
def test_without_a_subtotal_lines_and_charges_are_held_against_the_total(amounts, expected):
    answer = difference(unexplained_rest(), **amounts)
    assert answer == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize(
    ("plan", "amounts", "expected"),
    [
        (US, {"subtotal": "10", "total": "11", "tax_total": "1"}, "0"),
        (US, {"subtotal": "10", "total": "13", "tax_total": "1", "tip_total": "2"}, "0"),
        (US, {"subtotal": "10", "total": "9", "tax_total": "1", "discount_total": "2"}, "0"),
        (US, {"subtotal": "10", "total": "12.50", "tax_total": "1", "service_charge_total": "1.50"}, "0"),
        (US, {"subtotal": "10", "total": "10", "tax_total": "1"}, "-1"),
        (GB, {"subtotal": "10", "total": "10", "tax_total": "1"}, "0"),
        (GB, {"subtotal": "10", "total": "12", "tax_total": "1", "tip_total": "2"}, "0"),
        (US, {"subtotal": "10", "total": "11.01", "tax_total": "1"}, "0.01"),
        (US, {"total": "11"}, None),
    ],
)
def test_the_parts_are_held_against_the_total(plan, amounts, expected):
    answer = difference(total_difference(plan), **amounts)
    assert answer == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        ({"paid": "10", "total": "10"}, "0"),
        ({"paid": "12", "total": "10", "tip_total": "2"}, "0"),
        ({"paid": "10", "total": "12", "tip_total": "2"}, "0"),
        ({"paid": "12", "total": "10", "paid_tips": "2"}, "0"),
        ({"paid": "10", "total": "8", "refunded": "2"}, "0"),
        ({"paid": "12", "total": "8", "refunded": "2", "tip_total": "2"}, "0"),
        ({"paid": "7", "total": "10"}, "-3"),
        ({"paid": "13", "total": "10", "tip_total": "2"}, "1"),
        ({"total": "10"}, None),
    ],
)
def test_payments_are_held_against_the_total(amounts, expected):
    answer = difference(payments_difference(), **amounts)
    assert answer == (None if expected is None else Decimal(expected))


amounts = st.decimals(-10_000, 10_000, places=2)


@given(st.lists(amounts, min_size=1, max_size=6))
def test_of_several_differences_the_first_of_the_smallest_counts_with_its_sign(values):
    names = [str(index) for index in range(len(values))]
    frame = pl.DataFrame(
        {name: [value] for name, value in zip(names, values, strict=True)}, schema=dict.fromkeys(names, MONEY)
    )
    answer = frame.select(smallest_difference([pl.col(name) for name in names])).item()
    assert answer == min(values, key=abs)


@pytest.mark.parametrize(
    ("modifiers", "extra"),
    [
        (None, "0"),
        ([], "0"),
        (["m1"], "0.50"),
        ([" oat milk ", "M2"], "0.75"),
        (["m1", "m1"], "1.00"),
        (["m1", "unheard of"], None),
        (["double"], None),
    ],
)
def test_a_line_costs_what_its_modifiers_add_by_id_or_by_a_name_of_one_price(modifiers, extra):
    lines = pl.DataFrame(
        {"external_id": ["l1"], "modifiers": [modifiers]},
        schema={"external_id": pl.String, "modifiers": pl.List(pl.String)},
    )
    prices = pl.DataFrame(
        {
            "external_id": ["m1", "m2", "m3", "m4"],
            "name": ["Oat Milk", "Shot", "Double", "Double"],
            "price_delta": [Decimal("0.50"), Decimal("0.25"), Decimal(1), Decimal(2)],
        },
        schema={"external_id": pl.String, "name": pl.String, "price_delta": MONEY},
    )
    rows = with_modifier_prices(lines, prices)
    assert rows["extra"].to_list() == ([] if extra is None else [Decimal(extra)])


DAY = {
    "order": [
        {"external_id": "o1", "location_id": "s1", "business_date": "2025-06-01", "subtotal": "9", "tax_total": "1"},
        {"external_id": "o2", "location_id": "s1", "business_date": "2025-06-01", "subtotal": "5", "discount_total": "1"},
    ],
    "order_line": [
        {"external_id": "l1", "order_id": "o1", "gross_amount": "10", "discount_amount": "1"},
        {"external_id": "l2", "order_id": "o9", "gross_amount": "4", "discount_amount": "0"},
    ],
    "payment": [{"external_id": "p1", "order_id": "o1", "amount": "10"}, {"external_id": "p2", "order_id": "o9", "amount": "4"}],
}  # fmt: skip


def test_a_day_takes_gross_from_lines_where_an_order_has_some_and_from_the_order_else(make_columns):
    plan, columns = make_columns(DAY)
    missing, day = day_totals(columns, plan).to_dicts()
    assert (missing["location_id"], missing["gross"], missing["payments"]) == (None, 4, 4)
    assert (day["gross"], day["discounts"], day["tax"], day["payments"]) == (16, 2, 1, 10)


def test_an_order_whose_lines_are_left_out_does_not_fall_back_on_its_own_amounts(make_columns):
    plan, columns = make_columns(DAY)
    part = {**columns, "order_line": columns["order_line"].head(0)}
    based = on_lines(columns, part)
    assert based == OnLines(gross=frozenset({"o1", "o9"}), discounts=frozenset({"o1"}))
    day = day_totals(part, plan, based).filter(pl.col("location_id") == "s1").row(0, named=True)
    assert (day["gross"], day["discounts"]) == (6, 1)


def test_without_orders_and_lines_a_day_has_no_row(make_columns):
    plan, columns = make_columns({"menu_item": [{"external_id": "i1", "name": "Soup"}]})
    assert day_totals(columns, plan).height == 0
    assert on_lines(columns, columns) == OnLines()


@pytest.mark.parametrize(
    ("columns", "foldable"),
    [({"external_id", "gross_amount"}, True), ({"order_id"}, True), ({"external_id", "quantity"}, False)],
)
def test_lines_are_folded_only_where_something_says_which_are_alike(columns, foldable):
    assert is_foldable(columns) == foldable
    frame = pl.DataFrame({name: ["1", "1"] for name in columns})
    assert foldable or folded(frame).equals(frame)
