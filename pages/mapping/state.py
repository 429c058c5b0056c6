"""The frozen view of the mapping grid and what else the screen keeps between reruns.

The view (what is shown, and as it was) stays the same until a filter, a bulk action or a reload changes it. Saved rows
are kept with their new version, so that the next edit of a row names it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

import pandas as pd
import streamlit as st

from core.context import Context
from core.engine.mapping import actions, views
from core.engine.mapping.plans import Link
from core.engine.mapping.tables import MappingField
from core.engine.mapping.views import Checklist, FieldRow, FieldWarning, Rivals
from core.errors import AppError, ConflictError
from core.kit import money
from core.schema import target_schema, target_title
from pages.mapping import edits
from pages.mapping.edits import DECISIONS, EditIntent, Row, row_of, standing_badge
from pages.ui.frame import here, keep_fault

T = TypeVar("T")

VIEW, REVISION, OPEN, CONFLICT, FOCUS = "map_view", "map_revision", "map_open", "map_conflict", "map_focus"
SAMPLES, _NOTE = "map_samples", "map_note"
"""Samples change with a suggestion only, so they are kept until the person asks for a reload."""

FED_BACK = 500
"""Views up to this long show a saved decision at once; longer ones keep their data, or each edit would send it all."""

ALL, REVIEW, CONFLICTS, APPROVAL = "All", "Review", "Conflicts", "Approval"
BANDS: Mapping[str, str] = {"green": "High", "amber": "Medium", "red": "Low", "none": "None"}
FILE_ORDER, STAKE_ORDER = "File", "Amount at risk"
ORDERS = (FILE_ORDER, STAKE_ORDER)
"""The second: what needs review by (1 - confidence) x rows x money, the largest first."""


class Filter(NamedTuple):
    """What the toolbar asks for; `candidates` is a target whose possible columns are shown."""

    migration_id: str
    show: str = ALL
    bands: tuple[str, ...] = ()
    table: str | None = None
    search: str = ""
    order: str = FILE_ORDER
    candidates: str | None = None


@dataclass(slots=True)
class View:
    """A frozen view: the ids behind the positions, the rows as shown, and as they were saved since."""

    of: Filter
    shown: list[str]
    base: dict[str, Row]
    saved: dict[str, Row]
    frame: pd.DataFrame = field(repr=False)


@dataclass(frozen=True, slots=True)
class EditConflict:
    """A save that met another person's: the row, and what each of the two wants; `label` names it to people."""

    field_id: str
    label: str
    yours: EditIntent
    details: Mapping[str, Any]
    reason: str = ""


def targets(context: Context) -> dict[str, str]:
    """Title -> 'entity.field' of every target of the customer's domain, by group."""
    fields = target_schema().fields(context.tenant.domain)
    return {target.title: target.key for target in sorted(fields, key=lambda target: target.title)}


def reload(*, samples: bool = False) -> None:
    """The next rerun shows the fields as they stand in the database, in a fresh editor."""
    if samples:
        st.session_state.pop(SAMPLES, None)
    st.session_state.pop(VIEW, None)
    st.session_state[REVISION] = st.session_state.get(REVISION, 0) + 1


def refresh(field_id: str) -> None:
    """Shows one field as it stands in the database, and every other as it was saved, in a fresh editor."""
    view: View | None = st.session_state.get(VIEW)
    if view is None or field_id not in view.base:
        reload()
        return
    with here() as context:
        field = views.mapping_field(context, field_id)
        view.saved[field_id] = row_of(field)
        positions = {row_id: number for number, row_id in enumerate(view.shown)}
        for row in view.saved.values():
            if row != view.base[row.id] or row.id == field_id:
                cells = cells_of(row)
                view.frame.loc[positions[row.id], list(cells)] = list(cells.values())
                view.base[row.id] = row
        show_saved(context, view, field)
    st.session_state[REVISION] += 1


def current_view(context: Context, wanted: Filter) -> View:
    """The frozen view of the filter; read from the database only when it changed."""
    view: View | None = st.session_state.get(VIEW)
    if view is None or view.of != wanted:
        reload()
        view = _load(context, wanted)
        st.session_state[VIEW] = view
    return view


def kept_until_reload(key: str, of: object, ask: Callable[[], T]) -> T:
    """What was asked before for `of`, until the next reload."""
    answer: tuple[object, T] | None = st.session_state.get(key)
    if answer is None or answer[0] != of:
        answer = (of, ask())
        st.session_state[key] = answer
    return answer[1]


def once(context: Context, key: str, migration_id: str, ask: Callable[[Context, str], T]) -> T:
    """What a view answers, asked once in a Context: several parts of the screen show it."""
    return kept_until_reload(
        f"map_once_{key}", (migration_id, context.now), lambda: ask(context, migration_id)
    )


def links(context: Context, migration_id: str) -> list[Link]:
    """The links an import would use, read once in a Context."""
    return once(context, "links", migration_id, views.links_of)


def conflicts(context: Context, migration_id: str) -> list[Rivals]:
    """The targets that several columns claim, found once in a Context."""

    def ask(own: Context, own_id: str) -> list[Rivals]:
        return views.contested_rows(own, own_id, links=links(own, own_id))

    return once(context, "conflicts", migration_id, ask)


