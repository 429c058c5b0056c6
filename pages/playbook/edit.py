"""The side dialog in which a manager edits an entry; who saved meanwhile is shown beside what was entered."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.business.sales.playbook.actions import EditConflictError, save_entry
from core.business.sales.playbook.content import EntryError, as_document, differences
from core.business.sales.playbook.models import SECTIONS
from core.business.sales.playbook.views import PlaybookEntry, playbook_entry
from core.errors import AppError
from pages.playbook.form import draw_fields
from pages.playbook.state import DIALOGS, EDIT, dialog_name
from pages.ui import widgets
from pages.ui.formats import plain
from pages.ui.frame import live, session_context
from pages.ui.links import NOTICE
from pages.ui.refusals import refusal

STATE = st.session_state
_BASE, _FAULT = "playbook_base", "playbook_fault"
"""Keys of the session: the entry as it was when the form was opened, and why it was not saved."""


def edit_dialog(entry: PlaybookEntry) -> None:
    """Show the form of an entry; what was typed stays until it is saved or dismissed."""
    name = dialog_name(EDIT, entry)

    @st.dialog(
        f"Edit: {plain(entry.content.title)}",
        icon=":material/edit:",
        position="right",
        width="large",
        on_dismiss=_close,
    )
    def body() -> None:
        DIALOGS.leave_unless(name)
        with live() as context:
            base: PlaybookEntry = STATE.get(_BASE) or playbook_entry(context, entry.section, entry.key)
            STATE[_BASE] = base
            st.caption(f"{SECTIONS[entry.section].title} · version {base.version}")
            _show_fault(base)
            content = draw_fields(base.content, f"playbook_form_{entry.section}_{entry.key}")
            with st.container(horizontal=True, horizontal_alignment="right"):
                if st.button("Save", type="primary", key="playbook_save"):
                    _save(base, content, base.version)

    body()


def _save(base: PlaybookEntry, content: dict[str, Any], version: int) -> None:
    try:
        with session_context() as context:
            saved = save_entry(context, base.section, base.key, content, version)
    except AppError as error:
        STATE[_FAULT] = error
        st.rerun()
    STATE[NOTICE] = f"Saved as version {saved}"
    _close()
    st.rerun()


def _show_fault(base: PlaybookEntry) -> None:
    """Show why the entry was not saved: its wrong fields, or both texts where somebody saved meanwhile."""
    fault = STATE.get(_FAULT)
    if isinstance(fault, EditConflictError):
        _show_conflict(base, fault)
    elif isinstance(fault, EntryError):
        with st.container(border=True, gap="xsmall"):
            st.markdown(":red[:material/error:] **Not saved: correct these fields**")
            for message in fault.faults.values():
                st.text(message)
    elif isinstance(fault, AppError):
        refusal(fault)


def _show_conflict(base: PlaybookEntry, conflict: EditConflictError) -> None:
    newest, mine = conflict.newest, conflict.mine
    with st.container(border=True, gap="xsmall"):
        st.markdown(":orange[:material/sync_problem:] **Somebody saved this entry meanwhile**")
        st.text(f"{newest.by or 'Somebody'} saved version {newest.version}. Nothing of yours is lost.")
        rows = differences(newest.content, mine)
        widgets.table(
            [{"Field": label, "Theirs": theirs, "Yours": yours} for label, theirs, yours in rows],
            dict.fromkeys(("Field", "Theirs", "Yours")),
            alt="What differs between the version that was saved meanwhile and yours",
        )
        with st.container(horizontal=True, horizontal_alignment="right"):
            if st.button("Keep theirs", key="playbook_keep_theirs"):
                _close()
                st.rerun()
            if st.button(
                f"Save mine as version {newest.version + 1}", type="primary", key="playbook_save_mine"
            ):
                STATE.pop(_FAULT, None)
                _save(base, as_document(mine), newest.version)


def _close() -> None:
    STATE.pop(_BASE, None)
    STATE.pop(_FAULT, None)
    DIALOGS.close()
