"""Ask for a bulk action: the menu of the toolbar, the primary button, and what other parts ask about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from core.context import Context
from core.engine.mapping import views
from pages.mapping.state.view import View
from pages.ui.frame import session_context

ASK = "map_bulk"
ACCEPT, EXCLUDE, HISTORY = "accept", "exclude", "history"


@dataclass(frozen=True, slots=True)
class BulkRequest:
    """A requested bulk action: ids of fields, and 'accepted' or 'ignored'; `reason` is stored with each decision."""

    migration_id: str
    status: str
    ids: tuple[str, ...]
    reason: str = ""

    @property
    def verb(self) -> str:
        return "Exclude" if self.status == "ignored" else "Accept"


def ask(migration_id: str, status: str, ids: Sequence[str], reason: str = "") -> None:
    """Open the question about the fields; for callbacks."""
    st.session_state[ASK] = BulkRequest(migration_id, status, tuple(ids), reason)


def bulk_menu(context: Context, migration_id: str, view: View | None) -> None:
    """Draw the menu of bulk actions on the view's fields to review; the history needs no view."""
    open_rows = [row for row in view.saved.values() if row.decision == "Needs review"] if view else []
    mapped = [row.id for row in open_rows if row.target and not row.asked]
    entries = {
        ACCEPT: f"Accept {len(mapped):,} in view…",
        EXCLUDE: f"Exclude {len(open_rows):,} in view…",
        HISTORY: "Bulk history…",
    }
    offered = [
        name for name, ids in ((ACCEPT, mapped), (EXCLUDE, open_rows)) if ids and context.may("mapping.edit")
    ]
    st.menu_button(
        "Bulk",
        [*offered, HISTORY],
        key="map_bulk_menu",
        icon=":material/more_horiz:",
        format_func=lambda name: entries.get(name, name),
        on_click=_open_entry,
        args=(migration_id, mapped, [row.id for row in open_rows]),
    )


def _open_entry(migration_id: str, mapped: Sequence[str], open_rows: Sequence[str]) -> None:
    entry = st.session_state["map_bulk_menu"]
    if entry == HISTORY:
        st.session_state[ASK] = HISTORY
    elif entry == ACCEPT:
        ask(migration_id, "accepted", mapped)
    elif entry == EXCLUDE:
        ask(migration_id, "ignored", open_rows)


def accept_high(context: Context, migration_id: str, high: int) -> None:
    """Draw the primary button, which asks about every unreviewed suggestion above 90%."""
    st.button(
        f"Accept {high:,} high",
        key="map_accept_high",
        type="primary",
        icon=":material/done_all:",
        disabled=not high or not context.may("mapping.edit"),
        help=None if high else "No unreviewed suggestion is above 90%",
        on_click=_ask_high,
        args=(migration_id,),
    )


def _ask_high(migration_id: str) -> None:
    with session_context() as context:
        rows = views.field_rows(
            context, migration_id, views.FieldFilter(bands=frozenset({"green"}), undecided=True, unasked=True)
        )
    ids = [row.id for row in rows if row.target]
    ask(migration_id, "accepted", ids)
