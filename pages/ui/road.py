"""The wizard's way: six steps from the first file to going live, what each still waits for, and Next and Back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import IntEnum

import streamlit as st

from core.context import Context
from core.engine.mapping import views as mapping
from core.engine.mapping.views import Progress
from core.engine.runs import views as runs
from core.engine.sources import views as sources
from core.engine.validation import views as validation
from pages.ui.links import link, turn_to
from pages.ui.show import counted


class Step(IntEnum):
    CONNECT = 1
    PREVIEW = 2
    MAP = 3
    RULES = 4
    TEST = 5
    LIVE = 6


NAMES: Mapping[Step, tuple[str, str]] = {
    Step.CONNECT: ("Connect to POS", "connect"),
    Step.PREVIEW: ("Preview Data", "preview"),
    Step.MAP: ("Map Fields", "mapping"),
    Step.RULES: ("Configure Rules", "rules"),
    Step.TEST: ("Test Migration", "validation"),
    Step.LIVE: ("Go Live", "runs"),
}
"""Step -> its name and the path of its first screen."""


def progress_of(context: Context, migration_id: str) -> Progress:
    """The mapping's progress, asked once per Context: several parts of a screen show it."""
    key = (migration_id, context.now)
    kept: tuple[tuple[str, datetime], Progress] | None = st.session_state.get("road_progress")
    if kept is None or kept[0] != key:
        kept = (key, mapping.progress(context, migration_id))
        st.session_state["road_progress"] = kept
    return kept[1]


def missing(context: Context, migration_id: str | None) -> dict[Step, str]:
    """What each step still waits for, in one sentence; '' where nothing is missing. Later steps wait for earlier ones."""
    if migration_id is None:
        return dict.fromkeys(Step, "Make a migration first.")
    if not _live(context, migration_id):
        return dict.fromkeys(Step, "")  # it is over; what was left undecided on the way was left out
    found: dict[Step, str] = {}
    for step, ask in _QUESTIONS.items():
        earlier = next((text for text in found.values() if text), "")
        found[step] = earlier or ask(context, migration_id)
    return found


def _connect(context: Context, migration_id: str) -> str:
    return "" if sources.files(context, migration_id) else "Upload at least one export."


def _preview(context: Context, migration_id: str) -> str:
    rows = sum(stream.rows for stream in sources.streams(context, migration_id))
    return "" if rows else "No rows could be read; check the reader options."


def _map(context: Context, migration_id: str) -> str:
    progress = progress_of(context, migration_id)
    if not progress.total:
        return "Let the fields be suggested first."
    weak = progress.by_band["red"] + progress.by_band["none"]
    return f"{counted(weak, 'field')} below 70%, or without a suggestion, to be decided." if weak else ""


def _rules(_context: Context, _migration_id: str) -> str:
    return ""  # every entity has a strategy from the start


def _test(context: Context, migration_id: str) -> str:
    latest = validation.latest(context, migration_id)
    if latest is None:
        return "Validate the data."
    if not validation.is_current(context, latest):
        return "The mapping or the files changed since the last validation; validate again."
    dry = [
        run for run in runs.runs(context, migration_id) if run.kind == "dry_run" and run.state == "completed"
    ]
    return "" if any(run.created_at >= latest.created_at for run in dry) else "Do a dry run."


def _live(context: Context, migration_id: str) -> str:
    newest = next((run for run in runs.runs(context, migration_id) if run.kind == "import"), None)
    if newest is None or newest.state in {"cancelled", "rolled_back", "draft"}:
        return "Start the import."
    if newest.state == "awaiting_approval":
        return "The import waits for a manager's approval: look at what is held and at the differences."
    return "" if newest.state == "completed" else f"The import is {newest.state.replace('_', ' ')}."


_QUESTIONS = {
    Step.CONNECT: _connect,
    Step.PREVIEW: _preview,
    Step.MAP: _map,
    Step.RULES: _rules,
    Step.TEST: _test,
    Step.LIVE: _live,
}


def wizard(context: Context, migration_id: str | None, current: Step) -> None:
    """The bar of six steps with Back and Next; Next is blocked with the reason while the step waits for something."""
    waits = missing(context, migration_id)
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            for step, (name, path) in NAMES.items():
                done = not waits[step]
                link(
                    path,
                    f"**{name}**" if step == current else f":green[{name}]" if done else name,
                    icon=_icon(step, current, done=done),
                )
            st.space("stretch")
            if current > Step.CONNECT:
                st.button(
                    "Back",
                    icon=":material/arrow_back:",
                    on_click=_turn,
                    args=(current - 1,),
                    key="wizard_back",
                )
            if current < Step.LIVE:
                st.button(
                    "Next",
                    icon=":material/arrow_forward:",
                    icon_position="right",
                    type="primary",
                    disabled=bool(waits[current]),
                    on_click=_turn,
                    args=(current + 1,),
                    key="wizard_next",
                )
        if waits[current]:
            st.caption(f":orange[:material/hourglass_empty:] {waits[current]}")


def _turn(step: int) -> None:
    turn_to(NAMES[Step(step)][1])


def _icon(step: Step, current: Step, *, done: bool) -> str:
    if done:
        return ":material/check_circle:"
    return ":material/radio_button_checked:" if step == current else ":material/radio_button_unchecked:"
