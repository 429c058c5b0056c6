"""The list of recipe versions, and the labels of their parts."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.context import Context
from core.engine.mapping.recipes import views
from core.engine.mapping.recipes.rules import State
from core.engine.mapping.recipes.views import RecipeVersion
from core.engine.sources import views as sources
from core.schema import target_title
from pages.ui import formats, widgets


def list_of(context: Context, recipes: Sequence[RecipeVersion]) -> None:
    """Draw every version by name, the newest first."""
    names = views.savers(context)
    widgets.table(
        [
            {
                "Recipe": recipe.name,
                "Version": recipe.version,
                "Source": recipe.source or "–",
                "Tables": recipe.tables,
                "Fields": recipe.fields,
                "Saved": formats.moment(context, recipe.created_at),
                "By": names.get(recipe.id, ""),
                "Note": recipe.note,
            }
            for recipe in recipes
        ],
        {
            "Recipe": None,
            "Version": st.column_config.NumberColumn(format="v%d", width=70),
            "Source": None,
            "Tables": st.column_config.NumberColumn(width=70),
            "Fields": st.column_config.NumberColumn(width=70),
            "Saved": None,
            "By": None,
            "Note": None,
        },
        alt="Recipes and their versions",
        most=8,
    )


def migration_name(context: Context, migration_id: str) -> str:
    return sources.migration(context, migration_id).name


def state_label(state: State) -> str:
    """Format a mapping: 'Menu item › Price, divide(100)', 'Excluded', or '–' while nothing is decided."""
    if state.target is None:
        return "Excluded" if state.status == "ignored" else "–"
    return ", ".join(filter(None, (target_title(state.target), state.transform)))
