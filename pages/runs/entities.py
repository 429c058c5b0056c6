"""A run's entities with their progress, and why rows of it are held."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from core.engine.runs.held import held_causes
from core.engine.runs.snapshot import Snapshot
from core.kit import money
from core.schema import entity_label
from pages.ui import widgets
from pages.ui.links import turn_to

HELD_ENTITY, REDRAW = "held_entity", "run_card_redraw"

_ENTITY_STATES = {
    "Waiting": "gray",
    "Running": "blue",
    "Paused": "orange",
    "Stopped": "red",
    "Done": "green",
    "Rolling back": "blue",
    "Rolled back": "violet",
}


def entities(snapshot: Snapshot) -> None:
    """Draw a row per entity in load order; 'Open 4' leads to its held rows."""
    if not snapshot.entities:
        return
    key = f"open_held_{snapshot.run.id}"

    def open_held_rows() -> None:
        row = st.session_state[key].row
        st.session_state[HELD_ENTITY] = snapshot.entities[row].entity
        st.session_state[REDRAW] = True

    number = st.column_config.NumberColumn(format="localized")
    widgets.table(
        [
            {
                "Entity": entity.label,
                "State": [entity.state],
                "Progress": entity.percent,
                "Read": entity.read,
                "Written": entity.records_written,
                "Held": entity.held,
                "Held rows": f"Open {entity.held:,}" if entity.held else None,
            }
            for entity in snapshot.entities
        ],
        {
            "Entity": None,
            "State": widgets.badge_column("State", _ENTITY_STATES, width=110),
            "Progress": st.column_config.ProgressColumn(format="%.0f%%", min_value=0, max_value=100),
            "Read": number,
            "Written": number,
            "Held": number,
            "Held rows": st.column_config.ButtonColumn(
                "Held rows", type="tertiary", key=key, on_click=open_held_rows, width=110
            ),
        },
        alt="State, progress and rows of each entity in load order",
        placeholder="",
        most=20,
    )


def causes(context: Context, snapshot: Snapshot) -> None:
    """Draw the causes of held rows, the amount affected, and the screen to fix each."""
    groups = (
        held_causes(context, snapshot.run.id) if snapshot.run.errors and snapshot.percent is not None else []
    )
    if not groups:
        return
    st.header(f"Held rows by cause :gray-badge[{snapshot.run.errors:,}]", anchor=False)
    key = f"fix_held_{snapshot.run.id}"

    def fix() -> None:
        turn_to("validation")
        st.session_state[REDRAW] = True

    widgets.table(
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
