"""Show a run while it works: one card, one table of entities, the migration's runs, all from one reading.

A fragment looks again every two seconds and draws everything anew, so that no part can lag behind another. Buttons
stand outside of it; the page is redrawn once when the run's state changes, because the buttons depend on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import streamlit as st

from core.context import Context
from core.engine.runs.held import held_causes
from core.engine.runs.snapshot import STATES_SHOWN, Snapshot, snapshots
from core.engine.runs.views import RunView
from core.errors import AppError
from core.kit import money
from core.schema import entity_label
from pages.ui import widgets as ui
from pages.ui.frame import here, refusal
from pages.ui.links import turn_to

HELD_ENTITY, _REDRAW = "held_entity", "run_card_redraw"
_ENTITY_STATES = {
    "Waiting": "gray",
    "Running": "blue",
    "Paused": "orange",
    "Stopped": "red",
    "Done": "green",
    "Rolling back": "blue",
    "Rolled back": "violet",
}


def watch(
    migration_id: str, run_id: str, *, history: bool = False, drawn: Sequence[Snapshot] | None = None
) -> None:
    """The run as it stands; looks again while a run of the migration is at work. With `history`, all runs below.

    `drawn` is what the page around it shows: where a run has changed since, the whole page is drawn anew.
    """
    with here() as context:
        before = drawn if drawn is not None else snapshots(context, migration_id)
    is_active = any(one.run.active for one in before)
    known = [(one.run.id, one.label, one.run.can) for one in before]

    @st.fragment(run_every="2s" if is_active else None)
    def tick() -> None:
        try:
            with here() as context:
                now = snapshots(context, migration_id)
                run_parts(context, now, run_id, history=history)
        except AppError as error:
            refusal(error)
            return
        if known != [(one.run.id, one.label, one.run.can) for one in now] or st.session_state.pop(
            _REDRAW, False
        ):
            st.rerun()

    tick()


def run_parts(context: Context, every: Sequence[Snapshot], run_id: str, *, history: bool) -> None:
    """Card, entities and held rows of one run, and the table of all runs, from the same snapshots."""
    chosen = next(one for one in every if one.run.id == run_id)
    card(context, chosen)
    if chosen.run.kind == "import" or not chosen.run.active:
        entities(chosen)
    causes(context, chosen)
    if history and every[1:]:
        st.header("All runs", anchor=False)
        all_runs(context, every)


def card(context: Context, shown: Snapshot) -> None:
    """The one state, how far, how long, since when and by whom."""
    run = shown.run
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            ui.badge(shown.label, shown.colour)
            st.markdown(f"**{ui.plain(_rows(shown))}**{_percent(shown)}", width="content")
            st.space("stretch")
            st.text(" · ".join(filter(None, _times(context, shown))), width="content")
        if shown.percent is not None:
            st.progress(shown.percent / 100)
        if shown.step:
            st.caption(shown.step if not run.current else f"{shown.step}. Written last:")
        if run.current and shown.step:
            st.text(run.current[0])
        if run.standstill:
            st.warning(ui.plain(run.standstill), icon=":material/warning:")
        if run.error and run.state == "failed":
            st.badge("The run failed", icon=":material/error:", color="red")
            st.text(run.error)


def _rows(shown: Snapshot) -> str:
    """Rows read of all rows of the files; a finished run says what became of them."""
    run = shown.run
    if run.state == "rolled_back":
        return f"{shown.name} is rolled back"
    if run.headline and run.state in {"completed", "awaiting_approval"}:
        return run.headline
    if shown.percent is None:
        return ui.counted(run.file_rows, "row")
    out = f", {run.rows_out:,} excluded or not mapped" if run.rows_out else ""
    return f"{run.rows_done:,} of {ui.counted(run.file_rows, 'row')} read{out}"


def _done(run: RunView) -> int:
    """Rows imported, or that an import would take; while the run is at work, rows read."""
    return run.rows_done if run.imported is None else run.imported


def _percent(shown: Snapshot) -> str:
    finished = shown.run.state in {"completed", "awaiting_approval"}
    return "" if shown.percent is None or finished else f" · {shown.percent}%"


def _times(context: Context, shown: Snapshot) -> list[str]:
    run = shown.run
    left = shown.left
    if shown.ends_at is not None:
        left = f"{left}, ends {shown.ends_at.astimezone(ZoneInfo(context.tenant.zone)):%H:%M %Z}"
    verb = "started" if run.started_at else "created"
    begun = f"{verb} {ui.moment(context, run.started_at or run.created_at)}"
    begun += f" by {shown.started_by}" if shown.started_by else ""
    took = f"took {ui.duration(run.elapsed)}" if run.finished_at and run.elapsed else ""
    return [left, shown.rate, took, begun]


def entities(shown: Snapshot) -> None:
    """One row an entity in load order; 'Open 4' leads to its held rows."""
    if not shown.entities:
        return
    key = f"open_held_{shown.run.id}"

    def opened() -> None:
        row = st.session_state[key].row
        st.session_state[HELD_ENTITY] = shown.entities[row].entity
        st.session_state[_REDRAW] = True

    number = st.column_config.NumberColumn(format="localized")
    ui.table(
        [
            {
                "Entity": one.label,
                "State": [one.state],
                "Progress": one.percent,
                "Read": one.read,
                "Written": one.written,
                "Held": one.held,
                "Held rows": f"Open {one.held:,}" if one.held else None,
            }
            for one in shown.entities
        ],
        {
            "Entity": None,
            "State": ui.badge_column("State", _ENTITY_STATES, width=110),
            "Progress": st.column_config.ProgressColumn(format="%.0f%%", min_value=0, max_value=100),
            "Read": number,
            "Written": number,
            "Held": number,
            "Held rows": st.column_config.ButtonColumn(
                "Held rows", type="tertiary", key=key, on_click=opened, width=110
            ),
        },
        alt="State, progress and rows of each entity in load order",
        placeholder="",
        most=20,
    )


def causes(context: Context, shown: Snapshot) -> None:
    """Why rows are held, with the amount affected, and the screen where it is fixed."""
    groups = held_causes(context, shown.run.id) if shown.run.errors and shown.percent is not None else []
    if not groups:
        return
    st.header(f"Held rows by cause :gray-badge[{shown.run.errors:,}]", anchor=False)
    key = f"fix_held_{shown.run.id}"

    def fix() -> None:
        turn_to("validation")
        st.session_state[_REDRAW] = True

    ui.table(
        [
            {
                "Cause": cause.title,
                "Entity": entity_label(cause.entity),
                "Rows": cause.rows,
                "Amount affected": money.show(cause.amount, context.tenant.currency) if cause.amount else "–",
                "How to fix": cause.remedy,
                "Fix": "Fix",
            }
            for cause in groups
        ],
        {
            "Cause": None,
            "Entity": None,
            "Rows": st.column_config.NumberColumn(format="localized"),
            "Amount affected": None,
            "How to fix": None,
            "Fix": st.column_config.ButtonColumn("Fix", key=key, on_click=fix, width=80),
        },
        alt="Causes of held rows with rows, amount affected and how to fix them",
        most=12,
    )


def all_runs(context: Context, every: Sequence[Snapshot]) -> None:
    """The runs of the migration, the newest first, in the same figures as the card."""
    ui.table(
        [
            {
                "Run": one.name,
                "State": [one.label],
                "Started": ui.moment(context, one.run.started_at or one.run.created_at),
                "By": one.started_by,
                "Rows": f"{_done(one.run):,} of {one.run.file_rows:,}" if one.percent is not None else "–",
                "Progress": one.percent,
                "Held": one.run.errors if one.percent is not None else None,
                "Took": ui.duration(one.run.elapsed) if one.run.elapsed else "–",
                "ID": one.run.id[-8:],
            }
            for one in every
        ],
        {
            "Run": None,
            "State": ui.badge_column("State", STATES_SHOWN, width=140),
            "Started": None,
            "By": None,
            "Rows": None,
            "Progress": st.column_config.ProgressColumn(format="%.0f%%", min_value=0, max_value=100),
            "Held": st.column_config.NumberColumn(format="localized"),
            "Took": None,
            "ID": None,
        },
        alt="Runs of this migration",
        most=6,
        placeholder="–",
    )
