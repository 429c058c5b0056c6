"""The history of an order: what happened, who did it, when and why, the newest first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import streamlit as st

from core.business.engagements.history import HistoryEntry, history
from core.business.engagements.milestones.rules import TITLES
from core.business.engagements.rules import STATES
from core.business.engagements.sessions.kinds import session_kind
from core.business.engagements.team.members import ROLE_NAMES, TEAM_EVENT
from core.context import Context
from core.kit.wording import as_words
from pages.ui import formats, widgets

_KINDS: Mapping[str, str] = {
    "milestone_reached": "Milestone reached",
    "milestone_promised": "Promise changed",
    "milestone_reopened": "Milestone opened again",
    "migration_named": "Migration named",
    "task_opened": "Task opened by a finding",
    "task_closed": "Task closed with its finding",
    "task_done": "Task done",
    "task_cancelled": "Task cancelled",
}
_CHANGES: Mapping[str, str] = {"ended": " ended", "took_over": " taken over"}
"""Change of a team -> what follows the role, nothing for who joined."""


def show_history(context: Context, order_id: str) -> None:
    entries = history(context, order_id)
    if not entries:
        widgets.empty("No history yet", "It begins when the order is approved.", icon="history")
        return
    widgets.table(
        [
            {
                "When": formats.moment(context, entry.at),
                "What": _event_text(entry),
                "Who": entry.person or "The console",
                "Why": entry.reason,
            }
            for entry in entries
        ],
        {
            "When": st.column_config.TextColumn(width=130),
            "What": st.column_config.TextColumn(width=300),
            "Who": st.column_config.TextColumn(width=130),
            "Why": st.column_config.TextColumn(width=300),
        },
        alt="What happened to the order: when, what, who and why",
        most=20,
    )


def _session(entry: HistoryEntry) -> str:
    """Name the session that an entry is about, '' where it is about none."""
    kind = entry.details.get("session")
    return session_kind(str(kind)).title if kind else ""


def _event_text(entry: HistoryEntry) -> str:
    if entry.from_state and entry.to_state and entry.from_state != entry.to_state:
        text = (
            f"{STATES.get(entry.from_state, entry.from_state)} → {STATES.get(entry.to_state, entry.to_state)}"
        )
        return f"{text}, without a passed reconciliation" if entry.details.get("statement") else text
    label = _KINDS.get(entry.kind) or as_words(entry.kind).capitalize()
    if entry.kind == TEAM_EVENT:
        change = _CHANGES.get(str(entry.details.get("change")), "")
        label = f"{ROLE_NAMES.get(str(entry.details.get('role')), 'Team')}{change}"
    title = TITLES.get(str(entry.details.get("milestone", ""))) or entry.subject or _session(entry)
    days = [
        f"{date.fromisoformat(str(entry.details[key])):%-d %b %Y}"
        for key in ("before", "after")
        if entry.kind == "milestone_promised" and entry.details.get(key)
    ]
    parts = [label, title, " → ".join(days)]
    return ": ".join(part for part in parts if part)
