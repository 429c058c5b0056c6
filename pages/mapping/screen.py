"""Mapping: every source column, where it goes and how sure that is; each decision saved at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from adapters import SOURCES
from core.context import Context
from core.engine.mapping import actions
from core.engine.mapping import views as mapping
from core.engine.mapping.views import Progress
from core.engine.sources import views as sources
from core.errors import NotFoundError
from pages.mapping import toolbar
from pages.mapping.bulk import accept_high, bulk_menu, dialogs
from pages.mapping.conflicts import edit_conflict, rival_sources
from pages.mapping.deciding import accept, exclude, focus_on, last_batch, prefer_alternative, step
from pages.mapping.drawer import drawer
from pages.mapping.finish import ask_finish, finish_dialog
from pages.mapping.grid import grid
from pages.mapping.keys import shortcuts
from pages.mapping.overrides import changed_suggestions
from pages.mapping.patterns import by_pattern
from pages.mapping.queue import one_by_one
from pages.mapping.second import waiting_fields
from pages.mapping.side import checklist, current_card, field_card
from pages.mapping.state import (
    APPROVAL,
    CONFLICTS,
    FOCUS,
    OPEN,
    View,
    awaiting,
    conflicts,
    current_view,
    notes,
    required_targets,
)
from pages.mapping.values import value_mapping
from pages.ui import widgets as ui
from pages.ui.coach import advice_of, coach
from pages.ui.frame import act, chosen_migration, live
from pages.ui.links import MIGRATION, once
from pages.ui.steps import Step, facts_of, progress_of
from pages.ui.wizard import wizard

_LAYOUT = "map_layout_shown"


def show(context: Context) -> None:
    if not st.session_state.get(MIGRATION):
        ui.heading(context, "Mapping")
    migration_id = chosen_migration()
    if not progress_of(context, migration_id).total:
        ui.heading(context, "Mapping")
        wizard(context, migration_id, Step.MAP)
        _suggest(context, migration_id)
        return
    if field := once("field", lambda asked: _is_of(context, migration_id, asked), "field"):
        st.session_state[OPEN] = st.session_state[FOCUS] = field
    if FOCUS not in st.session_state:  # a reload keeps the field the person was at
        st.session_state[FOCUS] = st.query_params.get("at")
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
        "The columns are compared with the target by name, values and table.",
        icon="auto_awesome",
    )
    if context.may("migration.write") and st.button(
        "Suggest mappings", type="primary", icon=":material/auto_awesome:"
    ):
        with st.spinner("Profiling every column and scoring it against every target"):
            act(lambda own: actions.suggest_mapping(own, migration_id, SOURCES), "Mappings suggested")
        st.rerun()


@st.fragment
def _fields(migration_id: str) -> None:
    """Everything that reacts to an edit; reruns alone, so an edit costs this part only."""
    with live() as context:
        progress = progress_of(context, migration_id)
        _read_ahead(context, migration_id)
        fact = f"**{progress.decided:,} of {progress.total:,}** reviewed"
        ui.heading(context, "Mapping", fact=fact)
        wizard(
            context,
            migration_id,
            Step.MAP,
            extra=lambda: coach(context, migration_id, Step.MAP, expanded=True),
            on_next=ask_finish if _is_unfinished(context, migration_id) else None,
        )
        notes()
        edit_conflict(context)
        _work(context, migration_id)
        if field := st.session_state.pop(OPEN, None):
            drawer(field)
        else:
            dialogs(migration_id)
            finish_dialog(migration_id)


def _read_ahead(context: Context, migration_id: str) -> None:
    """Read what several parts show before the first is drawn: the browser then draws them together, not one by one."""
    facts_of(context, migration_id)
    awaiting(context, migration_id)
    conflicts(context, migration_id)
    required_targets(context, migration_id)
    advice_of(context, migration_id, Step.MAP)
    current_card(context)


def _is_unfinished(context: Context, migration_id: str) -> bool:
    """Whether Next can settle by itself, when asked, a part of what needs review."""
    open_bands = progress_of(context, migration_id).by_band
    return context.may("mapping.edit") and bool(open_bands["green"] + open_bands["none"])


def _work(context: Context, migration_id: str) -> None:
    """The toolbar and what it shows."""
    progress = progress_of(context, migration_id)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        segment = toolbar.segments(toolbar.counts(context, migration_id, progress))
        text = toolbar.search()
        options = toolbar.view_options(context, migration_id, progress)
        layout = options[0]
        _start_anew_in(layout)
        is_table = layout == toolbar.TABLE and segment not in SPECIAL
        view = (
            current_view(context, toolbar.wanted(migration_id, segment, text, options)) if is_table else None
        )
        st.space("stretch")
        toolbar.undo_button(context, migration_id)
        bulk_menu(context, migration_id, view)
        accept_high(context, migration_id, progress.by_band["green"])
        keys = _keys(layout if segment not in SPECIAL else segment)
        shortcuts(toolbar.actions_of(migration_id, keys), st.session_state.get(FOCUS) if keys else None)
    if view is not None:
        _table(context, migration_id, view, progress)
    elif segment in SPECIAL:
        SPECIAL[segment](context, migration_id)
    else:
        LAYOUTS[layout](context, migration_id)


def _start_anew_in(layout: str) -> None:
    """Another layout has another order: its own first field to review is the current one."""
    before = st.session_state.get(_LAYOUT)
    if before not in {None, layout}:
        st.session_state[FOCUS] = None
    st.session_state[_LAYOUT] = layout


def _table(context: Context, migration_id: str, view: View, progress: Progress) -> None:
    undecided = [row.id for row in view.saved.values() if row.decision == "Needs review"]
    focus_on(view.shown, undecided)
    left, right = st.columns([7, 3], gap="small")
    with left:
        if view.shown:
            grid(context, view)
        else:
            ui.empty("No field fits these filters", "Choose All, or clear the search.", icon="filter_alt_off")
        _below(context, migration_id, view, progress)
    with right:
        checklist(context, migration_id)
        field_card(context)


def _keys(layout: str) -> dict[str, Callable[[], None]]:
    if layout not in {toolbar.TABLE, toolbar.ONE_BY_ONE}:
        return {}
    keys: dict[str, Callable[[], None]] = {
        "a": accept,
        "x": exclude,
        "n": partial(step, 1),
        "b": partial(step, -1),
    }
    if layout == toolbar.ONE_BY_ONE:
        keys |= {str(number): partial(prefer_alternative, number) for number in range(1, 6)}
    return keys


LAYOUTS: dict[str, Callable[[Context, str], None]] = {
    toolbar.ONE_BY_ONE: one_by_one,
    toolbar.BY_PATTERN: by_pattern,
    toolbar.VALUES: value_mapping,
    toolbar.CHANGED: changed_suggestions,
}
SPECIAL: dict[str, Callable[[Context, str], None]] = {CONFLICTS: rival_sources, APPROVAL: waiting_fields}


def _below(context: Context, migration_id: str, view: View, progress: Progress) -> None:
    last = last_batch(context, migration_id)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        shown = f"{len(view.shown):,} of {progress.total:,} fields shown, {progress.decided:,} reviewed. Edits are saved at once. Further right: details, table, transform, rows and amount."
        st.caption(shown + (ui.plain(f" Last: {last.label}.") if last else ""), width="content")
        st.space("stretch")
        with st.popover("Export", icon=":material/download:", type="tertiary"):
            for kind in ("csv", "json", "xlsx"):
                ui.download(
                    kind.upper(),
                    lambda own, kind=kind: mapping.export_mapping(own, migration_id, kind),  # type: ignore[misc]
                    f"mapping.{kind}",
                    key=f"map_export_{kind}",
                )
