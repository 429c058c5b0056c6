"""Saving makes versions that never change; a file brings a recipe to another customer."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.engine.mapping.actions import decide
from core.engine.mapping.recipes.actions import export_recipe, import_recipe, save_recipe
from core.engine.mapping.recipes.views import compare, recipe_body, recipes
from core.engine.mapping.views import mapping_fields
from core.errors import InvalidInputError, NotFoundError


def _change(context, migration, name, target):
    field = next(
        mapping_field
        for mapping_field in mapping_fields(context, migration)
        if mapping_field.source_field == name
    )
    decide(context, field.id, version=field.version, target=target)


def test_a_recipe_says_how_to_read_and_map_and_what_to_do_with_what_is_there(alice, recipe):
    body = recipe_body(alice, recipe.id)
    (stream,) = body.streams
    assert stream.reader.delimiter == ","
    assert {field.source_field: (field.target, field.transform, field.status) for field in stream.fields} == {
        "Dish": ("menu_item.name", "strip", "edited"),
        "Cost": ("menu_item.price", None, "edited"),
        "Kind": ("menu_item.category_id", None, "edited"),
        "Stock Code": ("menu_item.sku", None, "edited"),
        "Hidden": (None, None, "ignored"),
    }
    assert body.conflicts == {"menu_item": "merge"}
    price = next(expected for expected in body.expected if expected.target == "menu_item.price")
    assert (price.filled, price.read) == (3, 3)


def test_no_value_of_a_row_is_in_it(alice, recipe):
    text = export_recipe(alice, recipe.id, "json").decode()
    assert not [value for value in ("Soup", "12.00", "Dessert", "S2") if value in text]


def test_saving_the_same_again_makes_no_version_and_a_change_makes_the_next(alice, decided_migration, recipe):
    assert save_recipe(alice, decided_migration, "Menu list").id == recipe.id
    _change(alice, decided_migration, "Stock Code", "menu_item.barcode")
    second = save_recipe(alice, decided_migration, "Menu list", "codes are barcodes")
    assert second.version == 2
    (change,) = compare(alice, recipe.id, second.id)
    assert (change.subject, change.before, change.after) == (
        "Stock Code",
        "menu_item.sku",
        "menu_item.barcode",
    )
    assert [(recipe.name, recipe.version) for recipe in recipes(alice)] == [
        ("Menu list", 2),
        ("Menu list", 1),
    ]


def test_a_saved_version_cannot_be_changed(alice, recipe):
    with pytest.raises(DBAPIError, match="permission denied"):
        alice.session.execute(text("update recipe set note = 'other'"))
    alice.session.rollback()


def test_nothing_decided_is_no_recipe(alice, new_migration):
    with pytest.raises(InvalidInputError, match="Nothing is decided"):
        save_recipe(alice, new_migration(alice), "Empty")


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_a_file_brings_it_to_another_customer_unchanged(alice, mallory, recipe, form):
    theirs = import_recipe(mallory, export_recipe(alice, recipe.id, form))
    assert (theirs.name, theirs.version, theirs.digest) == ("Menu list", 1, recipe.digest)
    assert recipe_body(mallory, theirs.id) == recipe_body(alice, recipe.id)
    assert import_recipe(mallory, export_recipe(alice, recipe.id, form)).id == theirs.id


def test_a_recipe_of_another_domain_is_refused(alice, recipe):
    data = export_recipe(alice, recipe.id, "json").replace(b'"restaurant"', b'"school"')
    with pytest.raises(InvalidInputError, match="for a school"):
        import_recipe(alice, data)


def test_recipes_are_their_customer_s_alone(mallory, recipe):
    assert recipes(mallory) == []
    with pytest.raises(NotFoundError):
        export_recipe(mallory, recipe.id, "json")