def required_targets(context: Context, migration_id: str) -> Checklist:
    """The required targets with and without a column, found once in a Context."""

    def ask(own: Context, own_id: str) -> Checklist:
        return views.checklist(own, own_id, links=links(own, own_id))

    return once(context, "required", migration_id, ask)


def awaiting(context: Context, migration_id: str) -> list[FieldRow]:
    """The fields that need a second approval, read once in a Context."""
    return once(context, "waiting", migration_id, views.awaiting_second)


def _load(context: Context, wanted: Filter) -> View:
    rows = views.field_rows(
        context,
        wanted.migration_id,
        stream=wanted.table,
        search=wanted.search,
        undecided=wanted.show == REVIEW,
    )
    if wanted.bands:
        rows = [row for row in rows if BANDS[row.band] in wanted.bands]
    if wanted.candidates:
        ranked = views.candidate_fields(context, wanted.migration_id, wanted.candidates)
        rank = {field_id: number for number, field_id in enumerate(ranked)}
        rows = sorted((row for row in rows if row.id in rank), key=lambda row: rank[row.id])
    if wanted.order == STAKE_ORDER:
        rows.sort(key=lambda row: (row.status != views.SUGGESTED, -row.loss))
    by_id = {row.id: row_of(row) for row in rows}
    return View(wanted, list(by_id), by_id, dict(by_id), _frame(context, wanted.migration_id, rows))


def _frame(context: Context, migration_id: str, rows: list[FieldRow]) -> pd.DataFrame:
    samples = kept_until_reload(SAMPLES, migration_id, lambda: views.samples_for(context, migration_id))
    warnings = views.field_warnings(context, migration_id)
    waiting = {row.id for row in views.awaiting_second(context, migration_id)}
    names = views.person_names(context, {row.decided_by for row in rows})
    currency = context.tenant.currency
    return pd.DataFrame(
        {
            edits.SOURCE: [row.source_field for row in rows],
            edits.SAMPLE: [", ".join(samples.get((row.stream, row.source_field), [])) for row in rows],
            edits.CONFIDENCE: [[standing_badge(row, row.decided_by, context.person, names)] for row in rows],
            edits.MAPS_TO: [target_title(row.target) if row.target else None for row in rows],
            edits.WARNINGS: [labels_of(warnings.get(row.id, ()), approval=row.id in waiting) for row in rows],
            edits.DECISION: [DECISIONS[row.status] for row in rows],
            edits.DETAILS: [":material/info:"] * len(rows),
            edits.TRANSFORM: [row.transform or "" for row in rows],
            edits.TABLE: [row.stream for row in rows],
            edits.ROWS: [row.rows for row in rows],
            edits.AMOUNT: [money.show(row.money, currency) if row.money else "" for row in rows],
        }
    )


def labels_of(warnings: tuple[FieldWarning, ...], *, approval: bool) -> list[str]:
    """Badges of a row's warnings, 'Approval' where it needs a second person."""
    return [*dict.fromkeys(warning.label for warning in warnings), *(["Approval"] if approval else [])]


def show_saved(context: Context, view: View, field: MappingField) -> None:
    """Puts a saved row into a short view at once, and the warnings of all rows, which one edit may change.

    Cells and base change together: the browser drops an edit that equals the data, and what is left folds to the same.
    """
    if len(view.shown) > FED_BACK:
        return
    position = view.shown.index(field.id)
    names = views.person_names(context, {field.decided_by})
    label = standing_badge(field, field.decided_by, context.person, names)
    _set(view.frame, position, edits.CONFIDENCE, [label])
    for column, cell in cells_of(row_of(field)).items():
        _set(view.frame, position, column, cell)
    view.base[field.id] = row_of(field)
    warnings = views.field_warnings(context, view.of.migration_id)
    waiting = {row.id for row in views.awaiting_second(context, view.of.migration_id)}
    view.frame[edits.WARNINGS] = [
        labels_of(warnings.get(row_id, ()), approval=row_id in waiting) for row_id in view.shown
    ]


def cells_of(row: Row) -> dict[str, str | None]:
    """The cells of a row that people edit: column -> what it shows."""
    title = target_title(row.target) if row.target else None
    return {edits.MAPS_TO: title, edits.TRANSFORM: row.transform, edits.DECISION: row.decision}


def _set(frame: pd.DataFrame, position: int, column: str, cell: object) -> None:
    cells = frame[column].tolist()
    cells[position] = cell
    frame[column] = cells


def decide(
    field: MappingField, intent: EditIntent, version: int, reason: str = "", label: str = ""
) -> str | None:
    """Saves a person's decision about one field, seen at `version`; the batch, or None where it was refused.

    A refusal is shown on top of the page, a decision of somebody else in between with both sides.
    """
    decision = actions.Decision(field.id, version, intent.target, intent.transform, intent.status, reason)
    try:
        with here() as context:
            return actions.decide_many(context, [decision], looked=True, label=label)
    except ConflictError as error:
        name = f"{field.stream} / {field.source_field}"
        st.session_state[CONFLICT] = EditConflict(field.id, name, intent, error.facts, reason)
    except AppError as error:
        keep_fault(error)
    return None


def note(text: str) -> None:
    """Shows a short notice at the next rerun; `text` is our wording with data escaped."""
    st.session_state[_NOTE] = text


def notes() -> None:
    """What callbacks left to be shown."""
    if text := st.session_state.pop(_NOTE, None):
        st.toast(text, icon=":material/check_circle:", duration=3)
