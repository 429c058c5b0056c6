"""Records a dry run would create, change, leave and hold, per table."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from core.context import Context
from core.engine.runs.preview import diff_counts
from core.engine.runs.views import RunView
from core.schema import entity_label
from pages.ui import formats, widgets

_COLUMNS: Mapping[str, str] = {"new": "New", "changed": "Changed", "same": "Unchanged", "held": "Held"}


def counts_table(context: Context, run: RunView, earlier: RunView | None) -> None:
    """Draw new, changed, unchanged and held records per table, and the difference from the previous dry run."""
    counts = diff_counts(context, run.id)
    before = diff_counts(context, earlier.id) if earlier else {}
    number = st.column_config.NumberColumn(format="localized")
    compared = "Since previous dry run"
    widgets.table(
        [
            {
                "Table": entity_label(entity),
                **{label: counts[entity][kind] for kind, label in _COLUMNS.items()},
                compared: _difference(counts[entity], before.get(entity)),
            }
            for entity in formats.in_load_order(context, counts)
        ],
        {
            "Table": None,
            **dict.fromkeys(_COLUMNS.values(), number),
            **({compared: st.column_config.TextColumn(width="medium")} if earlier else {}),
        },
        alt="New, changed, unchanged and held records per table",
    )


def _difference(now: Mapping[str, int], before: Mapping[str, int] | None) -> str:
    """Format the difference of two counts: '+3 new, -2 held'; '–' without one."""
    if before is None:
        return "Not in the previous dry run"
    parts = [
        f"{now[kind] - before[kind]:+,} {label.lower()}"
        for kind, label in _COLUMNS.items()
        if now[kind] != before[kind]
    ]
    return ", ".join(parts) or "–"
