"""Dry run: the real way of writing in a transaction that is taken back; then what would be new, changed, same, held."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from core.engine.mapping import views as mapping
from core.engine.runs import actions, views
from core.engine.runs.views import RunView
from core.engine.validation import views as validation
from pages.ui import show as ui
from pages.ui.coach import coach
from pages.ui.frame import act, chosen_migration
from pages.ui.links import choose, named
from pages.ui.road import Step, wizard
from pages.ui.run_parts import fates_table, held_rows_part, watch
from pages.ui.strategies import strategies

SHOWN = 500


def show(context: Context) -> None:
    ui.heading(
        context, "Dry run", "Everything an import would do, done and taken back. The target stays as it is."
    )
    migration_id = chosen_migration()
    wizard(context, migration_id, Step.TEST)
    coach(context, migration_id, Step.TEST)
    with st.expander("Records that are there already", icon=":material/tune:"):
        strategies(context, migration_id, mapping.current_plan(context, migration_id))
    _start(context, migration_id)
    runs = [run for run in views.runs(context, migration_id) if run.kind == "dry_run"]
    if not runs:
        ui.empty(
            "No dry run yet",
            "Validate the data, then start one: it shows every change field by field.",
            icon="science",
        )
        return
    by_id = {run.id: run for run in runs}
    run = by_id[named("run", by_id, "dry run") or runs[0].id]
    watch(run.id)
    if not run.active:
        _result(context, run)


def _start(context: Context, migration_id: str) -> None:
    if not context.may("run.dry"):
        return
    latest = validation.latest(context, migration_id)
    ready = latest is not None and validation.is_current(context, latest)
    st.button(
        "Start a dry run",
        icon=":material/science:",
        type="primary",
        disabled=not ready,
        help=None if ready else "Validate the data as it stands first.",
        on_click=_started,
        args=(migration_id,),
    )


def _started(migration_id: str) -> None:
    run = act(lambda context: actions.start(context, migration_id, "dry_run"), "Dry run queued")
    if run is not None:
        choose("run", run.id)


def _result(context: Context, run: RunView) -> None:
    st.subheader("What an import would do", anchor=False)
    counts = views.diff_counts(context, run.id)
    number = st.column_config.NumberColumn(format="localized")
    ui.table(
        [
            {"Entity": ui.words(entity), **{ui.words(kind): count for kind, count in counts[entity].items()}}
            for entity in ui.in_load_order(context, counts)
        ],
        {"Entity": None, "New": number, "Changed": number, "Same": number, "Held": number},
        alt="New, changed, same and held records per entity",
    )
    _records(context, run, list(counts))
    with st.expander("Fate of every row", icon=":material/checklist:"):
        fates_table(context, run)
    held_rows_part(context, run)


def _records(context: Context, run: RunView, entities: list[str]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.segmented_control(
            "Show", ["New", "Changed"], default="Changed", key="change", bind="query-params", required=True
        )
        entity = st.selectbox(
            "Entity", entities, index=None, key="record", bind="query-params", placeholder="All"
        )
    found = views.diff(context, run.id, entity=entity, kind=kind.lower(), limit=SHOWN)
    if not found:
        ui.empty(
            "Nothing here", f"No record would be {kind.lower()} with these filters.", icon="check_circle"
        )
        return
    rows = [
        {
            "Entity": ui.words(record.entity),
            "Id": record.external_id,
            "Field": name,
            "Before": _value(before),
            "After": _value(after),
        }
        for record in found
        for name, (before, after) in record.fields.items()
    ]
    ui.table(
        rows,
        {
            "Entity": None,
            "Id": None,
            "Field": None,
            "Before": st.column_config.TextColumn(width="medium"),
            "After": st.column_config.TextColumn(width="medium"),
        },
        alt="Changes field by field",
        most=14,
    )
    st.caption(
        f"{len(found):,} records, {len(rows):,} fields"
        + (f"; the first {SHOWN:,}" if len(found) == SHOWN else "")
    )


def _value(value: object) -> str:
    return "" if value is None else str(value)
