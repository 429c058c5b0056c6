"""A row rule says which rows of a table are not records of an entity; a plan without rules is what it was."""

from __future__ import annotations

import polars as pl

from core.engine.batch import ROW
from core.engine.mapping.plans import plan_digest, plan_from_json, plan_to_json
from core.engine.plan import EntityPlan, FieldPlan, Plan, RowRule
from core.engine.row_rules import skipped_rows
from core.engine.transforms import transform_rows

FIELDS = tuple(FieldPlan(name, (name,)) for name in ("external_id", "first_name", "last_name"))
ROWS = pl.DataFrame(
    {
        ROW: [2, 3, 4, 5],
        "external_id": ["1", "2", "3", "4"],
        "first_name": ["Ada", "Ben", "Cy", "Dee"],
        "last_name": ["A", "B", "C", "D"],
        "role": ["student", " Teacher ", None, "porter"],
    }
)


def plan_of(*rules: RowRule) -> tuple[Plan, EntityPlan]:
    entity_plan = EntityPlan("users", "student", FIELDS, rules=rules)
    return Plan("school", "spreadsheet", (entity_plan,)), entity_plan


def test_rows_of_a_rule_make_no_record_and_are_named_with_the_rule():
    plan, entity_plan = plan_of(RowRule("role", ("teacher",), "role is teacher"))
    assert transform_rows(plan, entity_plan, ROWS).frame["external_id"].to_list() == ["1", "3", "4"]
    assert skipped_rows(entity_plan, ROWS).rows() == [(3, "role is teacher")]


def test_rows_of_a_rule_that_holds_are_held_with_the_word_and_the_reason():
    plan, entity_plan = plan_of(RowRule("role", ("porter",), "Nobody knows.", holds=True))
    issues = transform_rows(plan, entity_plan, ROWS).issues
    assert issues.select(ROW, "code", "value", "level", "detail").rows() == [
        (5, "row_kind_unknown", "porter", "error", "Nobody knows.")
    ]


def test_a_rule_for_only_some_words_skips_all_other_rows_and_those_without_a_word():
    plan, entity_plan = plan_of(RowRule("role", ("teacher",), "no staff in this row", only=True))
    assert transform_rows(plan, entity_plan, ROWS).frame["external_id"].to_list() == ["2"]


def test_a_rule_about_a_column_that_a_chunk_lacks_skips_nothing():
    plan, entity_plan = plan_of(RowRule("_mark", ("total",), "Total"))
    assert transform_rows(plan, entity_plan, ROWS).frame.height == 4


def test_a_plan_with_rules_comes_back_from_json_and_one_without_keeps_its_fingerprint():
    plan, _ = plan_of(RowRule("role", ("teacher",), "role is teacher"))
    assert plan_from_json(plan_to_json(plan)) == plan
    bare, _ = plan_of()
    assert "rules" not in plan_to_json(bare)["entities"][0]
    assert plan_digest(bare) != plan_digest(plan)
