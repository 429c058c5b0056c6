from __future__ import annotations

from decimal import Decimal

import polars as pl

from core.engine.validation.references import check_references
from core.schema import target_schema


def row_codes(columns, existing=None):
    findings = check_references(columns, target_schema(), existing or {})
    return [
        (entity, *row)
        for entity, issues in findings.items()
        for row in issues.select("_row", "code", "level").rows()
    ]


MENU = [
    {"external_id": "i1", "name": "Latte"},
    {"external_id": "i2", "name": "Mocha"},
]


def test_a_reference_is_an_id_or_a_name_in_any_case(make_columns):
    lines = [
        {"external_id": str(i), "item_id": item} for i, item in enumerate(["i1", " LATTE ", "mocha", None])
    ]
    _, columns = make_columns({"menu_item": MENU, "order_line": lines})
    assert row_codes(columns) == []


def test_what_is_already_in_the_target_counts(make_columns):
    _, columns = make_columns({"order_line": [{"external_id": "1", "item_id": "Espresso"}]})
    existing = pl.DataFrame({"external_id": ["x"], "name": ["Espresso"]})
    assert row_codes(columns, {"menu_item": existing}) == []


def test_a_required_reference_that_leads_nowhere_holds_each_row(make_columns):
    lines = [{"external_id": str(i), "order_id": "gone"} for i in range(2)]
    _, columns = make_columns({"order": [{"external_id": "o"}], "order_line": lines})
    assert row_codes(columns) == [
        ("order_line", 1, "missing_reference", "error"),
        ("order_line", 2, "missing_reference", "error"),
    ]


def test_an_optional_one_is_told_once_a_value_with_rows_and_money(make_columns):
    lines = [{"external_id": str(i), "item_id": "Lattte", "gross_amount": "4.25"} for i in range(3)]
    _, columns = make_columns({"menu_item": MENU, "order_line": lines})
    issue = check_references(columns, target_schema(), {})["order_line"].row(0, named=True)
    assert (issue["code"], issue["level"], issue["money"]) == (
        "optional_reference_missing",
        "warning",
        Decimal("12.75"),
    )
    assert (
        issue["detail"]
        == "No menu item 'Lattte' in the files or the target; closest match: 'latte' (3 rows)."
    )


def test_alike_ids_are_not_suggested(make_columns):
    lines = [{"external_id": "1", "item_id": "item-9999"}]
    menu = [{"external_id": "item-0999", "name": "item-0999"}]
    _, columns = make_columns({"menu_item": menu, "order_line": lines})
    assert "probably" not in check_references(columns, target_schema(), {})["order_line"]["detail"][0]


def test_a_name_of_several_records_is_ambiguous(make_columns):
    menu = [*MENU, {"external_id": "i3", "name": "latte"}]
    _, columns = make_columns({"menu_item": menu, "order_line": [{"external_id": "1", "item_id": "Latte"}]})
    assert row_codes(columns) == [("order_line", 1, "ambiguous_reference", "warning")]


def test_a_size_is_looked_up_within_the_item_of_its_line(make_columns):
    sizes = [
        {"external_id": f"{item}-{size}", "name": size, "item_id": item}
        for item in ("i1", "i2")
        for size in ("S", "L")
    ]
    lines = [
        {"external_id": "1", "item_id": "Latte", "variant_id": "S"},
        {"external_id": "2", "item_id": None, "variant_id": "S"},
    ]
    _, columns = make_columns({"menu_item": MENU, "item_variant": sizes, "order_line": lines})
    assert row_codes(columns) == [("order_line", 2, "ambiguous_reference", "warning")]


def test_each_item_of_a_list_is_looked_up(make_columns):
    groups = [{"external_id": "g1", "name": "Milk"}]
    menu = [{"external_id": "i", "name": "Latte", "modifier_group_ids": ["g1", "g2"]}]
    _, columns = make_columns({"modifier_group": groups, "menu_item": menu})
    assert row_codes(columns) == [("menu_item", 1, "optional_reference_missing", "warning")]


def test_the_samples_refer_to_nothing_that_is_missing(toast, square, make_columns):
    for streams in (toast, square):
        _, columns = make_columns(streams)
        missing = [row for row in row_codes(columns) if row[3] == "error"]
        assert missing == []
