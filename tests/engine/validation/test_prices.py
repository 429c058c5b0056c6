from __future__ import annotations

from decimal import Decimal

from core.engine.validation.prices import check_prices, validate_pricing

ORDINARY = ["8.95", "9.95", "10.95", "10.95", "11.50", "12.95", "12.95", "14.95", "15.95", "18.95"]


def menu(*more):
    prices = [*ORDINARY, *more]
    return [
        {"external_id": str(i), "name": f"Dish {i}", "category_id": "mains", "price": price}
        for i, price in enumerate(prices)
    ]


def row_codes(findings):
    return [
        (entity, *row)
        for entity, issues in findings.items()
        for row in issues.select("_row", "code", "money").rows()
    ]


def test_an_ordinary_menu_is_silent(make_columns):
    plan, columns = make_columns({"menu_item": menu("3.50", "45.00")})
    assert check_prices(columns, plan) == {}


def test_a_price_a_hundred_times_too_high_is_cents_among_dollars(make_columns):
    plan, columns = make_columns({"menu_item": menu("1295")})
    assert row_codes(check_prices(columns, plan)) == [("menu_item", 11, "cents_dollars_mix", Decimal(1295))]
    detail = check_prices(columns, plan)["menu_item"]["detail"][0]
    assert "the median in category 'mains' is $12.95 (11 prices)" in detail
    assert "a hundredth of it would be $12.95, with an ending that menus use" in detail


def test_a_price_a_hundred_times_too_low_too(make_columns):
    plan, columns = make_columns({"menu_item": menu("0.1295")})
    assert [row[2] for row in row_codes(check_prices(columns, plan))] == ["cents_dollars_mix"]


def test_a_price_far_from_its_category_is_an_outlier_with_its_score(make_columns):
    plan, columns = make_columns({"menu_item": menu("95")})
    assert row_codes(check_prices(columns, plan)) == [("menu_item", 11, "price_outlier", Decimal(95))]
    assert "robust score" in check_prices(columns, plan)["menu_item"]["detail"][0]


def test_categories_are_judged_by_their_own_prices(make_columns):
    wine = [
        {"external_id": f"w{i}", "name": f"Wine {i}", "category_id": "wine", "price": str(60 + 8 * i)}
        for i in range(10)
    ]
    plan, columns = make_columns({"menu_item": [*menu(), *wine]})
    assert check_prices(columns, plan) == {}


def test_a_missing_price_is_explained_by_variants_or_by_how_it_is_priced(make_columns):
    items = [
        {"external_id": "1", "name": "Soup", "price": None, "pricing_strategy": "fixed"},
        {"external_id": "2", "name": "Fish", "price": None, "pricing_strategy": "open"},
        {"external_id": "3", "name": "Pizza", "price": None, "pricing_strategy": None},
    ]
    sizes = [
        {"external_id": "s", "name": "Small", "item_id": "3", "price": "9"},
        {"external_id": "l", "name": "Large", "item_id": "3", "price": None},
    ]
    plan, columns = make_columns({"menu_item": items, "item_variant": sizes})
    assert sorted(row_codes(check_prices(columns, plan))) == [
        ("item_variant", 2, "missing_price", None),
        ("menu_item", 1, "missing_price", None),
    ]


def test_one_name_with_two_prices_in_a_category_is_asked_about(make_columns):
    items = menu()
    items += [
        {"external_id": "x", "name": " dish 0", "category_id": "mains", "price": "9.95"},
        {"external_id": "y", "name": "Dish 0", "category_id": "lunch", "price": "7.95"},
    ]
    plan, columns = make_columns({"menu_item": items})
    assert [row[:3] for row in row_codes(check_prices(columns, plan))] == [
        ("menu_item", 11, "same_name_other_price")
    ]


def test_the_summary_leaves_zero_prices_out_of_the_mean(make_columns):
    items = [
        {"external_id": str(i), "name": str(i), "price": price}
        for i, price in enumerate(["0", "10", "15.01", None])
    ]
    plan, columns = make_columns({"menu_item": items})
    summary = validate_pricing(columns, plan)
    assert (summary.items, summary.priced, summary.average, summary.lowest, summary.highest) == (
        4, 3, Decimal("12.51"), Decimal(10), Decimal("15.01"),
    )  # fmt: skip


def test_the_samples_have_no_strange_prices(toast, square, make_columns):
    for streams in (toast, square):
        plan, columns = make_columns(streams, cents=True)
        assert check_prices(columns, plan) == {}
