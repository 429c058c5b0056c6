"""Mapping: every source field, where it goes and how sure that is; decided in one grid, each decision saved at once."""

from __future__ import annotations

import streamlit as st

from adapters import SOURCES
from core.context import Context
from core.engine.mapping import actions, views
from core.engine.mapping.views import Progress
from core.engine.sources import views as sources
from pages.ui import show as ui
from pages.ui.frame import act, chosen_migration, live
from pages.ui.mapping_bulk import bulk
from pages.ui.mapping_conflicts import contested, rival_sources
from pages.ui.mapping_grid import FILTERS, OPEN, View, current_view, grid
from pages.ui.mapping_side import drawer
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
    if field := st.query_params.get("field"):
        st.session_state[OPEN] = field
        del st.query_params["field"]
    _fields(migration_id)


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
        progress = progress_of(context, migration_id)
        _progress(progress)
        contested()
        rival_sources(context, migration_id)
        view = _filters(context, migration_id)
        bulk(context, migration_id, view, progress)
        if view.shown:
            grid(context, view)
        else:
            ui.empty("No field fits these filters", "Choose All, or clear the search.", icon="filter_alt_off")
        _below(migration_id, view, progress)
        if field := st.session_state.pop(OPEN, None):
            drawer(migration_id, field)


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


def _filters(context: Context, migration_id: str) -> View:
    names = list(dict.fromkeys(stream.name for stream in sources.streams(context, migration_id)))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        show = st.segmented_control(
            "Show", list(FILTERS), default="All", required=True, key="show", bind="query-params"
        )
        stream = st.selectbox(
            "Stream", names, index=None, key="stream", bind="query-params", placeholder="All", width=240
        )
        search = st.text_input(
            "Search",
            key="search",
            bind="query-params",
            icon=":material/search:",
            placeholder="Source or target",
            width=220,
        )
    return current_view(context, migration_id, show, stream, search)


def _below(migration_id: str, view: View, progress: Progress) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{len(view.shown):,} of {progress.total:,} fields shown. Every edit is saved at once.")
        st.space("stretch")
        for kind in ("csv", "json", "xlsx"):
            ui.download(
                kind.upper(),
                lambda own, kind=kind: views.export_mapping(own, migration_id, kind),  # type: ignore[misc]
                f"mapping.{kind}",
                key=f"map_export_{kind}",
            )
