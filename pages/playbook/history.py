"""The side dialog with the versions of an entry: who saved it when, what differs, and the button that restores one."""

from __future__ import annotations

import streamlit as st

from core.business.sales.playbook.actions import restore_entry
from core.business.sales.playbook.content import described
from core.business.sales.playbook.models import Entry
from core.business.sales.playbook.views import EntryVersion, PlaybookEntry, entry_history
from core.context import Context
from pages.playbook.state import DIALOGS, HISTORY, dialog_name
from pages.ui import formats, widgets
from pages.ui.dialogs import ask_inside
from pages.ui.formats import plain
from pages.ui.frame import act, live


def history_dialog(entry: PlaybookEntry) -> None:
    """Show all versions of an entry, the newest first, down to the one that ships."""
    name = dialog_name(HISTORY, entry)

    @st.dialog(
        f"History: {plain(entry.content.title)}",
        icon=":material/history:",
        position="right",
        width="large",
        on_dismiss=DIALOGS.close,
    )
    def body() -> None:
        DIALOGS.leave_unless(name)
        with live() as context:
            versions = entry_history(context, entry.section, entry.key)
            for version in versions:
                _version(context, entry, version, versions[0].version)

    body()


def _version(context: Context, entry: PlaybookEntry, version: EntryVersion, newest: int) -> None:
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if version.version:
                day = plain(formats.moment(context, version.at))
                st.markdown(f"**Version {version.version}** :gray[{plain(version.by or 'unknown')}, {day}]")
            else:
                st.markdown("**Version 0** :gray[ships with the product]")
            if version.version == newest:
                widgets.badge("Holds now", "blue")
        if version.content is None:
            st.caption("This version cannot be read any more.")
        elif version.changes:
            _changes(version)
        else:
            _whole(version.content)
        if version.version != newest and version.content is not None and context.may("playbook.edit"):
            _restore(entry, version.version, newest)


def _changes(version: EntryVersion) -> None:
    for label, before, after in version.changes:
        st.caption(label)
        lines = [f"− {line}" for line in before.splitlines()] + [f"+ {line}" for line in after.splitlines()]
        st.code("\n".join(lines), language=None, wrap_lines=True)


def _whole(content: Entry) -> None:
    lines = [f"{label}: {text}" for label, text in described(content) if text]
    st.code("\n".join(lines), language=None, wrap_lines=True)


def _restore(entry: PlaybookEntry, version: int, newest: int) -> None:
    def restore() -> None:
        act(
            lambda context: restore_entry(context, entry.section, entry.key, version, newest),
            lambda number: f"Restored as version {number}",
        )

    ask_inside(
        f"playbook_restore_{version}",
        f"Restore version {version}…",
        [f"Its text becomes version {newest + 1}.", "All versions stay."],
        "Restore",
        restore,
        icon=":material/restore:",
    )
