"""Applying a recipe: the part of it to apply, the button, and Undo."""

from __future__ import annotations

import streamlit as st

from adapters import SOURCES
from core.context import Context
from core.engine.mapping.actions import undo
from core.engine.mapping.recipes import actions, views
from core.engine.mapping.recipes.actions import Applied
from core.engine.mapping.recipes.views import RecipeVersion
from core.kit.wording import listed
from pages.recipes.preview import misfits, planned
from pages.ui import formats, widgets
from pages.ui.frame import act

DONE = "recipe_done"
"""Key of the session: (migration, what applying came to), to be said and to be taken back."""


def apply_part(context: Context, recipe: RecipeVersion, migration_id: str | None) -> None:
    if not migration_id:
        widgets.empty("No migration selected", "Create one and upload its files, then apply the recipe.")
        return
    _show_result(migration_id)
    streams, fields = _part(context, recipe)
    plan = views.preview(context, recipe.id, migration_id, streams=streams, fields=fields)
    widgets.figures(
        [
            ("Fields to change", formats.number(len(plan.changes))),
            ("Unchanged", formats.number(len(plan.steps) - len(plan.changes))),
            ("Not applied", formats.number(len(plan.misfits))),
            ("Files to read again", formats.number(len(plan.readers))),
        ]
    )
    pending_count = len(plan.changes) + len(plan.readers) + len(plan.conflicts) + len(plan.record_types)
    include_high = bool(plan.high) and st.checkbox(
        f"Also exclude {formats.counted(len(plan.high), 'field')} with a high-confidence suggestion: "
        f"{formats.plain(listed([step.source_field for step in plan.high][:5]))}{', …' if len(plan.high) > 5 else ''}",
        key="recipe_include_high",
    )
    changes = len(plan.changes) - (0 if include_high else len(plan.high))
    pending_count -= len(plan.changes) - changes
    if context.may("mapping.edit"):
        st.button(
            f"Apply to {formats.counted(changes, 'field')}",
            key="recipe_apply",
            type="primary",
            icon=":material/play_arrow:",
            disabled=not pending_count,
            on_click=_apply,
            args=(recipe.id, migration_id, streams, fields, include_high),
        )
    planned(plan)
    misfits(plan.misfits)


def _part(context: Context, recipe: RecipeVersion) -> tuple[list[str] | None, list[tuple[str, str]] | None]:
    """Draw the choice of tables and fields; None means all."""
    body = views.recipe_body(context, recipe.id)
    with st.container(horizontal=True):
        names = [stream.name for stream in body.streams]
        streams = st.multiselect(
            "Tables", names, key=f"recipe_streams_{recipe.id}", placeholder="All", width=340
        )
        field_names = [
            (stream.name, field.source_field)
            for stream in body.streams
            for field in stream.fields
            if field.slot == 0 and (not streams or stream.name in streams)
        ]
        fields = st.multiselect(
            "Fields",
            field_names,
            format_func=": ".join,
            key=f"recipe_fields_{recipe.id}",
            placeholder="All",
            width="stretch",
        )
    return streams or None, fields or None


def _apply(
    recipe_id: str,
    migration_id: str,
    streams: list[str] | None,
    fields: list[tuple[str, str]] | None,
    include_high: bool,  # noqa: FBT001  (a callback's argument)
) -> None:
    done = act(
        lambda context: actions.apply_recipe(
            context,
            recipe_id,
            migration_id,
            SOURCES,
            streams=streams,
            fields=fields,
            include_high=include_high,
        )
    )
    if done is not None:
        st.session_state[DONE] = (migration_id, done)


def _show_result(migration_id: str) -> None:
    where, done = st.session_state.get(DONE, ("", None))
    if where != migration_id or not isinstance(done, Applied):
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.text(
            f"Applied to {formats.counted(done.applied, 'field')}; {done.already:,} unchanged, "
            f"{len(done.misfits):,} not applied."
            + (f" {formats.counted(done.high, 'high-confidence field')} not excluded." if done.high else "")
        )
        st.space("stretch")
        if done.batch:
            st.button("Undo", key="recipe_undo", icon=":material/undo:", on_click=_undo, args=(done.batch,))


def _undo(batch: str) -> None:
    act(lambda context: undo(context, batch), "Undone")
    st.session_state.pop(DONE, None)
