"""Runs: start an import, watch it, and decide about it; row outcomes, held rows, events, and the rollback with its proof."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from core.context import Context
from core.engine.progress.rules import RECONCILIATION
from core.engine.runs import actions
from core.engine.runs.snapshot import Snapshot, snapshots
from pages.runs.controls import approve_button, controls
from pages.runs.events import events
from pages.runs.held_rows import held_rows_part
from pages.runs.outcomes import fates_table
from pages.runs.rollback import proof, rollback_button
from pages.runs.second_person import pending_rollback
from pages.runs.watch import watch
from pages.ui import formats, widgets
from pages.ui.address import address_choice, choose
from pages.ui.coach import coach
from pages.ui.frame import act, chosen_migration
from pages.ui.links import turn_to
from pages.ui.steps import Step, start_of
from pages.ui.wizard import wizard


def show(context: Context) -> None:
    widgets.heading(
        context, "Runs", "Imports and dry runs of this migration. Runs continue when the browser is closed."
    )
    migration_id = chosen_migration()
    runs = snapshots(context, migration_id)
    wizard(context, migration_id, Step.LIVE, on_next=_compare(runs))
    coach(context, migration_id, Step.LIVE)
    with st.container(horizontal=True, vertical_alignment="center"):
        snapshot = _choose_run(context, runs)
        st.space("stretch")
        if snapshot:
            controls(snapshot.run)
            rollback_button(context, snapshot.run)
            approve_button(snapshot.run, may=context.may("run.approve"))
        _start(context, migration_id)
    if snapshot is None:
        widgets.empty(
            "No runs yet", "Validate, do a dry run, then start the import here.", icon="play_circle"
        )
        return
    pending_rollback(context, snapshot.run)
    watch(migration_id, snapshot.run.id, history=True, page_runs=runs)
    if not snapshot.run.active:
        proof(context, snapshot.run)
        held_rows_part(context, snapshot.run)
        with st.expander("Row outcomes", icon=":material/checklist:"):
            fates_table(context, snapshot.run)
    events(context, snapshot.run)


def _compare(runs: list[Snapshot]) -> Callable[[], None] | None:
    """Return the callback of Next once an import has ended: open its reconciliation."""
    newest = next(
        (snapshot.run for snapshot in runs if snapshot.run.kind == "import" and not snapshot.run.active),
        None,
    )
    return None if newest is None else partial(turn_to, RECONCILIATION, run=newest.id)


def _choose_run(context: Context, runs: list[Snapshot]) -> Snapshot | None:
    """Return the run that the address names, the newest by default."""
    if not runs:
        return None
    names = {
        snapshot.run.id: f"{snapshot.name} · {formats.moment(context, snapshot.run.started_at or snapshot.run.created_at)}"
        for snapshot in runs
    }
    run_id = address_choice("Run", "run", names, noun="run", label_visibility="collapsed", width=280)
    return next(snapshot for snapshot in runs if snapshot.run.id == run_id)


def _start(context: Context, migration_id: str) -> None:
    if not context.may("run.start"):
        return
    start = start_of(context, migration_id)
    if st.button(
        start.label,
        icon=":material/rocket_launch:",
        type="primary" if start.primary else "secondary",
        disabled=not start.enabled,
        help=start.reason or None,
        key="start_import",
    ):
        widgets.confirm(
            "Start the import?", start.consequences, start.label, lambda: _queue_import(migration_id)
        )


def _queue_import(migration_id: str) -> None:
    run = act(lambda context: actions.start(context, migration_id, "import"), "Import queued")
    if run is not None:
        choose("run", run.id)
