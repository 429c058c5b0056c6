"""The recipes screen: save, preview and apply a part, take it back, compare, replay, export; sales may only look."""

from __future__ import annotations

import pytest

from adapters import SOURCES
from core.context import Context
from core.engine.mapping import views
from core.engine.mapping.actions import accept_above, decide, suggest_mapping
from core.engine.mapping.recipes.actions import save_recipe
from core.engine.mapping.recipes.views import recipes
from core.engine.sources.actions import add_file, create_migration
from tests.pages.conftest import Console
from tests.prepared import TOAST


@pytest.fixture
def saved(alice: Context, migration: str) -> str:
    """A recipe of the Toast sample; its id."""
    accept_above(alice, migration, 0.9)
    return save_recipe(alice, migration, "Toast", "first").id


@pytest.fixture
def second_migration(alice: Context, saved: str) -> str:
    """Another migration of the same files, the newest, so the screen opens on it."""
    migration_id = create_migration(alice, "Second location").id
    add_file(alice, migration_id, TOAST, SOURCES)
    suggest_mapping(alice, migration_id, SOURCES)
    return migration_id


def _figures(app) -> dict[str, str]:
    return {element.label: element.value for element in app.metric}


def test_without_a_recipe_it_says_how_to_make_one(console: Console, migration: str) -> None:
    app = console("alice", "recipes")
    assert not app.exception
    assert any("No recipes yet" in element.value for element in app.markdown)


def test_what_is_decided_is_saved_under_a_name(console: Console, alice: Context, migration: str) -> None:
    accept_above(alice, migration, 0.9)
    app = console("alice", "recipes")
    app.text_input(key="recipe_name").set_value("Toast")
    next(button for button in app.button if button.label == "Save").click()
    app.run()
    alice.session.rollback()
    assert [(recipe.name, recipe.version) for recipe in recipes(alice)] == [("Toast", 1)]
    assert list(app.dataframe[0].value["Recipe"]) == ["Toast"]


def test_nothing_decided_is_refused_on_the_page(console: Console, migration: str) -> None:
    app = console("alice", "recipes")
    app.text_input(key="recipe_name").set_value("Toast")
    next(button for button in app.button if button.label == "Save").click()
    app.run()
    assert any("Nothing is decided" in element.value for element in app.text)


def test_it_is_applied_after_a_preview_and_taken_back(
    console: Console, alice: Context, second_migration: str
) -> None:
    app = console("alice", "recipes")
    changes = int(_figures(app)["Fields to change"])
    assert changes > 30
    app.button(key="recipe_apply").click().run()
    alice.session.rollback()
    assert views.progress(alice, second_migration).reviewed == changes
    assert _figures(app)["Fields to change"] == "0"
    app.button(key="recipe_undo").click().run()
    alice.session.rollback()
    assert views.progress(alice, second_migration).reviewed == 0


def test_a_recipe_excludes_a_high_confidence_field_only_where_that_is_chosen(
    console: Console, alice: Context, migration: str, second_migration: str
) -> None:
    field = next(
        mapping_field
        for mapping_field in views.mapping_fields(alice, migration)
        if (mapping_field.confidence or 0) > 0.9
    )
    decide(alice, field.id, version=field.version, target=None, status="ignored")
    recipe = save_recipe(alice, migration, "Without")
    alice.session.commit()
    app = console("alice", "recipes")
    app.selectbox(key="recipe").set_value(recipe.id).run()
    assert field.source_field in app.checkbox(key="recipe_include_high").label
    app.button(key="recipe_apply").click().run()
    alice.session.rollback()
    mapping_field = next(
        mapping_field
        for mapping_field in views.mapping_fields(alice, second_migration)
        if (mapping_field.stream, mapping_field.source_field) == (field.stream, field.source_field)
    )
    assert mapping_field.status == "suggested"


def test_a_part_is_chosen_by_stream(
    console: Console, alice: Context, saved: str, second_migration: str
) -> None:
    app = console("alice", "recipes")
    picker = app.multiselect(key=f"recipe_streams_{saved}")
    picker.set_value([picker.options[0]]).run()
    app.button(key="recipe_apply").click().run()
    alice.session.rollback()
    streams = {
        mapping_field.stream
        for mapping_field in views.mapping_fields(alice, second_migration)
        if mapping_field.status != "suggested"
    }
    assert streams == {picker.options[0]}


def test_a_replay_passes_until_the_mapping_changes(
    console: Console, alice: Context, migration: str, saved: str
) -> None:
    app = console("alice", "recipes")
    app.button(key="recipe_replay").click().run()
    assert any("Passed" in element.value for element in app.markdown)
    field = next(
        mapping_field
        for mapping_field in views.mapping_fields(alice, migration)
        if mapping_field.status == "accepted"
    )
    decide(alice, field.id, version=field.version, target=None, status="ignored")
    app.button(key="recipe_replay").click().run()
    assert any("Failed" in element.value for element in app.markdown)


def test_two_versions_are_compared(console: Console, alice: Context, migration: str, saved: str) -> None:
    field = next(
        mapping_field
        for mapping_field in views.mapping_fields(alice, migration)
        if mapping_field.status == "accepted"
    )
    decide(alice, field.id, version=field.version, target=None, status="ignored")
    save_recipe(alice, migration, "Toast", "second")
    app = console("alice", "recipes")
    compared = next(table.value for table in app.dataframe if "Before" in table.value.columns)
    assert list(compared["What"]) == [field.source_field]
    assert list(compared["Now"]) == ["Excluded"]


def test_sales_may_look_but_not_apply(console: Console, saved: str, second_migration: str) -> None:
    app = console("sam", "recipes")
    assert not app.exception
    assert "recipe_apply" not in [button.key for button in app.button]
