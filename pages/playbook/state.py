"""The dialog of the playbook that is open, and how content is written: as text, whatever it holds."""

from __future__ import annotations

from core.business.sales.playbook.views import PlaybookEntry
from pages.ui.dialogs import SideDialogs
from pages.ui.formats import plain

DIALOGS = SideDialogs("playbook_dialog")
EDIT, HISTORY = "edit", "history"


def dialog_name(verb: str, entry: PlaybookEntry) -> str:
    return f"{verb}:{entry.section}/{entry.key}"


def prose(text: str) -> str:
    """Escape content of several lines for Markdown: it is shown as it was typed."""
    return "  \n".join(plain(line.strip()) for line in text.splitlines())


def signature(entry: PlaybookEntry, day: str) -> str:
    """Say who edited the entry when; the one that ships has no editor."""
    return (
        f"Version {entry.version} by {plain(entry.by or 'unknown')}, {plain(day)}"
        if entry.version
        else "Original text"
    )
