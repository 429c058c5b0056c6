"""A person who chooses a target for a column of numbers gets the reading its values need, or the question they leave."""

from __future__ import annotations

import pytest

from core.engine.mapping.actions import decide
from core.engine.mapping.tables import MappingField
from core.engine.mapping.views import mapping_fields
from core.errors import InvalidInputError
from tests.importer import Importer

FILE = "Item ID;Item Name;Zahl;{second}\n1;Suppe;3,20;{values[0]}\n2;Bankett;1.234,50;{values[1]}\n"


def field_of(importer: Importer, migration: str, name: str) -> MappingField:
    (field,) = [field for field in mapping_fields(importer.context, migration) if field.source_field == name]
    return field


def choose(
    importer: Importer, migration: str, name: str, target: str, transform: str | None = None
) -> MappingField:
    field = field_of(importer, migration, name)
    return decide(importer.context, field.id, version=field.version, target=target, transform=transform)


def test_a_chosen_price_is_read_as_its_column_is_written(importer: Importer) -> None:
    migration = importer.prepare(FILE.format(second="X", values=("a", "b")), reviewed=False)
    field = choose(importer, migration, "Zahl", "menu_item.price")
    assert field.transform == "money(decimal_comma=True)"


def test_a_chosen_target_whose_numbers_nothing_decides_is_asked_for_until_the_reading_is_named(
    importer: Importer,
) -> None:
    file = "Item ID;Item Name;Zahl\n1;Suppe;1.250\n2;Bankett;2.500\n"
    migration = importer.prepare(file, reviewed=False)
    with pytest.raises(InvalidInputError, match=r"Zahl: Is '1\.250' 1250 or 1\.25"):
        choose(importer, migration, "Zahl", "menu_item.cost")
    assert choose(importer, migration, "Zahl", "menu_item.cost", "money()").transform == "money()"


def test_other_columns_of_the_file_say_how_a_chosen_one_is_read(importer: Importer) -> None:
    file = FILE.format(second="Y", values=("1.250", "2.500"))
    migration = importer.prepare(file, reviewed=False)
    choose(importer, migration, "Zahl", "menu_item.price")
    assert choose(importer, migration, "Y", "menu_item.cost").transform == "money(decimal_comma=True)"


def test_a_transform_from_elsewhere_does_not_take_the_reading_of_a_column_away(importer: Importer) -> None:
    file = "Item ID;Item Name;Price\n1;Suppe;3,20\n2;Bankett;1.234,50\n"
    migration = importer.prepare(file, reviewed=False)
    assert choose(importer, migration, "Price", "menu_item.price").transform == "money(decimal_comma=True)"
    assert choose(importer, migration, "Price", "menu_item.price", "money()").transform == "money()"
