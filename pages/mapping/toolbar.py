"""The toolbar of the mapping screen, one row: what is shown, search, view, undo, bulk actions, accept."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from core.context import Context
from core.engine.mapping.views import FieldFilter, Progress
from core.engine.sources import views as sources
from pages.mapping.ai_status import assistant
from pages.mapping.checklist import CANDIDATES
from pages.mapping.deciding.undo import last_batch, undo_last
from pages.mapping.state.keys import reload
from pages.mapping.state.reads import awaiting, conflicts
from pages.mapping.state.view import (
    ALL,
    APPROVAL,
    BANDS,
    CONFLICTS,
    FILE_ORDER,
    ORDERS,
    REVIEW,
    Filter,
    bands_labelled,
)
from pages.mapping.values import unread_values
from pages.ui import formats

LAYOUTS = ("Table", "One by one", "By pattern", "Values", "Changed suggestions")
TABLE, ONE_BY_ONE, BY_PATTERN, VALUES, OVERRIDES = LAYOUTS
SEGMENTS = (ALL, REVIEW, CONFLICTS, APPROVAL)


def counts(context: Context, migration_id: str, progress: Progress) -> dict[str, int]:
    """Count the fields of each segment; conflicts are counted by target."""
    return {
        ALL: progress.total,
        REVIEW: progress.total - progress.reviewed,
        CONFLICTS: len(conflicts(context, migration_id)),
        APPROVAL: len(awaiting(context, migration_id)),
    }


def segments(numbers: Mapping[str, int]) -> str:
    """Draw the segments and return the chosen one. Its address holds a count, which may change until a reload."""
    _choose_by_name("show", SEGMENTS)
    return str(
        st.segmented_control(
            "Show",
            list(SEGMENTS),
            default=ALL,
            required=True,
            key="show",
            bind="query-params",
            format_func=lambda name: f"{name} {numbers[name]:,}",
            label_visibility="collapsed",
        )
    )


def _choose_by_name(key: str, names: tuple[str, ...]) -> None:
    requested = st.query_params.get(key, "")
    if key not in st.session_state:
        for name in names:
            if requested == name or requested.startswith(f"{name} "):
                st.session_state[key] = name


def search() -> str:
    return st.text_input(
        "Search",
        key="search",
        bind="query-params",
        icon=":material/search:",
        placeholder="Search",
        label_visibility="collapsed",
        width=120,
    )


def view_options(
    context: Context, migration_id: str, progress: Progress
) -> tuple[str, tuple[str, ...], str | None, str]:
    """Draw the View popover: layout, bands, table and order."""
    box = st.popover("View", icon=":material/tune:", key="map_view_open", on_change="rerun")
    with box:
        unread = unread_values(context, migration_id) if box.open else None
        layout = st.selectbox(
            "Layout",
            list(LAYOUTS),
            key="layout",
            bind="query-params",
        )
        if unread is not None:
            count = sum(unread.values())
            st.caption(f"Values: {formats.counted(count, 'value')} not read" if count else "Values: all read")
        bands = st.pills(
            "Confidence", list(BANDS.values()), selection_mode="multi", key="bands", bind="query-params"
        )
        st.caption(_band_line(progress))
        tables = list(dict.fromkeys(stream.name for stream in sources.streams(context, migration_id)))
        table = st.selectbox(
            "Table", tables, index=None, key="table", bind="query-params", placeholder="All tables"
        )
        order = st.selectbox("Order", ORDERS, key="order", bind="query-params")
        assistant(context, migration_id)
        st.button(
            "Reload", icon=":material/refresh:", type="tertiary", on_click=reload, kwargs={"samples": True}
        )
    return str(layout), tuple(bands or ()), table, str(order or FILE_ORDER)


def _band_line(progress: Progress) -> str:
    """Count fields per band: 'High 67 (15 to review) · …', all of a band and those not reviewed."""
    return " · ".join(
        f"{label} {progress.in_band.get(band, 0):,} ({progress.by_band.get(band, 0):,} to review)"
        for band, label in BANDS.items()
    )


def filter_of(
    migration_id: str, segment: str, text: str, options: tuple[str, tuple[str, ...], str | None, str]
) -> Filter:
    """Return the filter of the chosen segment, the search and the View popover's `options`."""
    _, bands, table, order = options
    fields = FieldFilter(table, bands_labelled(bands), undecided=segment == REVIEW, search=text)
    return Filter(migration_id, fields, order, st.session_state.get(CANDIDATES))


def undo_button(context: Context, migration_id: str) -> None:
    """Draw the button that undoes the person's last decision and names it; it stays after a reload."""
    if not context.may("mapping.edit"):
        return
    last = last_batch(context, migration_id)
    st.button(
        "",
        icon=":material/undo:",
        key="map_undo",
        help=formats.plain(f"Undo: {last.label} (U)") if last else "Nothing to undo",
        disabled=last is None,
        on_click=undo_last,
        args=(migration_id,),
    )


def actions_of(migration_id: str, extra: Mapping[str, Callable[[], None]]) -> dict[str, Callable[[], None]]:
    """Return the action of each key; U undoes in every layout."""
    return {**extra, "u": lambda: undo_last(migration_id)}
