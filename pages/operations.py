"""Operations: are the workers and the database well, what waits, what runs, and who did what."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from core.engine.runs import views
from core.engine.sources import views as sources
from core.platform.access import views as access
from core.platform.audit.views import audit_lines
from pages.ui import show as ui
from pages.ui.frame import live
from pages.ui.links import link


def show(context: Context) -> None:
    ui.heading(context, "Operations", "Workers, runs and the audit log of this customer.")
    _health()
    _jobs(context)
    _audit(context)


@st.fragment(run_every="5s")
def _health() -> None:
    with live() as context:
        health = views.health(context)
        alive = sum(worker.is_live for worker in health.workers)
        ui.figures(
            [
                ("Workers alive", ui.number(alive)),
                ("Runs waiting", ui.number(health.queue_depth)),
                *((name, str(value)) for name, value in health.database.items()),
            ]
        )
        if not alive:
            st.badge("No worker is alive: runs wait until one starts", icon=":material/warning:", color="red")
        ui.table(
            [
                {
                    "Worker": worker.executor_id,
                    "State": ["Alive" if worker.is_live else "Silent"],
                    "Host": worker.host.partition(" ")[0],
                    "Process": worker.process,
                    "Started": ui.moment(context, worker.started_at),
                    "Last sign of life": ui.moment(context, worker.beat_at),
                }
                for worker in health.workers
            ],
            {
                "Worker": None,
                "State": ui.badge_column("State", {"Alive": "green", "Silent": "red"}, width=90),
                "Host": None,
                "Process": st.column_config.NumberColumn(format="%d"),
                "Started": None,
                "Last sign of life": None,
            },
            alt="Workers and their last sign of life",
        )


def _jobs(context: Context) -> None:
    st.subheader("Runs of this customer", anchor=False)
    every = views.runs(context)
    if not every:
        ui.empty("No run yet", "Dry runs and imports of all migrations stand here.", icon="play_circle")
        return
    names = {found.id: found.name for found in sources.migrations(context)}
    states = {ui.words(state): colour for state, colour in ui.STATE_COLOURS.items()}
    ui.table(
        [
            {
                "Migration": names.get(run.migration_id, ""),
                "Kind": ui.words(run.kind),
                "State": [ui.words(run.state)],
                "Created": ui.moment(context, run.created_at),
                "Rows": run.rows_total,
                "Rows per second": run.rate,
                "Took": ui.duration(run.elapsed),
                "Error": run.error or "",
            }
            for run in every
        ],
        {
            "Migration": None,
            "Kind": None,
            "State": ui.badge_column("State", states, width=140),
            "Created": None,
            "Rows": st.column_config.NumberColumn(format="localized"),
            "Rows per second": st.column_config.NumberColumn(format="%,.0f"),
            "Took": None,
            "Error": st.column_config.TextColumn(width="large"),
        },
        alt="Runs of all migrations",
        most=9,
    )
    link("runs", "Open runs", icon=":material/play_circle:")


def _audit(context: Context) -> None:
    st.subheader("Audit log", anchor=False)
    lines = audit_lines(context, limit=500)
    if not context.may("audit.read"):
        lines = [line for line in lines if line.person_id == context.person]
        st.caption("Your role sees its own lines.")
    if not lines:
        ui.empty("Nothing yet", "Every decision and every run leaves a line here.", icon="history")
        return
    people = dict(access.demo_cast())
    ui.table(
        [
            {
                "When": ui.moment(context, line.created_at),
                "Who": people.get(line.person_id, line.person_id),
                "Role": ui.words(line.role),
                "What": line.action,
                "On": ui.words(line.object_type),
                "Reason": line.reason or "",
                "Facts": ", ".join(f"{name} {value}" for name, value in line.facts.items()),
            }
            for line in lines
        ],
        {
            "When": None,
            "Who": None,
            "Role": None,
            "What": None,
            "On": None,
            "Reason": None,
            "Facts": st.column_config.TextColumn(width="large"),
        },
        alt="Audit log, the newest first",
        most=14,
    )
