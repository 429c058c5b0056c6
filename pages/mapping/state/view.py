"""The frozen view of the mapping grid and what else the screen keeps between reruns.

The view (what is shown, and as it was) stays the same until a filter, a bulk action or a reload changes it. Saved rows
are kept with their new version, so that the next edit of a row names it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import pandas as pd
import streamlit as st

from core.context import Context
from core.engine.mapping import bands, views
from core.engine.mapping.bands import NO_BAND
from core.engine.mapping.views import FieldDetail, FieldFilter
from pages.mapping.state import edits
from pages.mapping.state.edits import NO_SUGGESTION, Row, row_of, standing_badge
from pages.mapping.state.keys import REVISION, VIEW, reload
from pages.mapping.state.view_frame import cells_of, labels_of, view_frame
from pages.ui.frame import session_context

FED_BACK = 500
"""Views up to this long show a saved decision at once; longer ones keep their data, or each edit would send it all."""

ALL, REVIEW, CONFLICTS, APPROVAL = "All", "Review", "Conflicts", "Approval"
BANDS: Mapping[str, str] = {
    name: NO_SUGGESTION if name == NO_BAND.name else band.label for name, band in bands.BANDS.items()
}
"""Name of a band -> its label."""
FILE_ORDER, STAKE_ORDER = "File", "Amount at risk"
ORDERS = (FILE_ORDER, STAKE_ORDER)
"""The second: what needs review by (1 - confidence) x rows x money, the largest first."""


class Filter(NamedTuple):
    """The toolbar's choice of fields and their order; `candidates` is a target whose possible columns are shown."""

    migration_id: str
    fields: FieldFilter = FieldFilter()
    order: str = FILE_ORDER
    candidates: str | None = None


@dataclass(slots=True)
class View:
    """A frozen view: the ids behind the positions, the rows as shown, and as they were saved since."""

    of: Filter
    ids: list[str]
    base: dict[str, Row]
    saved: dict[str, Row]
    frame: pd.DataFrame = field(repr=False)


def bands_labelled(labels: Iterable[str]) -> frozenset[str]:
    """Return the names of the bands with these labels."""
    names = {label: name for name, label in BANDS.items()}
    return frozenset(names[label] for label in labels)


def refresh(field_id: str) -> None:
    """Read one field from the database into a new editor; the others show what was saved."""
    view: View | None = st.session_state.get(VIEW)
    if view is None or field_id not in view.base:
        reload()
        return
    with session_context() as context:
        field = views.mapping_field(context, field_id)
        view.saved[field_id] = row_of(field)
        positions = {row_id: number for number, row_id in enumerate(view.ids)}
        for row in view.saved.values():
            if row != view.base[row.id] or row.id == field_id:
                cells = cells_of(row)
                view.frame.loc[positions[row.id], list(cells)] = list(cells.values())
                view.base[row.id] = row
        show_saved(context, view, field)
    st.session_state[REVISION] += 1


def current_view(context: Context, view_filter: Filter) -> View:
    """Return the frozen view of the filter; read from the database only when the filter changed."""
    view: View | None = st.session_state.get(VIEW)
    if view is None or view.of != view_filter:
        reload()
        view = _load(context, view_filter)
        st.session_state[VIEW] = view
    return view


def _load(context: Context, view_filter: Filter) -> View:
    rows = views.field_rows(context, view_filter.migration_id, view_filter.fields)
    if view_filter.candidates:
        ranked = views.candidate_fields(context, view_filter.migration_id, view_filter.candidates)
        rank = {field_id: number for number, field_id in enumerate(ranked)}
        rows = sorted((row for row in rows if row.id in rank), key=lambda row: rank[row.id])
    if view_filter.order == STAKE_ORDER:
        rows.sort(key=lambda row: (row.status != views.SUGGESTED, -row.loss))
    by_id = {row.id: row_of(row) for row in rows}
    return View(
        view_filter, list(by_id), by_id, dict(by_id), view_frame(context, view_filter.migration_id, rows)
    )


def show_saved(context: Context, view: View, field: FieldDetail) -> None:
    """Put a saved row into a short view at once, with the warnings of all rows, which one edit may change.

    Cells and base change together: the browser drops an edit that equals the data, and what is left folds to the same.
    """
    if len(view.ids) > FED_BACK:
        return
    position = view.ids.index(field.id)
    names = views.person_names(context, {field.decided_by})
    label = standing_badge(field, field.decided_by, context.person, names)
    _set(view.frame, position, edits.CONFIDENCE, [label])
    for column, cell in cells_of(row_of(field)).items():
        _set(view.frame, position, column, cell)
    view.base[field.id] = row_of(field)
    warnings = views.field_warnings(context, view.of.migration_id)
    pending_ids = {row.id for row in views.awaiting_second(context, view.of.migration_id)}
    view.frame[edits.WARNINGS] = [
        labels_of(warnings.get(row_id, ()), approval=row_id in pending_ids) for row_id in view.ids
    ]


def _set(frame: pd.DataFrame, position: int, column: str, cell: object) -> None:
    cells = frame[column].tolist()
    cells[position] = cell
    frame[column] = cells
