"""Applying decides what fits, names what does not, and is all or nothing; twice changes nothing, a part is a part."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters import SOURCES
from core.engine.mapping.actions import decide, undo
from core.engine.mapping.recipes.actions import apply_recipe, export_recipe, import_recipe, save_recipe
from core.engine.mapping.recipes.views import preview
from core.engine.mapping.views import CONFLICT_SETTING, mapping_fields
from core.engine.sources.actions import add_file, create_migration
from core.engine.sources.views import files
from core.engine.sources.views import migration as migration_of
from core.errors import AppError
from tests.engine.mapping.recipes.conftest import DECISIONS, MENU


def _mapping(context, migration):
    context.session.rollback()
    context.session.expire_all()
    return {
        (mapping_field.source_field, mapping_field.slot): (
            mapping_field.target,
            mapping_field.transform,
            mapping_field.status,
            mapping_field.reason,
            mapping_field.version,
        )
        for mapping_field in mapping_fields(context, migration)
    }


def test_new_files_are_decided_as_the_recipe_says(alice, new_migration, recipe):
    migration = new_migration(alice, MENU.replace("Soup", "Broth"), "menu-december.csv")
    done = apply_recipe(alice, recipe.id, migration, SOURCES)
    assert (done.applied, done.already, done.misfits) == (5, 0, ())
    now = _mapping(alice, migration)
    assert {name: now[name, 0][:2] for name in DECISIONS} == DECISIONS
    assert {now[name, 0][3] for name in DECISIONS} == {"recipe Menu list v1"}
    assert migration_of(alice, migration).settings[CONFLICT_SETTING] == {"menu_item": "merge"}


def test_applied_twice_changes_nothing(alice, new_migration, recipe):
    migration = new_migration(alice)
    apply_recipe(alice, recipe.id, migration, SOURCES)
    before = _mapping(alice, migration)
    again = apply_recipe(alice, recipe.id, migration, SOURCES)
    assert (again.applied, again.already, again.batch) == (0, 5, None)
    assert _mapping(alice, migration) == before


@settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(part=st.sets(st.sampled_from(sorted(DECISIONS))))
def test_a_part_decides_that_part_and_nothing_else(alice, new_migration, recipe, part):
    migration = new_migration(alice)
    before = _mapping(alice, migration)
    effect = preview(alice, recipe.id, migration, fields={("menu", name) for name in part})
    assert {step.source_field for step in effect.steps} == part
    done = apply_recipe(alice, recipe.id, migration, SOURCES, fields={("menu", name) for name in part})
    after = _mapping(alice, migration)
    assert {name for (name, slot), state in after.items() if state != before.get((name, slot))} == part
    assert done.applied == len(part)


def test_what_does_not_fit_is_named_with_the_reason(alice, new_migration, recipe):
    migration = new_migration(alice, "Dish,Cost,Kind\nSoup,ask the waiter,Starter\nStew,see the board,Main\n")
    done = apply_recipe(alice, recipe.id, migration, SOURCES)
    assert {(misfit.source_field, misfit.why) for misfit in done.misfits} == {
        ("Cost", "type"),
        ("Stock Code", "column"),
        ("Hidden", "column"),
    }
    assert "0 of 2 values can be read as money" in next(
        misfit.detail for misfit in done.misfits if misfit.why == "type"
    )
    now = _mapping(alice, migration)
    assert now["Dish", 0][0] == "menu_item.name"
    assert now["Cost", 0][2] == "suggested"


@pytest.mark.parametrize(
    ("was", "becomes", "why"),
    [
        (b'"menu_item.sku"', b'"menu_item.gone"', "target"),
        (b'"menu_item.sku"', b'"student.first_name"', "target"),
        (b'"strip"', b'"no_such_call(1)"', "transform"),
        (b'"strip"', b'"divide(1, 2, 3)"', "transform"),
        (b'"menu"', b'"quite another"', None),
    ],
)
def test_a_recipe_of_other_times_is_applied_as_far_as_it_goes(
    alice, new_migration, recipe, was, becomes, why
):
    edited_recipe = import_recipe(alice, export_recipe(alice, recipe.id, "json").replace(was, becomes))
    assert edited_recipe.version == 2
    done = apply_recipe(alice, edited_recipe.id, new_migration(alice), SOURCES)
    assert [misfit.why for misfit in done.misfits] == ([why] if why else [])
    assert done.applied == 5 - len(done.misfits)


def test_a_stream_nothing_is_like_is_named(alice, new_migration, recipe):
    migration = new_migration(alice, "Guest,Phone\nAnn,555 010 0199\n", "guests.csv")
    done = apply_recipe(alice, recipe.id, migration, SOURCES)
    assert {misfit.why for misfit in done.misfits} == {"stream"}
    assert done.applied == 0


def test_it_is_undone_with_one_click(alice, new_migration, recipe):
    migration = new_migration(alice)
    before = {key: state[:3] for key, state in _mapping(alice, migration).items()}
    undo(alice, apply_recipe(alice, recipe.id, migration, SOURCES).batch)
    assert {key: state[:3] for key, state in _mapping(alice, migration).items()} == before


def test_files_nobody_has_analysed_are_suggested_first(alice, tmp_path, recipe):
    (tmp_path / "menu.csv").write_text(MENU, encoding="utf-8")
    migration = create_migration(alice, "Fresh").id
    add_file(alice, migration, tmp_path / "menu.csv", SOURCES)
    assert apply_recipe(alice, recipe.id, migration, SOURCES).applied == 5


def test_a_file_is_read_again_as_the_recipe_reads_it(alice, new_migration, recipe):
    data = export_recipe(alice, recipe.id, "json").replace(b'"header_row": 1', b'"header_row": 2')
    imported_recipe = import_recipe(alice, data)
    migration = new_migration(alice, "A menu of ours,,,,\n" + MENU)
    if files(alice, migration)[0].options["header_row"] == 2:
        migration = new_migration(alice)
    done = apply_recipe(alice, imported_recipe.id, migration, SOURCES)
    assert done.reread == ("menu.csv",)
    assert files(alice, migration)[0].options["header_row"] == 2


def test_a_failure_half_way_leaves_nothing(alice, new_migration, recipe, monkeypatch):
    migration = new_migration(alice)
    before = _mapping(alice, migration)

    def fail(*_args, **_more):
        raise AppError("no", hint="")

    monkeypatch.setattr("core.engine.mapping.recipes.actions.set_conflict", fail)
    with pytest.raises(AppError):
        apply_recipe(alice, recipe.id, migration, SOURCES)
    assert _mapping(alice, migration) == before


ITEMS = "Item ID,Item Name,Category,Price\ni1,Soup,Starter,4.50\ni2,Stew,Main,12.00\ni3,Cake,Dessert,6.25\n"


def test_a_high_confidence_suggestion_that_the_recipe_excludes_is_named_and_can_be_left(alice, new_migration):
    first = new_migration(alice, ITEMS)
    suggested = {mapping_field.source_field: mapping_field for mapping_field in mapping_fields(alice, first)}
    price = suggested["Price"]
    decide(alice, price.id, version=price.version, target=None, status="ignored")
    priceless_recipe = save_recipe(alice, first, "Without prices")
    migration = new_migration(alice, ITEMS)
    assert [step.source_field for step in preview(alice, priceless_recipe.id, migration).high] == ["Price"]
    done = apply_recipe(alice, priceless_recipe.id, migration, SOURCES, include_high=False)
    assert (done.applied, done.high, done.batch) == (0, 1, None)
    assert _mapping(alice, migration)["Price", 0][2] == "suggested"
    assert apply_recipe(alice, priceless_recipe.id, migration, SOURCES).applied == 1
    assert _mapping(alice, migration)["Price", 0][2] == "ignored"
