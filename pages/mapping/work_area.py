"""The toolbar and the layout below it: the grid with its side column, or another layout."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from core.context import Context
from core.engine.mapping import actions
from core.engine.mapping.views import Progress
from pages.mapping import toolbar
from pages.mapping.bulk.menu import accept_high, bulk_menu
from pages.mapping.card.side import field_card
from pages.mapping.checklist import checklist
from pages.mapping.deciding.decide import accept, exclude, prefer_alternative
from pages.mapping.deciding.deck import focus_on, step
from pages.mapping.deciding.second import waiting_fields
from pages.mapping.deciding.undo import last_batch
from pages.mapping.grid import grid
from pages.mapping.keys import shortcuts
from pages.mapping.overrides import changed_suggestions
from pages.mapping.patterns import by_pattern
from pages.mapping.questions import questions
from pages.mapping.queue import one_by_one
from pages.mapping.record_types import record_types
from pages.mapping.rivals import rival_sources
from pages.mapping.state.keys import FOCUS
from pages.mapping.state.view import APPROVAL, CONFLICTS, View, current_view
from pages.mapping.values import value_mapping
from pages.ui import downloads, formats, widgets
from pages.ui.steps import progress_of

_LAYOUT = "map_layout_shown"


def work_area(context: Context, migration_id: str) -> None:
    """Draw the toolbar and the chosen layout."""
    progress = progress_of(context, migration_id)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        segment = toolbar.segments(toolbar.counts(context, migration_id, progress))
        text = toolbar.search()
        options = toolbar.view_options(context, migration_id, progress)
        layout = options[0]
        _start_anew_in(layout)
        is_table = layout == toolbar.TABLE and segment not in SPECIAL
        view = (
            current_view(context, toolbar.filter_of(migration_id, segment, text, options))
            if is_table
            else None
        )
        st.space("stretch")
        toolbar.undo_button(context, migration_id)
        bulk_menu(context, migration_id, view)
        accept_high(context, migration_id, progress.acceptable)
        keys = _keys(layout if segment not in SPECIAL else segment)
        shortcuts(toolbar.actions_of(migration_id, keys), st.session_state.get(FOCUS) if keys else None)
    if view is not None:
        _table(context, migration_id, view, progress)
    elif segment in SPECIAL:
        SPECIAL[segment](context, migration_id)
    else:
        LAYOUTS[layout](context, migration_id)


def _start_anew_in(layout: str) -> None:
    """Reset the current field when the layout changes: each layout has its own order."""
    before = st.session_state.get(_LAYOUT)
    if before not in {None, layout}:
        st.session_state[FOCUS] = None
    st.session_state[_LAYOUT] = layout


def _table(context: Context, migration_id: str, view: View, progress: Progress) -> None:
    undecided = [row.id for row in view.saved.values() if row.decision == "Needs review"]
    focus_on(view.ids, undecided)
    grid_column, side_column = st.columns([7, 3], gap="small")
    with grid_column:
        if view.ids:
            grid(context, view)
        else:
            widgets.empty(
                "No field fits these filters", "Choose All, or clear the search.", icon="filter_alt_off"
            )
        _below(context, migration_id, view, progress)
    with side_column:
        record_types(context, migration_id)
        questions(context, migration_id)
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
    toolbar.OVERRIDES: changed_suggestions,
}

SPECIAL: dict[str, Callable[[Context, str], None]] = {CONFLICTS: rival_sources, APPROVAL: waiting_fields}


def _below(context: Context, migration_id: str, view: View, progress: Progress) -> None:
    last = last_batch(context, migration_id)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        caption = f"{len(view.ids):,} of {progress.total:,} fields shown, {progress.reviewed:,} reviewed. Edits are saved at once. Further right: details, table, transform, rows and amount."
        st.caption(caption + (formats.plain(f" Last: {last.label}.") if last else ""), width="content")
        st.space("stretch")
        with st.popover("Export", icon=":material/download:", type="tertiary"):
            downloads.draw_downloads(
                ("csv", "json", "xlsx"),
                "{kind}",
                lambda download_context, kind: actions.export_mapping(download_context, migration_id, kind),
                "mapping",
                key="map_export",
            )
