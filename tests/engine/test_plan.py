"""What a plan says about itself: which columns it reads, which entities it loads and when a row is done."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine.plan import KEEPING, Conflict, EntityPlan, FieldPlan, ImportSettings, Plan

NAMES = st.text("abcde", min_size=1, max_size=2)
FIELD_PLANS = st.builds(FieldPlan, NAMES, st.lists(NAMES, max_size=3).map(tuple))
ENTITY_PLANS = st.builds(
    EntityPlan,
    stream=st.sampled_from(("menu", "orders", "lines")),
    entity=st.sampled_from(("order", "order_line", "customer")),
    fields=st.lists(FIELD_PLANS, max_size=4).map(tuple),
    place=st.none() | FIELD_PLANS,
)
PLANS = st.lists(ENTITY_PLANS, max_size=6).map(lambda entities: Plan("restaurant", "toast", tuple(entities)))


def entity_plan(stream, entity, *columns):
    return EntityPlan(stream, entity, tuple(FieldPlan(f"f{column}", (column,)) for column in columns))


@given(ENTITY_PLANS)
def test_an_entity_plan_lists_every_column_it_reads_once(plan):
    columns = plan.columns()
    field_plans = [*plan.fields, *([plan.place] if plan.place else [])]
    assert len(columns) == len(set(columns))
    assert set(columns) == {column for field in field_plans for column in field.sources}


def test_columns_come_in_the_order_of_the_fields_and_the_location_last():
    plan = EntityPlan(
        "lines",
        "order_line",
        (FieldPlan("name", ("Item", "Size")), FieldPlan("price", ("Price", "Item"))),
        place=FieldPlan("location_id", ("Shop",)),
    )
    assert plan.columns() == ["Item", "Size", "Price", "Shop"]


def test_a_field_plan_is_read_by_the_name_of_its_target():
    plan = entity_plan("menu", "menu_item", "a", "b")
    assert plan.field("fb") == FieldPlan("fb", ("b",))
    assert plan.field("fc") is None


@given(PLANS)
def test_each_table_has_one_last_step_and_no_later_step_reads_it(plan):
    assert len(plan.last_steps) == len({entity.stream for entity in plan.entities})
    for step, entity in enumerate(plan.entities):
        later = [later_plan.stream for later_plan in plan.entities[step + 1 :]]
        assert (step in plan.last_steps) == (entity.stream not in later)


@given(PLANS, st.sampled_from(("order", "order_line", "customer")))
def test_the_plans_of_an_entity_are_those_of_its_name_in_the_order_of_loading(plan, entity):
    assert list(plan.of(entity)) == [part for part in plan.entities if part.entity == entity]


def test_a_plan_takes_over_every_setting_of_the_import():
    settings = ImportSettings(
        "school",
        "spreadsheet",
        zone="Europe/Berlin",
        currency="EUR",
        country="DE",
        date_order="dmy",
        close_hour=4,
    )
    entities = (entity_plan("students", "student", "a"),)
    plan = Plan.under(settings, entities)
    assert {setting.name: getattr(plan, setting.name) for setting in fields(ImportSettings)} == {
        setting.name: getattr(settings, setting.name) for setting in fields(ImportSettings)
    }
    assert (plan.entities, plan.places) == (entities, ())


def test_existing_records_keep_their_values_under_two_strategies():
    assert set(Conflict) - set(KEEPING) == {Conflict.OVERWRITE, Conflict.DUPLICATE}


def test_a_plan_cannot_be_changed_once_it_is_built():
    plan = entity_plan("menu", "menu_item", "a")
    with pytest.raises(FrozenInstanceError):
        plan.conflict = Conflict.MERGE
