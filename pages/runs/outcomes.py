"""The row outcomes of a run per entity."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from core.engine.runs.rules import FATES
from core.engine.runs.views import RunView
from core.schema import entity_label
from pages.ui import formats, widgets

FATE_LABELS = {
    "migrated": "Imported",
    "merged": "Merged",
    "skipped_by_rule": "Skipped by rule",
    "excluded_by_consent": "Excluded (no consent)",
    "quarantined": "Held for correction",
    "failed": "Failed",
}


def fates_table(context: Context, run: RunView) -> None:
    """Draw rows read and their outcomes per entity, and whether they are balanced."""
    counts = {count.entity: count for count in run.entities}
    rows = [
        {
            "Entity": entity_label(count.entity),
            "Rows read": count.read,
            **{FATE_LABELS[fate]: getattr(count, fate) for fate in FATES},
            "Balanced": ["Yes" if count.is_balanced else "No"],
            "Records changed": count.changed,
        }
        for count in (counts[name] for name in formats.in_load_order(context, counts))
    ]
    if not rows:
        widgets.empty(
            "No rows recorded yet",
            "Each row gets its outcome as soon as its chunk is written.",
            icon="hourglass_empty",
        )
        return
    number = st.column_config.NumberColumn(format="localized")
    widgets.table(
        rows,
        {
            "Entity": None,
            "Rows read": number,
            **dict.fromkeys(FATE_LABELS.values(), number),
            "Balanced": widgets.badge_column("Balanced", {"Yes": "green", "No": "red"}),
            "Records changed": number,
        },
        alt="Outcomes of rows per entity",
    )
