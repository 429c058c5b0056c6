"""The table of a migration's runs."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.context import Context
from core.engine.runs.snapshot import STATES_SHOWN, Snapshot
from core.engine.runs.views import RunView
from pages.ui import formats, widgets


def _done(run: RunView) -> int:
    """Count the rows imported, or that an import would take; while the run is at work, the rows read."""
    return run.rows_done if run.imported is None else run.imported


def all_runs(context: Context, snapshots: Sequence[Snapshot]) -> None:
    """Draw the runs of the migration, the newest first, with the figures of the card."""
    widgets.table(
        [
            {
                "Run": snapshot.name,
                "State": [snapshot.label],
                "Started": formats.moment(context, snapshot.run.started_at or snapshot.run.created_at),
                "By": snapshot.started_by,
                "Rows": f"{_done(snapshot.run):,} of {snapshot.run.file_rows:,}"
                if snapshot.percent is not None
                else "–",
                "Progress": snapshot.percent,
                "Held": snapshot.run.errors if snapshot.percent is not None else None,
                "Took": formats.duration(snapshot.run.elapsed) if snapshot.run.elapsed else "–",
                "ID": snapshot.run.id[-8:],
            }
            for snapshot in snapshots
        ],
        {
            "Run": None,
            "State": widgets.badge_column("State", STATES_SHOWN, width=140),
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
