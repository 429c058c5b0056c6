"""Recipes: saved ways to read and map a source's files; save, apply to this migration, compare, carry, replay."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.context import Context
from core.engine.mapping.recipes import actions, views
from core.engine.mapping.recipes.views import RecipeVersion
from core.engine.sources import views as sources
from pages.recipes.apply import apply_part
from pages.recipes.compare import comparison, replayed
from pages.recipes.versions import list_of, migration_name
from pages.ui import downloads, widgets
from pages.ui.frame import act
from pages.ui.links import MIGRATION

RECIPE = "recipe"
"""Key of the session and of the address: the version that is looked at."""


def show(context: Context) -> None:
    widgets.heading(
        context,
        "Recipes",
        "Saved mappings: apply one to the next export, compare versions, and replay it to check that it still works.",
    )
    migration_id = st.session_state.get(MIGRATION)
    recipes = views.recipes(context)
    _making(context, migration_id, recipes)
    if not recipes:
        widgets.empty(
            "No recipes yet",
            "Save a reviewed mapping as a recipe, or import a recipe file.",
            icon="menu_book",
        )
        return
    list_of(context, recipes)
    recipe = _choose_recipe(recipes)
    if recipe is None:
        return
    apply_tab, compare_tab, replay_tab, carry_tab = st.tabs(
        [
            ":material/play_arrow: Apply",
            ":material/compare_arrows: Compare",
            ":material/replay: Replay",
            ":material/download: Export",
        ]
    )
    with apply_tab:
        apply_part(context, recipe, migration_id)
    with compare_tab:
        comparison(context, recipe, [version for version in recipes if version.id != recipe.id])
    with replay_tab:
        replayed(context, recipe, migration_id)
    with carry_tab:
        _carry(recipe)


def _choose_recipe(recipes: Sequence[RecipeVersion]) -> RecipeVersion | None:
    labels = {recipe.id: f"{recipe.name} v{recipe.version}" for recipe in recipes}
    picked = st.selectbox("Recipe", list(labels), format_func=labels.__getitem__, key=RECIPE, width=420)
    return next((recipe for recipe in recipes if recipe.id == picked), None)


def _making(context: Context, migration_id: str | None, recipes: Sequence[RecipeVersion]) -> None:
    if not context.may("mapping.edit"):
        return
    with st.container(horizontal=True):
        if migration_id:
            with st.popover("Save as recipe…", icon=":material/save:"):
                _save_form(context, migration_id, recipes)
        with st.popover("Import recipe…", icon=":material/upload_file:"):
            file = st.file_uploader("Recipe, JSON or YAML", type=["json", "yaml", "yml"], key="recipe_file")
            if file is not None:
                st.button(
                    "Import", key="recipe_import", on_click=_import, args=(file.getvalue(),), type="primary"
                )


def _save_form(context: Context, migration_id: str, recipes: Sequence[RecipeVersion]) -> None:
    used = next(
        (
            recipe.name
            for recipe in recipes
            if recipe.source == sources.migration(context, migration_id).source
        ),
        "",
    )
    with st.form("recipe_save", border=False):
        st.text(f"From: {migration_name(context, migration_id)}")
        name = st.text_input(
            "Name", used, max_chars=120, key="recipe_name", help="An existing name gets a new version."
        )
        note = st.text_input("Note", max_chars=500, key="recipe_note")
        if st.form_submit_button("Save", type="primary"):
            _save(migration_id, name, note)


def _save(migration_id: str, name: str, note: str) -> None:
    saved = act(lambda context: actions.save_recipe(context, migration_id, name, note), "Recipe saved")
    if saved is not None:
        st.session_state[RECIPE] = saved.id
    st.rerun()


def _import(data: bytes) -> None:
    recipe = act(lambda context: actions.import_recipe(context, data), "Recipe imported")
    if recipe is not None:
        st.session_state[RECIPE] = recipe.id


def _carry(recipe: RecipeVersion) -> None:
    st.caption(
        "The file contains names, rules and counts, and no values of rows; checksums are keyed to this customer."
    )
    with st.container(horizontal=True):
        downloads.draw_downloads(
            ("yaml", "json"),
            "{kind}",
            lambda context, kind: actions.export_recipe(context, recipe.id, kind),
            f"recipe-v{recipe.version}",
            key="recipe_export",
        )
