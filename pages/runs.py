"""Runs: start an import, watch it, and decide about it; what became of every row; the way back with its proof."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from core.engine.runs import actions, views
from core.engine.runs.views import RunView
from pages.ui import show as ui
from pages.ui.coach import coach
from pages.ui.frame import act, chosen_migration
from pages.ui.links import choose, named
from pages.ui.road import Step, start_of, wizard
from pages.ui.rollback import rollback_part
from pages.ui.run_parts import fates_table, held_rows_part, watch


def show(context: Context) -> None:
    ui.heading(
        context,
        "Runs",
        "Imports and dry runs of this migration. A run survives a closed browser and a stopped machine.",
    )
    migration_id = chosen_migration()
    wizard(context, migration_id, Step.LIVE)
    coach(context, migration_id, Step.LIVE)
    every = views.runs(context, migration_id)
    _start(context, migration_id)
    if not every:
        ui.empty("No run yet", "Validate, do a dry run, then start the import here.", icon="play_circle")
        return
    chosen = _choose(context, every)
    watch(chosen.id)
    if chosen.active:
        return
    rollback_part(context, chosen)
    st.subheader("What became of every row", anchor=False)
    fates_table(context, chosen)
    held_rows_part(context, chosen)
    _events(context, chosen)


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
    ):
        ui.confirm("Start the import?", start.consequences, start.label, lambda: _started(migration_id))


def _started(migration_id: str) -> None:
    run = act(lambda context: actions.start(context, migration_id, "import"), "Import queued")
    if run is not None:
        choose("run", run.id)


def _choose(context: Context, every: list[RunView]) -> RunView:
    by_id = {run.id: run for run in every}
    chosen = named("run", by_id, "run") or every[0].id
    states = {ui.words(state): colour for state, colour in ui.STATE_COLOURS.items()}
    event = ui.table(
        [
            {
                "Kind": ui.words(run.kind),
                "State": [ui.words(run.state)],
                "Started": ui.moment(context, run.started_at or run.created_at),
                "Rows": run.rows_total,
                "Done": run.percent,
                "Held or failed": run.errors,
                "Took": ui.duration(run.elapsed),
                "Run": run.id[-8:],
            }
            for run in every
        ],
        {
            "Kind": None,
            "State": ui.badge_column("State", states, width=140),
            "Started": None,
            "Rows": st.column_config.NumberColumn(format="localized"),
            "Done": st.column_config.ProgressColumn(format="%.0f%%", min_value=0, max_value=100),
            "Held or failed": st.column_config.NumberColumn(format="localized"),
            "Took": None,
            "Run": None,
        },
        alt="Runs of this migration",
        most=6,
        key="runs_table",
        on_select="rerun",
        selection_mode="single-row",
    )
    if event.selection.rows and every[event.selection.rows[0]].id != chosen:
        choose("run", every[event.selection.rows[0]].id)
        st.rerun()
    return by_id[chosen]


def _events(context: Context, run: RunView) -> None:
    events = views.events(context, run.id)
    if not events:
        return
    with st.expander(f"Events ({len(events):,})", icon=":material/history:"):
        ui.table(
            [
                {
                    "When": ui.moment(context, event.at),
                    "Kind": ui.words(event.type),
                    "What": ", ".join(f"{name} {value}" for name, value in event.data.items()),
                }
                for event in events
            ],
            {"When": None, "Kind": None, "What": st.column_config.TextColumn(width="large")},
            alt="Events of the run",
            most=9,
        )
