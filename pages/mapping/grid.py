"""The mapping grid: one frozen view of the fields in an editor, each edit saved at once as a decision.

An edit of a long view resends nothing; a short one shows the new badge and warnings at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from core.context import Context
from core.engine.mapping import views
from pages.mapping.deciding.decide import save
from pages.mapping.state import edits
from pages.mapping.state.edits import DECISIONS, Row, apply_edits, badge_colours, intent_of
from pages.mapping.state.keys import FOCUS, REVISION, VIEW
from pages.mapping.state.reads import targets
from pages.mapping.state.view import STAKE_ORDER, View, show_saved
from pages.mapping.state.view_frame import cells_of
from pages.ui import widgets
from pages.ui.frame import session_context

ROW_HEIGHT, HEADER_HEIGHT, VISIBLE_ROWS = 30, 34, 18
WARNING_COLOURS = {
    "Question": "orange", "Type": "orange", "Duplicate": "red", "Required": "red", "Not imported": "red", "Approval": "violet",
}  # fmt: skip
FIXED = (
    edits.SOURCE, edits.SAMPLE, edits.CONFIDENCE, edits.WARNINGS, edits.DETAILS,
    edits.TABLE, edits.ROWS, edits.AMOUNT,
)  # fmt: skip


def grid(context: Context, view: View) -> None:
    """Draw the editor; read-only for roles that may not decide."""
    editable = context.may("mapping.edit")
    rows = min(max(len(view.ids), 1), VISIBLE_ROWS)
    st.data_editor(
        view.frame,
        key=editor_key(),
        hide_index=True,
        row_height=ROW_HEIGHT,
        height=HEADER_HEIGHT + ROW_HEIGHT * rows + 2,
        column_order=_order(view),
        disabled=FIXED if editable else True,
        column_config=_columns(tuple(targets(context)), [cell[0] for cell in view.frame[edits.CONFIDENCE]]),
        on_change=autosave,
        placeholder="–",
        alt="Source columns and the targets they map to",
    )


def _order(view: View) -> tuple[str, ...]:
    """Order the columns: warnings while a row has one, and first the column the person sorted by."""
    warnings = (edits.WARNINGS,) if view.frame[edits.WARNINGS].map(bool).any() else ()
    stakes = (edits.ROWS, edits.AMOUNT)
    front = (edits.SOURCE, *(stakes if view.of.order == STAKE_ORDER else (edits.SAMPLE,)), edits.CONFIDENCE)
    behind = (edits.TABLE, edits.TRANSFORM, *(() if view.of.order == STAKE_ORDER else stakes))
    return (*front, edits.MAPS_TO, *warnings, edits.DECISION, edits.DETAILS, *behind)


def _columns(options: Sequence[str], labels: Sequence[str]) -> dict[str, Any]:
    config = st.column_config
    return {
        edits.SOURCE: config.TextColumn(width=124),
        edits.SAMPLE: config.TextColumn(width=68),
        edits.CONFIDENCE: widgets.badge_column(edits.CONFIDENCE, badge_colours(labels), width=98),
        edits.MAPS_TO: config.SelectboxColumn(options=options, width=138),
        edits.WARNINGS: widgets.badge_column(edits.WARNINGS, WARNING_COLOURS, width=86),
        edits.DECISION: config.SelectboxColumn(options=list(DECISIONS.values()), required=True, width=86),
        edits.DETAILS: config.ButtonColumn(type="tertiary", width=62, key="map_details", on_click=_focus),
        edits.TRANSFORM: config.TextColumn(width=110),
        edits.TABLE: config.TextColumn(width=100),
        edits.ROWS: config.NumberColumn(
            format="localized", width=70, help="Rows with a value in this column"
        ),
        edits.AMOUNT: config.TextColumn(
            alignment="right", width=95, help="Sum of the column's amounts, projected from the rows read"
        ),
    }


def editor_key() -> str:
    return f"map_grid_{st.session_state.get(REVISION, 0)}"


def _focus() -> None:
    view: View = st.session_state[VIEW]
    st.session_state[FOCUS] = view.ids[st.session_state["map_details"]["row"]]


def autosave() -> None:
    """Save the edits of the editor that are not saved yet. Idempotent: it may run twice for an edit."""
    view: View = st.session_state[VIEW]
    with session_context() as context:
        edited = st.session_state[editor_key()]["edited_rows"]
        changes = apply_edits(view.base, view.ids, edited, targets(context))
        for field_id in view.ids:
            old = view.saved[field_id]
            new = replace(changes.get(field_id, view.base[field_id]), version=old.version)
            if new != old:
                st.session_state[FOCUS] = field_id
                _save(context, view, old, new)


def _save(context: Context, view: View, old: Row, new: Row) -> None:
    field = views.mapping_field(context, old.id)
    if save(field, intent_of(old, new), old.version, restarts_editor=False):
        field = views.mapping_field(context, old.id)
        view.saved[old.id] = replace(new, version=field.version)
        show_saved(context, view, field)
        if view.base[old.id].version == field.version:
            view.saved[old.id] = view.base[old.id]
            _drop_overruled_edits(view, old.id)


def _drop_overruled_edits(view: View, field_id: str) -> None:
    """Start a new editor where the present one still holds an edit that a later edit of the row replaced."""
    edited = st.session_state[editor_key()]["edited_rows"]
    position = view.ids.index(field_id)
    cells = edited.get(position, edited.get(str(position), {}))
    base_cells = cells_of(view.base[field_id])
    if any(
        column in base_cells and (cell or None) != (base_cells[column] or None)
        for column, cell in cells.items()
    ):
        st.session_state[REVISION] += 1
