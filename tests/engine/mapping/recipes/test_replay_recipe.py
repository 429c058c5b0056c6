"""A replay passes while files, mapping and outputs are what they were, and names field by field what is not."""

from adapters import SOURCES
from core.engine.mapping.actions import decide
from core.engine.mapping.recipes.actions import apply_recipe, export_recipe, import_recipe, save_recipe
from core.engine.mapping.recipes.views import replay
from core.engine.mapping.views import mapping_fields
from tests.engine.mapping.recipes.conftest import MENU


def test_the_migration_it_was_made_of_passes(alice, decided_migration, recipe):
    result = replay(alice, recipe.id, decided_migration)
    assert result.is_ok
    assert {line.aspect for line in result.lines} == {"target", "transform", "output"}


def test_a_mapping_that_was_changed_fails_with_the_field(alice, decided_migration, recipe):
    field = next(
        mapping_field
        for mapping_field in mapping_fields(alice, decided_migration)
        if mapping_field.source_field == "Stock Code"
    )
    decide(alice, field.id, version=field.version, target="menu_item.barcode")
    result = replay(alice, recipe.id, decided_migration)
    assert [
        (difference.field, difference.aspect, difference.expected, difference.actual)
        for difference in result.differences
    ] == [("Stock Code", "target", "menu_item.sku", "menu_item.barcode")]


def test_next_month_s_rows_pass_as_long_as_they_can_be_read(alice, new_migration, recipe):
    migration = new_migration(alice, MENU.replace("4.50", "5.25"))
    apply_recipe(alice, recipe.id, migration, SOURCES)
    assert replay(alice, recipe.id, migration).is_ok


def test_values_that_cannot_be_read_any_more_fail(alice, new_migration, recipe):
    migration = new_migration(alice, MENU.replace("$4.50", "market price"))
    apply_recipe(alice, recipe.id, migration, SOURCES)
    (difference,) = replay(alice, recipe.id, migration).differences
    assert (difference.field, difference.aspect) == ("menu_item.price", "output")
    assert difference.expected == "3 of 3 values read"
    assert "2 of 3 values read" in difference.actual


def test_the_same_rows_must_give_the_same_values(alice, decided_migration, recipe, monkeypatch):
    import polars as pl

    from core.engine.transforms import TRANSFORMS

    broken = type(TRANSFORMS["strip"])("strip", "text", "text", "strip", lambda value: value + pl.lit("!"))
    monkeypatch.setitem(TRANSFORMS, "strip", broken)
    (difference,) = replay(alice, recipe.id, decided_migration).differences
    assert (difference.field, difference.aspect) == ("menu_item.name", "output")
    assert "other values from the same rows" in difference.actual


def test_missing_columns_and_streams_fail(alice, new_migration, recipe):
    short = replay(alice, recipe.id, new_migration(alice, "Dish,Cost,Kind\nSoup,4.50,Starter\n"))
    assert {difference.field for difference in short.differences if difference.aspect == "column"} == {
        "Stock Code",
        "Hidden",
    }
    replay_of_guests = replay(
        alice, recipe.id, new_migration(alice, "Guest,Phone\nAnn,555 010 0199\n", "guests.csv")
    )
    assert [difference.aspect for difference in replay_of_guests.differences] == ["column"]


def test_an_imported_recipe_is_replayed_by_what_can_be_counted(alice, mallory, new_migration, recipe):
    """Another customer's fingerprints are under another key, so only the counts can be compared."""
    theirs = import_recipe(mallory, export_recipe(alice, recipe.id, "yaml"))
    migration = new_migration(mallory)
    apply_recipe(mallory, theirs.id, migration, SOURCES)
    result = replay(mallory, theirs.id, migration)
    assert result.is_ok
    assert all("other rows" in line.actual for line in result.lines if line.aspect == "output")


def test_toast_s_whole_sample_is_saved_applied_and_replayed(alice, sample):
    from core.engine.mapping.actions import accept_above, suggest_mapping
    from core.engine.sources.actions import add_file, create_migration

    first, second = (create_migration(alice, "Toast").id for _ in range(2))
    for migration in (first, second):
        add_file(alice, migration, sample("toast"), SOURCES)
        suggest_mapping(alice, migration, SOURCES)
    accept_above(alice, first, 0.5)
    recipe = save_recipe(alice, first, "Toast")
    assert replay(alice, recipe.id, first).is_ok
    done = apply_recipe(alice, recipe.id, second, SOURCES)
    assert done.misfits == ()
    assert done.applied > 50
    assert replay(alice, recipe.id, second).is_ok
