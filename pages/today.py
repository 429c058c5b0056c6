"""Today: for each role what is worth looking at now, and every migration with its next step."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import streamlit as st

from core.context import Context
from core.engine.mapping import views as mapping
from core.engine.runs import views as runs
from core.engine.runs.views import RunView
from core.engine.sources import views as sources
from core.engine.sources.tables import Migration
from core.engine.validation import views as validation
from core.kit import money
from pages.demo import reset, script
from pages.ui import show as ui
from pages.ui.links import MIGRATION, link, turn_to
from pages.ui.road import journey_of

GREETING = {
    "sales": "Demos that are ready, and where to start one.",
    "specialist": "What waits for your review, and what runs now.",
    "manager": "Accuracy, held rows and money differences of your migrations.",
    "admin": "What runs now, and what needs somebody.",
}


def show(context: Context) -> None:
    ui.heading(context, f"Good day, {context.name.split()[0]}", GREETING.get(context.role, ""))
    migrations = sources.migrations(context)
    every_run = runs.runs(context)
    _figures(context, migrations, every_run)
    if context.role == "sales":
        script(context)
    _active(context, every_run)
    st.subheader("Migrations", anchor=False)
    if not migrations:
        ui.empty(
            "No migration yet",
            "Make the first one on Connect: name it and upload an export.",
            icon="sync_alt",
        )
        link("connect", "Go to Connect", icon=":material/upload_file:")
    for migration in migrations:
        _migration(context, migration)
    if context.role != "sales":
        reset(context)


def _figures(context: Context, migrations: Sequence[Migration], every_run: Sequence[RunView]) -> None:
    """Only facts that exist; nothing is estimated."""
    imports = [run for run in every_run if run.kind == "import" and run.state == "completed"]
    if context.role == "sales":
        ready = sum(1 for migration in migrations if mapping.progress(context, migration.id).total)
        figures = [
            ("Demos ready", ui.number(ready)),
            ("Finished imports", ui.number(len(imports))),
            ("Rows imported", ui.number(sum(run.imported or 0 for run in imports))),
        ]
    elif context.role == "specialist":
        waiting = 0
        for migration in migrations:
            progress = mapping.progress(context, migration.id)
            waiting += progress.total - progress.decided
        figures = [
            ("Fields to review", ui.number(waiting)),
            ("Held rows", ui.number(sum(run.errors for run in imports))),
            ("Running now", ui.number(sum(run.active for run in every_run))),
        ]
    else:
        figures = _accuracy(context, migrations, imports)
    ui.figures(figures)


def _accuracy(
    context: Context, migrations: Sequence[Migration], imports: Sequence[RunView]
) -> list[tuple[str, str]]:
    read = sum(count.read for run in imports for count in run.entities)
    held = sum(run.errors for run in imports)
    touched = Decimal(0)
    for migration in migrations:
        if found := validation.latest(context, migration.id):
            touched += sum(
                (abs(count.money) for count in validation.issue_counts(context, found.id) if count.money),
                Decimal(0),
            )
    return [
        ("Rows imported without a fault", f"{100 * (read - held) / read:.2f}%" if read else "–"),
        ("Rows held", ui.number(held)),
        ("Money touched by findings", money.show(touched, context.tenant.currency)),
        ("Imports finished", ui.number(len(imports))),
    ]


def _active(context: Context, every_run: Sequence[RunView]) -> None:
    active = [run for run in every_run if run.active or run.state == "awaiting_approval"]
    for run in active:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            ui.badge(ui.words(run.state), ui.STATE_COLOURS[run.state])
            st.text(f"{ui.words(run.kind)}, {ui.number(run.rows_done)} of {ui.number(run.file_rows)} rows")
            st.space("stretch")
            st.text(ui.moment(context, run.created_at))
            st.button(
                "Watch",
                icon=":material/visibility:",
                key=f"watch_{run.id}",
                on_click=_open,
                args=(run.migration_id, "runs", run.id),
            )


def _migration(context: Context, migration: Migration) -> None:
    journey = journey_of(context, migration.id)
    progress = mapping.progress(context, migration.id)
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(migration.name)
            ui.badge(journey.status.label, journey.status.colour)
            st.space("stretch")
            st.button(
                journey.action.label,
                icon=":material/arrow_forward:",
                icon_position="right",
                key=f"open_{migration.id}",
                on_click=_open,
                args=(migration.id, journey.action.screen),
            )
        if progress.total:
            st.progress(
                progress.decided / progress.total,
                text=f"{progress.decided:,} of {progress.total:,} fields reviewed",
            )
        if waits := journey.step(journey.current).waits:
            st.caption(f":material/flag: {waits}")


def _open(migration_id: str, path: str, run: str = "") -> None:
    st.session_state[MIGRATION] = migration_id
    turn_to(path, **({"run": run} if run else {}))
