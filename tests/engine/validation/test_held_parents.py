"""Rows that are held because a record that they refer to is held, and those that are not."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from core.engine.validation.held_parents import check_held_parents

ORDERS = {
    "category": [
        {"external_id": "k1", "name": "Food", "parent_id": None},
        {"external_id": "k2", "name": "Hot", "parent_id": "k1"},
        {"external_id": "k3", "name": "Drinks", "parent_id": None},
    ],
    "menu_item": [
        {"external_id": "i1", "name": "Soup", "category_id": "k2"},
        {"external_id": "i2", "name": "Stew", "category_id": " HOT"},
        {"external_id": "i3", "name": "Tea", "category_id": "Drinks"},
    ],
    "order": [{"external_id": "o1", "number": "1"}, {"external_id": "o2", "number": "2"}],
    "order_line": [
        {"external_id": "l1", "order_id": "o1", "item_id": "i1"},
        {"external_id": "l2", "order_id": "o2", "item_id": "i3"},
    ],
}


def held_rows(columns, plan, existing=None, **held):
    rows = {entity: pl.Series(numbers, dtype=pl.Int64) for entity, numbers in held.items()}
    findings = check_held_parents(columns, plan, existing or {}, rows)
    return {entity: issues["_row"].to_list() for entity, issues in findings.items()}


@pytest.mark.parametrize(
    ("held", "rows"),
    [
        ({}, {}),
        ({"order": [1]}, {"order_line": [1]}),
        ({"order": [1, 2]}, {"order_line": [1, 2]}),
        ({"menu_item": [3]}, {"order_line": [2]}),
        ({"category": [3]}, {"menu_item": [3], "order_line": [2]}),
        ({"category": [2]}, {"menu_item": [1, 2], "order_line": [1]}),
        ({"category": [1]}, {"category": [2], "menu_item": [1, 2], "order_line": [1]}),
        ({"order": [1], "order_line": [1]}, {}),
    ],
)
def test_what_refers_to_a_held_record_is_held_and_its_own_children_in_turn(make_columns, held, rows):
    plan, columns = make_columns(ORDERS)
    assert held_rows(columns, plan, **held) == rows


def test_a_record_that_the_target_has_already_holds_nothing_back(make_columns):
    plan, columns = make_columns(ORDERS)
    existing = {"category": pl.DataFrame({"external_id": ["k3"], "name": ["Drinks"]})}
    assert held_rows(columns, plan, existing, category=[3]) == {}


def test_a_parent_that_another_table_brings_in_too_holds_nothing_back(make_columns):
    plan, columns = make_columns(ORDERS)
    secondary = tuple(replace(entity, primary=entity.entity != "category") for entity in plan.entities)
    assert held_rows(columns, replace(plan, entities=secondary), category=[3]) == {}


def test_an_issue_names_the_held_parent(make_columns):
    plan, columns = make_columns(ORDERS)
    (issue,) = check_held_parents(columns, plan, {}, {"order": pl.Series([1])})["order_line"].to_dicts()
    assert (issue["code"], issue["field"], issue["value"], issue["level"]) == (
        "missing_reference",
        "order_id",
        "o1",
        "error",
    )
    assert issue["detail"] == "Order 'o1' is held for correction."


def test_the_name_of_a_held_guest_is_masked(make_columns):
    plan, columns = make_columns(
        {
            "customer": [{"external_id": "Ada Lovelace", "first_name": "Ada"}],
            "order": [{"external_id": "o1", "customer_id": "Ada Lovelace"}],
        }
    )
    (issue,) = check_held_parents(columns, plan, {}, {"customer": pl.Series([1])})["order"].to_dicts()
    assert "Lovelace" not in issue["value"] + issue["detail"]
