"""Mapping: every source field, where it goes and how sure that is; decided in a grid or one by one, each decision saved at once."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from adapters import SOURCES
from core.context import Context
from core.engine.mapping import actions
from core.engine.mapping import views as mapping
from core.engine.mapping.views import Progress
from core.engine.sources import views as sources
from core.errors import NotFoundError
from pages.ui import show as ui
from pages.ui.ai_status import assistant
from pages.ui.coach import coach
from pages.ui.frame import act, chosen_migration, live
from pages.ui.links import once
from pages.ui.mapping_bulk import bulk
from pages.ui.mapping_conflicts import contested, rival_sources, rivalries
from pages.ui.mapping_grid import OPEN, View, filters, grid
from pages.ui.mapping_overrides import overruled
from pages.ui.mapping_patterns import by_pattern
from pages.ui.mapping_queue import one_by_one
from pages.ui.mapping_second import waiting_fields
from pages.ui.mapping_side import drawer
from pages.ui.mapping_values import value_mapping
from pages.ui.road import Step, progress_of, wizard

BANDS = (
    ("green", "High", "green"),
    ("amber", "Medium", "orange"),
    ("red", "Low", "red"),
    ("none", "None", "gray"),
)


def show(context: Context) -> None:
    ui.heading(
        context,
        "Map Your POS Fields to AuraConnect",
        "Confidence: green over 90%, orange 70 to 90%, red below 70%, gray where nothing fits.",
    )
    migration_id = chosen_migration()
    if not progress_of(context, migration_id).total:
        wizard(context, migration_id, Step.MAP)
        _suggest(context, migration_id)
        return
    if field := once("field", lambda asked: _is_of(context, migration_id, asked), "field"):
        st.session_state[OPEN] = field
    _fields(migration_id)


def _is_of(context: Context, migration_id: str, field: str) -> bool:
    try:
        return mapping.mapping_field(context, field).migration_id == migration_id
    except NotFoundError:
        return False


def _suggest(context: Context, migration_id: str) -> None:
    if not sources.files(context, migration_id):
        ui.empty("Nothing to map yet", "Upload an export on Connect first.")
        return
    ui.empty(
        "Not analysed yet",
        "The fields are compared with the target by name, values and place.",
        icon="auto_awesome",
    )
    if context.may("migration.write") and st.button(
        "Suggest the mapping", type="primary", icon=":material/auto_awesome:"
    ):
        with st.spinner("Profiling every field and scoring it against every target"):
            act(lambda own: actions.suggest_mapping(own, migration_id, SOURCES), "Mapping suggested")
        st.rerun()


@st.fragment
def _fields(migration_id: str) -> None:
    """Everything that reacts to an edit; reruns alone, so an edit costs this part only."""
    with live() as context:
        wizard(context, migration_id, Step.MAP)
        coach(context, migration_id, Step.MAP, expanded=False)
        progress = progress_of(context, migration_id)
        _progress(progress)
        assistant(context, migration_id)
        counts = {
            "Conflicts": len(rivalries(context, migration_id)),
            "Second person": len(mapping.awaiting_second(context, migration_id)),
        }
        mode = st.segmented_control(
            "Review",
            list(MODES),
            default="Grid",
            required=True,
            key="review",
            bind="query-params",
            format_func=lambda name: f"{name} ({counts[name]:,})" if counts.get(name) else name,
            label_visibility="collapsed",
        )
        contested(context)
        MODES[mode](context, migration_id)
        if field := st.session_state.pop(OPEN, None):
            drawer(field)


def _grid(context: Context, migration_id: str) -> None:
    view, progress = filters(context, migration_id), progress_of(context, migration_id)
    bulk(context, migration_id, view, progress)
    if view.shown:
        grid(context, view)
    else:
        ui.empty("No field fits these filters", "Choose All, or clear the search.", icon="filter_alt_off")
    _below(migration_id, view, progress)


MODES: dict[str, Callable[[Context, str], None]] = {
    "Grid": _grid,
    "One by one": one_by_one,
    "Together": by_pattern,
    "Conflicts": rival_sources,
    "Second person": waiting_fields,
    "Values": value_mapping,
    "Overrides": overruled,
}


def _progress(progress: Progress) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(
            progress.decided / progress.total,
            text=f"**{progress.decided:,} of {progress.total:,}** fields decided, about {progress.minutes_left:,} min of review left",
            width=520,
        )
        st.space("stretch")
        for name, label, colour in BANDS:
            ui.badge(f"{label} {progress.by_band.get(name, 0):,}", colour)


def _below(migration_id: str, view: View, progress: Progress) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{len(view.shown):,} of {progress.total:,} fields shown. Every edit is saved at once.")
        st.space("stretch")
        for kind in ("csv", "json", "xlsx"):
            ui.download(
                kind.upper(),
                lambda own, kind=kind: mapping.export_mapping(own, migration_id, kind),  # type: ignore[misc]
                f"mapping.{kind}",
                key=f"map_export_{kind}",
            )
