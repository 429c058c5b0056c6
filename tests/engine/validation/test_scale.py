"""Columns of prices that are off as a whole: by which factor, and where nothing is said."""

from __future__ import annotations

import pytest

from core.engine.validation.scale import check_scale


def menu(*prices: str) -> dict[str, list[dict[str, str]]]:
    return {
        "menu_item": [
            {"external_id": str(i), "name": f"Dish {i}", "price": price} for i, price in enumerate(prices)
        ]
    }


@pytest.mark.parametrize(
    ("prices", "factor", "direction", "probable"),
    [
        (("0.09", "0.12", "0.07"), "100x", "low", "$9.00"),
        (("0.01", "0.02", "0.01"), "1,000x", "low", "$10.00"),
        (("900", "1200", "750"), "100x", "high", "$9.00"),
        (("9000", "12000", "7500"), "1,000x", "high", "$9.00"),
        (("195", "295", "425"), "100x", "high", "$1.95"),
    ],
)
def test_a_column_far_from_what_menus_cost_is_off_by_the_factor_that_brings_it_nearest(
    make_columns, prices, factor, direction, probable
):
    plan, columns = make_columns(menu(*prices))
    issues = check_scale(columns, plan)["menu_item"]
    assert issues["code"].to_list() == ["price_scale"] * len(prices)
    assert issues["_row"].to_list() == list(range(1, len(prices) + 1))
    assert issues["detail"][0].startswith(
        f"{len(prices)} of {len(prices)} prices look {factor} too {direction}:"
    )
    assert issues["detail"][0].endswith(f"should probably be {probable}.")


@pytest.mark.parametrize(
    "prices",
    [
        ("8.95", "12.50", "4.25"),
        ("0.09", "0.12"),  # too few to say anything
        ("0.05", "0.05", "0.05"),  # one price for all may be a flat fee
        ("0.09", "0.12", "9.00", "12.00"),  # a single price that stands out is another check's
        ("180", "210", "240"),  # dear, and not ending as cents do
        ("0", "0", "0.09", "0.12"),
        ("-0.09", "-0.12", "-0.08"),
        (),
    ],
)
def test_prices_that_may_be_as_they_are_say_nothing(make_columns, prices):
    plan, columns = make_columns(menu(*prices))
    assert check_scale(columns, plan) == {}


@pytest.mark.parametrize(("currency", "codes"), [("USD", 3), ("EUR", 3), ("INR", 0), ("JPY", 0)])
def test_high_prices_are_judged_only_where_a_dish_costs_about_ten(make_columns, currency, codes):
    plan, columns = make_columns(menu("900", "1200", "750"), currency=currency)
    assert sum(map(len, check_scale(columns, plan).values())) == codes


def test_most_prices_must_lie_on_one_side(make_columns):
    plan, columns = make_columns(menu("0.09", "0.12", "0.07", "0.08", "9.00"))
    issues = check_scale(columns, plan)["menu_item"]
    assert issues["_row"].to_list() == [1, 2, 3, 4]
    assert "4 of 5 prices" in issues["detail"][0]


def test_variants_and_order_lines_are_judged_by_themselves(make_columns):
    streams = {
        "item_variant": [
            {"external_id": str(i), "item_id": "i1", "name": "S", "price": price}
            for i, price in enumerate(("0.09", "0.12", "0.07"))
        ],
        "order_line": [
            {"external_id": str(i), "order_id": "o", "unit_price": price}
            for i, price in enumerate(("900", "1200", "750"))
        ],
    }
    plan, columns = make_columns(streams)
    findings = check_scale(columns, plan)
    assert {
        entity: (len(issues), issues["field"].unique().to_list()) for entity, issues in findings.items()
    } == {
        "item_variant": (3, ["price"]),
        "order_line": (3, ["unit_price"]),
    }


def test_a_repeated_record_counts_once(make_columns):
    streams = menu("0.09", "0.12")
    plan, columns = make_columns({"menu_item": streams["menu_item"] * 3})
    assert check_scale(columns, plan) == {}
