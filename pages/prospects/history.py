"""The history of a prospect: what happened, when, who did it; and the form for a note."""

from __future__ import annotations

import streamlit as st

from core.business.sales.prospects.actions import add_note
from core.business.sales.prospects.views import HistoryEntry, ProspectDetails, history
from core.context import Context
from core.platform.access.customers.views import staff
from pages.prospects.words import describe_event
from pages.ui import formats
from pages.ui.frame import act

STATE = st.session_state
_NOTE = "prospect_note"
MAX_ENTRIES = 200


def show(context: Context, prospect: ProspectDetails) -> None:
    if context.may("prospect.edit"):
        _form(prospect)
    entries = history(context, prospect.id, limit=MAX_ENTRIES)
    draw_entries(context, entries)
    if len(entries) == MAX_ENTRIES:
        st.caption(f"The newest {MAX_ENTRIES} entries are listed.")


def draw_entries(context: Context, entries: list[HistoryEntry]) -> None:
    """Draw entries of the history, the newest first."""
    people = {person.person_id: person.name for person in staff(context)}
    for entry in entries:
        with st.container(gap=None):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.text(describe_event(entry.kind, entry.details, people), width="content")
                by = f", {formats.plain(entry.person)}" if entry.person else ""
                st.caption(f"{formats.moment(context, entry.at)}{by}", width="content")
            if entry.note:
                st.caption(formats.plain(entry.note).replace("\n", "  \n"))


def _form(prospect: ProspectDetails) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_area("Add a note", key=_NOTE, max_chars=5_000, height=68)
        st.button("Add note", key="prospect_add_note", on_click=_add, args=(prospect.id,))


def _add(prospect_id: str) -> None:
    text = str(STATE.get(_NOTE) or "")
    if act(lambda context: add_note(context, prospect_id, text) or True, "Note added"):
        STATE[_NOTE] = ""
