"""The mapping grid: one frozen view of the fields in an editor, each edit saved at once as a decision.

The view (what is shown, and as it was) stays the same until a filter, a bulk action or a reload changes it; an edit
then resends nothing. Saved rows are remembered with their new version, so that the next edit of a row names it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import pandas as pd
import streamlit as st

from core.context import Context
from core.engine.mapping import actions, views
from core.engine.mapping.tables import MappingField
from core.engine.sources import views as sources
from core.errors import AppError, ConflictError
from core.kit import money
from core.schema import target_schema
from pages.ui import show as ui
from pages.ui.frame import here, keep_fault
from pages.ui.grid import BADGES, DECISIONS, Row, Wish, absorb, badge, row_of, wish

T = TypeVar("T")

VIEW, TURN, OPEN, CONTEST = "map_view", "map_turn", "map_open", "map_contest"
RIVALS, SAMPLES = "map_rivals", "map_samples"
"""Kept while only filters and single rows change: both look at every field of the migration. Samples change with a
suggestion only, so they are kept until the person asks for a reload."""

FED_BACK = 500
"""Views up to this long show a saved decision at once; longer ones keep their data, or each edit would send it all."""

FILTERS: Mapping[str, Mapping[str, Any]] = {
    "All": {},
    "To decide": {"undecided": True},
    "Low": {"band": "red"},
    "Medium": {"band": "amber"},
    "High": {"band": "green"},
    "No suggestion": {"band": "none"},
}
"""Filter -> arguments of field_rows."""

ORDERS = ("File", "Most at stake")
"""The second: what is undecided by (1 - confidence) x rows x money, the largest first."""


@dataclass(slots=True)
class View:
    """A frozen view: the ids behind the positions, the rows as shown, and as they were saved since."""

    of: tuple[str, ...]
    shown: list[str]
    base: dict[str, Row]
    saved: dict[str, Row]
    frame: pd.DataFrame = field(repr=False)


@dataclass(frozen=True, slots=True)
class Contest:
    """A save that met another person's: the row, and what each of the two wants; `label` names it to people."""

    field_id: str
    label: str
    yours: Wish
    facts: Mapping[str, Any]
    reason: str = ""


def targets(context: Context) -> list[str]:
    return [found.key for found in target_schema().fields(context.tenant.domain)]


def reload(*, samples: bool = False) -> None:
    """The next rerun shows the fields as they stand in the database, in a fresh editor."""
    st.session_state.pop(RIVALS, None)
    if samples:
        st.session_state.pop(SAMPLES, None)
    _turn()


def _turn() -> None:
    st.session_state.pop(VIEW, None)
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1


def refresh(field_id: str) -> None:
    """Shows one field as it stands in the database, and every other as it was saved, in a fresh editor."""
    st.session_state.pop(RIVALS, None)
    view: View | None = st.session_state.get(VIEW)
    if view is None or field_id not in view.base:
        _turn()
        return
    with here() as context:
        view.saved[field_id] = row_of(views.mapping_field(context, field_id))
    changed = [row for row in view.saved.values() if row != view.base[row.id] or row.id == field_id]
    place = {row_id: number for number, row_id in enumerate(view.shown)}
    for row in changed:
        cells = [row.target, row.transform, row.decision]
        view.frame.loc[place[row.id], ["Target", "Transform", "Decision"]] = cells
        view.base[row.id] = row
    st.session_state[TURN] += 1


def current_view(
    context: Context, migration_id: str, show: str, stream: str | None, search: str, order: str = ORDERS[0]
) -> View:
    """The frozen view of these filters; read from the database only when they changed."""
    of = (migration_id, show, stream or "", search, order)
    view: View | None = st.session_state.get(VIEW)
    if view is None or view.of != of:
        _turn()
        view = _load(context, of, stream, search)
        st.session_state[VIEW] = view
    return view


def filters(context: Context, migration_id: str) -> View:
    """The controls above the grid, and the view they ask for."""
    names = list(dict.fromkeys(stream.name for stream in sources.streams(context, migration_id)))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        show = st.segmented_control(
            "Show", list(FILTERS), default="All", required=True, key="show", bind="query-params"
        )
        stream = st.selectbox(
            "Stream", names, index=None, key="stream", bind="query-params", placeholder="All", width=190
        )
        search = st.text_input(
            "Search",
            key="search",
            bind="query-params",
            icon=":material/search:",
            placeholder="Source or target",
            width=170,
        )
        order = st.selectbox("Order", ORDERS, key="order", bind="query-params", width=150)
    return current_view(context, migration_id, show, stream, search, order)


def kept(key: str, migration_id: str, ask: Callable[[], T]) -> T:
    """What was asked before for this migration, until the next reload."""
    found: tuple[str, T] | None = st.session_state.get(key)
    if found is None or found[0] != migration_id:
        found = (migration_id, ask())
        st.session_state[key] = found
    return found[1]


