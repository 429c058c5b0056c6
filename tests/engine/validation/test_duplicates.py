from __future__ import annotations

from core.engine.plan import EntityPlan, Plan
from core.engine.validation.duplicates import check_duplicates
from core.engine.validation.modifier_groups import check_groups


def row_codes(columns, plan):
    issues = check_duplicates(columns, plan).get("category")
    return [] if issues is None else issues.select("_row", "code", "level").rows()


ROWS = [
    {"external_id": "1", "name": "Hot"},
    {"external_id": "1", "name": "Hot"},
    {"external_id": "1", "name": "Cold"},
    {"external_id": "2", "name": "Hot"},
]


def test_all_rows_of_an_id_with_different_contents_are_held(make_columns):
    plan, columns = make_columns({"category": ROWS})
    assert row_codes(columns, plan) == [(row, "duplicate_in_file", "error") for row in (1, 2, 3)]


def test_an_equal_row_is_merged(make_columns):
    plan, columns = make_columns({"category": [*ROWS[:2], ROWS[3]]})
    assert row_codes(columns, plan) == [(2, "repeated_row", "info")]


def test_a_record_picked_out_of_other_rows_repeats_without_mention(make_columns):
    _, columns = make_columns({"category": ROWS[:2]})
    plan = Plan("restaurant", "test", (EntityPlan("lines", "category", (), primary=False),))
    assert row_codes(columns, plan) == []


def test_such_a_record_with_other_content_is_a_warning(make_columns):
    _, columns = make_columns({"category": ROWS})
    plan = Plan("restaurant", "test", (EntityPlan("lines", "category", (), primary=False),))
    assert row_codes(columns, plan) == [(3, "duplicate_in_file", "warning")]


def test_a_modifier_group_needs_the_options_it_asks_for(make_columns):
    groups = [
        {"external_id": "g1", "name": "Milk", "min_selections": 2},
        {"external_id": "g2", "name": "Empty", "min_selections": 0},
        {"external_id": "g3", "name": "Size", "min_selections": 1},
    ]
    modifiers = [
        {"external_id": "m1", "name": "Oat", "group_id": "g1"},
        {"external_id": "m2", "name": "Large", "group_id": "size"},
    ]
    _, columns = make_columns({"modifier_group": groups, "modifier": modifiers})
    assert check_groups(columns)["modifier_group"].select("_row", "code").rows() == [
        (2, "modifier_group_empty"),
        (1, "modifier_min_over_options"),
    ]
    del columns["modifier"]
    assert check_groups(columns) == {}
