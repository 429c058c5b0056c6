"""Show what happened in a run, in sentences, with times and their zone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.context import Context
from core.engine.runs import views
from core.engine.runs.rules import RunState
from core.engine.runs.views import RunView
from core.kit.wording import as_words, counted
from pages.ui import formats, widgets

_STATES: Mapping[str, str] = {
    RunState.QUEUED: "Queued",
    RunState.RUNNING: "Started",
    RunState.PAUSED: "Paused",
    RunState.VERIFYING: "All rows written; comparing source and target",
    RunState.AWAITING_APPROVAL: "Differences or held rows found; awaiting approval",
    RunState.COMPLETED: "Completed",
    RunState.FAILED: "Failed",
    RunState.CANCELLED: "Cancelled",
    RunState.ROLLING_BACK: "Rollback started",
    RunState.ROLLED_BACK: "Rolled back",
}


def events(context: Context, run: RunView) -> None:
    """Draw the events of a run, the newest first."""
    lines = views.events(context, run.id)
    if not lines:
        return
    with st.expander(f"Events ({len(lines):,})", icon=":material/history:"):
        widgets.table(
            [
                {"Time": formats.moment(context, line.at), "Event": in_words(line.type, line.data)}
                for line in lines
                if in_words(line.type, line.data)
            ],
            {
                "Time": st.column_config.TextColumn(width=160),
                "Event": st.column_config.TextColumn(width="large"),
            },
            alt="Events of the run",
            most=9,
        )


def in_words(kind: str, data: Mapping[str, Any]) -> str:
    """Describe an event in a sentence; '' for one that another event already covers."""
    if kind == "phase_change":
        state = str(data.get("state", ""))
        return _STATES.get(state, as_words(state).capitalize())
    if kind == "error":
        return f"Error: {data.get('message', '')}"
    if kind == "warning":
        return str(data.get("message", ""))
    if kind == "completion" and "undone" in data:
        remainder = f", {counted(int(data['kept']), 'record')} left as they are" if data.get("kept") else ""
        return f"{counted(int(data['undone']), 'record')} restored{remainder}"
    if kind == "completion":
        return ""
    return ", ".join(f"{as_words(name)}: {value}" for name, value in data.items())
