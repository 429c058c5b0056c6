"""Dry run: the real import in a transaction that is rolled back; then what would be new, changed, unchanged and held."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from core.engine.mapping import views as mapping
from core.engine.runs import actions, views
from core.engine.runs.snapshot import snapshots
from core.engine.runs.views import RunView
from core.engine.validation import views as validation
from pages.dry_run.changes import changes, money_effect
from pages.dry_run.counts import counts_table
from pages.runs.controls import controls
from pages.runs.held_rows import held_rows_part
from pages.runs.outcomes import fates_table
from pages.runs.watch import watch
from pages.ui import formats, widgets
from pages.ui.address import choose, id_from_address
from pages.ui.coach import coach
from pages.ui.frame import act, chosen_migration
from pages.ui.steps import Step
from pages.ui.strategies import strategies
from pages.ui.wizard import wizard


def show(context: Context) -> None:
    widgets.heading(context, "Dry run", "Runs the import and rolls it back. The target is not changed.")
    migration_id = chosen_migration()
    page_runs = snapshots(
        context, migration_id
    )  # before the wizard, so that a run that ends meanwhile redraws it
    wizard(context, migration_id, Step.TEST)
    coach(context, migration_id, Step.TEST)
    with st.expander("If a record already exists", icon=":material/tune:"):
        strategies(context, migration_id, mapping.current_plan(context, migration_id))
    _start(context, migration_id)
    runs = [run for run in views.runs(context, migration_id) if run.kind == "dry_run"]
    if not runs:
        widgets.empty(
            "No dry runs yet",
            "Validate the data, then start a dry run to see every change field by field.",
            icon="science",
        )
        return
    by_id = {run.id: run for run in runs}
    run = by_id[id_from_address("run", by_id, "dry run") or runs[0].id]
    with st.container(horizontal=True):
        controls(run)
    watch(migration_id, run.id, page_runs=page_runs)
    if not run.active:
        _result(
            context,
            run,
            next((previous for previous in runs[runs.index(run) + 1 :] if not previous.active), None),
        )


def _start(context: Context, migration_id: str) -> None:
    if not context.may("run.dry"):
        return
    latest = validation.latest(context, migration_id)
    ready = latest is not None and validation.is_current(context, latest)
    st.button(
        "Start dry run",
        icon=":material/science:",
        type="primary",
        disabled=not ready,
        help=None if ready else "Validate the data first.",
        on_click=_queue_dry_run,
        args=(migration_id,),
    )


def _queue_dry_run(migration_id: str) -> None:
    run = act(lambda context: actions.start(context, migration_id, "dry_run"), "Dry run queued")
    if run is not None:
        choose("run", run.id)


def _result(context: Context, run: RunView, earlier: RunView | None) -> None:
    widgets.section("What an import would do")
    records = formats.counted(run.records, "record")
    st.text(f"{run.headline}. The imported rows would become {records}.")
    counts_table(context, run, earlier)
    changes(context, run)
    money_effect(context, run)
    held_rows_part(context, run)
    with st.expander("Row outcomes", icon=":material/checklist:"):
        fates_table(context, run)
