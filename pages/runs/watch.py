"""Show a run while it works: its card, its entities and the migration's runs, all from one reading.

A fragment looks again every two seconds and draws everything anew, so that no part can lag behind another. Buttons
stand outside of it; the page is redrawn once when the run's state changes, because the buttons depend on it.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.context import Context
from core.engine.runs.snapshot import Snapshot, snapshots
from core.errors import AppError
from pages.runs.card import card
from pages.runs.entities import REDRAW, causes, entities
from pages.runs.history import all_runs
from pages.ui.frame import session_context
from pages.ui.refusals import refusal


def watch(
    migration_id: str, run_id: str, *, history: bool = False, page_runs: Sequence[Snapshot] | None = None
) -> None:
    """Draw the run and refresh it while a run of the migration is at work. With `history`, all runs below.

    `drawn` is what the page around it shows: where a run has changed since, the whole page is drawn anew.
    """
    with session_context() as context:
        before = page_runs if page_runs is not None else snapshots(context, migration_id)
    is_active = any(snapshot.run.active for snapshot in before)
    drawn_states = [(snapshot.run.id, snapshot.label, snapshot.run.can) for snapshot in before]

    @st.fragment(run_every="2s" if is_active else None)
    def tick() -> None:
        try:
            with session_context() as context:
                now = snapshots(context, migration_id)
                run_parts(context, now, run_id, history=history)
        except AppError as error:
            refusal(error)
            return
        if drawn_states != [
            (snapshot.run.id, snapshot.label, snapshot.run.can) for snapshot in now
        ] or st.session_state.pop(REDRAW, False):
            st.rerun()

    tick()


def run_parts(context: Context, runs: Sequence[Snapshot], run_id: str, *, history: bool) -> None:
    """Draw card, entities and held rows of one run, and the table of all runs, from the same snapshots."""
    snapshot = next(snapshot for snapshot in runs if snapshot.run.id == run_id)
    card(context, snapshot)
    if snapshot.run.kind == "import" or not snapshot.run.active:
        entities(snapshot)
    causes(context, snapshot)
    if history and runs[1:]:
        st.header("All runs", anchor=False)
        all_runs(context, runs)
