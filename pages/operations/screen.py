"""Operations: the state of workers and database, and queued runs."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from core.engine.runs import views
from core.engine.runs.snapshot import STATES_SHOWN
from core.engine.sources import views as sources
from pages.ui import formats, widgets
from pages.ui.frame import live
from pages.ui.links import link


def show(context: Context) -> None:
    widgets.heading(context, "Operations", "Workers and runs of this customer.")
    _health()
    _jobs(context)
    link("audit", "Open audit log", icon=":material/policy:")


@st.fragment(run_every="5s")
def _health() -> None:
    with live() as context:
        health = views.health(context)
        online = sum(worker.is_live for worker in health.workers)
        widgets.figures(
            [
                ("Workers online", formats.number(online)),
                ("Runs queued", formats.number(health.queue_depth)),
                *((name, str(value)) for name, value in health.database.items()),
            ]
        )
        if not online:
            widgets.badge(
                "No worker online: runs stay queued until one starts", "red", icon=":material/warning:"
            )
        widgets.section("Workers")
        widgets.table(
            [
                {
                    "Worker": worker.executor_id,
                    "State": ["Online" if worker.is_live else "Offline"],
                    "Host": worker.host.partition(" ")[0],
                    "Process": worker.process,
                    "Started": formats.moment(context, worker.started_at),
                    "Last heartbeat": formats.moment(context, worker.beat_at),
                }
                for worker in health.workers
            ],
            {
                "Worker": None,
                "State": widgets.badge_column("State", {"Online": "green", "Offline": "red"}, width=90),
                "Host": None,
                "Process": st.column_config.NumberColumn(format="%d"),
                "Started": None,
                "Last heartbeat": None,
            },
            alt="Workers and their last heartbeat",
        )


def _jobs(context: Context) -> None:
    widgets.section("Runs of this customer")
    runs = views.runs(context)
    if not runs:
        widgets.empty(
            "No runs yet", "Dry runs and imports of all migrations appear here.", icon="play_circle"
        )
        return
    names = {migration.id: migration.name for migration in sources.migrations(context)}
    widgets.table(
        [
            {
                "Migration": names.get(run.migration_id, ""),
                "Kind": formats.words(run.kind),
                "State": [formats.words(run.state)],
                "Created": formats.moment(context, run.created_at),
                "Rows": run.rows_total,
                "Rows per second": run.rate,
                "Duration": formats.duration(run.elapsed),
                "Error": run.error or "",
            }
            for run in runs
        ],
        {
            "Migration": None,
            "Kind": None,
            "State": widgets.badge_column("State", STATES_SHOWN, width=140),
            "Created": None,
            "Rows": st.column_config.NumberColumn(format="localized"),
            "Rows per second": st.column_config.NumberColumn(format="%,.0f"),
            "Duration": None,
            "Error": st.column_config.TextColumn(width="large"),
        },
        alt="Runs of all migrations",
        most=9,
    )
    link("runs", "Open runs", icon=":material/play_circle:")
