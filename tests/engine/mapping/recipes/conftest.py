"""A decided migration to make recipes of, and tables to apply them to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from adapters import SOURCES
from core.context import Context
from core.engine.mapping.actions import Decision, decide_many, set_conflict, suggest_mapping
from core.engine.mapping.recipes.actions import save_recipe
from core.engine.mapping.tables import Recipe
from core.engine.mapping.views import mapping_fields
from core.engine.sources.actions import add_file, create_migration
from core.kit.ids import new_id

MENU = """Dish,Cost,Kind,Stock Code,Hidden
Soup,$4.50,Starter,S1,no
Stew,$12.00,Main,S2,no
Cake,$6.25,Dessert,S3,yes
"""
DECISIONS = {
    "Dish": ("menu_item.name", "strip"),
    "Cost": ("menu_item.price", None),
    "Kind": ("menu_item.category_id", None),
    "Stock Code": ("menu_item.sku", None),
    "Hidden": (None, None),
}

NewMigration = Callable[..., str]


@pytest.fixture
def new_migration(tmp_path: Path) -> NewMigration:
    """new_migration(context, text, name='menu.csv'): the id of a migration of that one file, its mapping suggested."""

    def make(context: Context, text: str = MENU, name: str = "menu.csv") -> str:
        folder = tmp_path / new_id()
        folder.mkdir()
        (folder / name).write_text(text, encoding="utf-8")
        migration = create_migration(context, "Recipes").id
        add_file(context, migration, folder / name, SOURCES)
        suggest_mapping(context, migration, SOURCES)
        return migration

    return make


@pytest.fixture
def decided_migration(alice: Context, new_migration: NewMigration) -> str:
    """Alice's migration with all five columns decided and a conflict strategy chosen."""
    migration = new_migration(alice)
    fields = {field.source_field: field for field in mapping_fields(alice, migration) if field.slot == 0}
    decide_many(
        alice,
        [
            Decision(
                fields[name].id, 0, target, transform, "edited" if target else "ignored", f"as {name} says"
            )
            for name, (target, transform) in DECISIONS.items()
        ],
        looked=True,
    )
    set_conflict(alice, migration, "menu_item", "merge")
    return migration


@pytest.fixture
def recipe(alice: Context, decided_migration: str) -> Recipe:
    return save_recipe(alice, decided_migration, "Menu list", "from the first customer")
