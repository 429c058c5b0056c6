"""What happens to records that are there already: one strategy per entity, shown and changed in one small table."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.context import Context
from core.engine.mapping.actions import set_conflict
from core.engine.plan import Conflict, Plan
from pages.ui import show as ui
from pages.ui.frame import act

LABELS = {
    Conflict.OVERWRITE: "Overwrite with the source",
    Conflict.MERGE: "Fill empty fields only",
    Conflict.KEEP_EXISTING: "Keep the existing record",
    Conflict.DUPLICATE: "Add a second record",
}
KEY = "strategies_grid"


def strategies(context: Context, migration_id: str, plan: Plan) -> None:
    """The table of entities with their strategies; a change is saved at once."""
    chosen = {entity.entity: entity.conflict for entity in plan.entities}
    if not chosen:
        ui.empty(
            "Nothing is mapped yet",
            "Map the fields first; each target entity then has a strategy here.",
            icon="tune",
        )
        return
    names = list(chosen)
    frame = pd.DataFrame(
        {
            "Entity": [ui.words(name) for name in names],
            "Fed from": ["; ".join(dict.fromkeys(part.stream for part in plan.of(name))) for name in names],
            "When it is there already": [LABELS[conflict] for conflict in chosen.values()],
        }
    )
    st.data_editor(
        frame,
        key=KEY,
        hide_index=True,
        row_height=32,
        disabled=["Entity", "Fed from"] if context.may("mapping.edit") else True,
        column_config={
            "When it is there already": st.column_config.SelectboxColumn(
                options=list(LABELS.values()), required=True
            )
        },
        on_change=_save,
        args=(migration_id, names),
        alt="Conflict strategy per entity",
    )


def _save(migration_id: str, names: list[str]) -> None:
    by_label = {label: conflict.value for conflict, label in LABELS.items()}
    for row, change in st.session_state[KEY]["edited_rows"].items():
        if strategy := by_label.get(change.get("When it is there already", "")):
            _set(migration_id, names[int(row)], strategy)


def _set(migration_id: str, entity: str, strategy: str) -> None:
    act(lambda context: set_conflict(context, migration_id, entity, strategy), "Saved")
