"""What an import does if a record already exists: one rule per table of the target, changed in one small editor."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.context import Context
from core.engine.mapping.actions import set_conflict
from core.engine.plan import Conflict, Plan
from core.schema import entity_label
from pages.ui import widgets
from pages.ui.frame import act

LABELS = {
    Conflict.OVERWRITE: "Overwrite with imported data",
    Conflict.MERGE: "Fill empty fields only",
    Conflict.KEEP_EXISTING: "Keep the existing record",
    Conflict.DUPLICATE: "Create a duplicate",
}
KEY = "strategies_grid"
EXISTS = "If a record already exists"
"""Label of the column that is edited."""


def strategies(context: Context, migration_id: str, plan: Plan) -> None:
    """Draw the tables of the target with their rules; a change is saved at once."""
    conflicts = {entity.entity: entity.conflict for entity in plan.entities}
    if not conflicts:
        widgets.empty(
            "Nothing mapped yet",
            "Map the fields first. Each table then has its rule here.",
            icon="tune",
        )
        return
    names = list(conflicts)
    frame = pd.DataFrame(
        {
            "Table": [entity_label(name) for name in names],
            "Source tables": [
                "; ".join(dict.fromkeys(part.stream for part in plan.of(name))) for name in names
            ],
            EXISTS: [LABELS[conflict] for conflict in conflicts.values()],
        }
    )
    st.data_editor(
        frame,
        key=KEY,
        hide_index=True,
        row_height=widgets.ROW_HEIGHT,
        height=widgets.table_height(len(names), most=20),
        disabled=["Table", "Source tables"] if context.may("mapping.edit") else True,
        column_config={
            EXISTS: st.column_config.SelectboxColumn(options=list(LABELS.values()), required=True)
        },
        on_change=_save,
        args=(migration_id, names),
        alt="What happens if a record already exists, per table",
    )


def _save(migration_id: str, names: list[str]) -> None:
    by_label = {label: conflict.value for conflict, label in LABELS.items()}
    for row, change in st.session_state[KEY]["edited_rows"].items():
        if strategy := by_label.get(change.get(EXISTS, "")):
            _set(migration_id, names[int(row)], strategy)


def _set(migration_id: str, entity: str, strategy: str) -> None:
    act(lambda context: set_conflict(context, migration_id, entity, strategy), "Saved")