def _load(context: Context, of: tuple[str, ...], stream: str | None, search: str) -> View:
    fields = views.field_rows(context, of[0], stream=stream, search=search, **FILTERS[of[1]])
    if of[4] == ORDERS[1]:
        fields.sort(key=lambda found: (found.status != views.SUGGESTED, -found.loss))
    samples = kept(SAMPLES, of[0], lambda: views.samples_for(context, of[0]))
    rows = {found.id: row_of(found) for found in fields}
    currency = context.tenant.currency
    waiting = {found.id for found in views.awaiting_second(context, of[0])}
    frame = pd.DataFrame(
        {
            "Source field": [found.source_field for found in fields],
            "Stream": [found.stream for found in fields],
            "Samples": [", ".join(samples.get((found.stream, found.source_field), [])) for found in fields],
            "Confidence": [[badge(found.confidence)] for found in fields],
            "Target": [found.target for found in fields],
            "Transform": [found.transform or "" for found in fields],
            "Decision": [DECISIONS[found.status] for found in fields],
            "Rows": [found.rows for found in fields],
            "Money": [money.show(found.money, currency) if found.money else "" for found in fields],
            "Why": ["Second person" if found.id in waiting else "Details" for found in fields],
        }
    )
    return View(of, list(rows), rows, dict(rows), frame)


def grid(context: Context, view: View) -> None:
    """The editor itself; read-only for roles that may not decide."""
    editable = context.may("mapping.edit")
    st.data_editor(
        view.frame,
        key=_editor_key(),
        hide_index=True,
        row_height=32,
        height=min(40 + 32 * max(len(view.shown), 1), 600),
        column_order=COLUMNS[view.of[4]],
        disabled=FIXED if editable else True,
        column_config=_columns(tuple(targets(context))),
        on_change=autosave,
        alt="Source fields and where they go",
    )


COLUMNS = {
    ORDERS[0]: ("Source field", "Stream", "Samples", "Confidence", "Target", "Transform", "Decision", "Why"),
    ORDERS[1]: (
        "Source field", "Stream", "Rows", "Money", "Confidence", "Target", "Transform", "Decision", "Why",
    ),
}  # fmt: skip
"""Order -> columns; more than these would push the last out of sight."""

FIXED = ("Source field", "Samples", "Confidence", "Stream", "Rows", "Money", "Why")


def _columns(options: Sequence[str]) -> dict[str, Any]:
    return {
        "Source field": st.column_config.TextColumn(pinned=True, width=150),
        "Samples": st.column_config.TextColumn(width=135),
        "Confidence": ui.badge_column("Confidence", BADGES, width=85),
        "Target": st.column_config.SelectboxColumn(options=options, width=190),
        "Transform": st.column_config.TextColumn(width=110),
        "Decision": st.column_config.SelectboxColumn(
            options=list(DECISIONS.values()), required=True, width=100
        ),
        "Stream": st.column_config.TextColumn(width=110),
        "Rows": st.column_config.NumberColumn(
            format="localized", width=70, help="Rows with a value in this column"
        ),
        "Money": st.column_config.TextColumn(
            alignment="right", width=95, help="What the column's amounts add up to, by the rows looked at"
        ),
        "Why": st.column_config.ButtonColumn(type="tertiary", width=110, key="map_why", on_click=_open),
    }


def _editor_key() -> str:
    return f"map_grid_{st.session_state.get(TURN, 0)}"


def _open() -> None:
    view: View = st.session_state[VIEW]
    st.session_state[OPEN] = view.shown[st.session_state["map_why"]["row"]]


def autosave() -> None:
    """Saves what the editor's present state asks for and is not saved yet. Idempotent: it may run twice for an edit."""
    view: View = st.session_state[VIEW]
    with here() as context:
        edited = st.session_state[_editor_key()]["edited_rows"]
        wanted = absorb(view.base, view.shown, edited, targets(context))
        for field_id in view.shown:
            old = view.saved[field_id]
            new = replace(wanted.get(field_id, view.base[field_id]), version=old.version)
            if new != old:
                _save(context, view, old, new)


def _save(context: Context, view: View, old: Row, new: Row) -> None:
    chosen = wish(old, new)
    try:
        made = actions.decide(
            context,
            old.id,
            version=old.version,
            target=chosen.target,
            transform=chosen.transform,
            status=chosen.status,
        )
    except ConflictError as error:
        place = view.frame.loc[view.shown.index(old.id)]
        label = f"{place['Stream']} / {place['Source field']}"
        st.session_state[CONTEST] = Contest(old.id, label, chosen, error.facts)
    except AppError as error:
        keep_fault(error)
        reload()
    else:
        view.saved[old.id] = replace(new, version=made.version)
        if len(view.shown) <= FED_BACK:
            view.frame.loc[view.shown.index(old.id), "Decision"] = DECISIONS[made.status]


def decide(field: MappingField, yours: Wish, reason: str) -> str | None:
    """Saves what a card says of a field; the batch, or None where it was refused, which the page then shows."""
    decision = actions.Decision(field.id, field.version, yours.target, yours.transform, yours.status, reason)
    try:
        with here() as context:
            return actions.decide_many(context, [decision], looked=True)
    except ConflictError as error:
        label = f"{field.stream} / {field.source_field}"
        st.session_state[CONTEST] = Contest(field.id, label, yours, error.facts, reason)
    except AppError as error:
        keep_fault(error)
    return None


def undecided(view: View) -> list[Row]:
    """Rows of the view nobody has decided yet."""
    return [
        row
        for row in view.saved.values()
        if row == view.base[row.id] and row.decision == DECISIONS["suggested"]
    ]
