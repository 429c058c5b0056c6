"""What a value that cannot be read does, per optional field: it is left empty with a warning, or its row is held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from core.context import Context
from core.engine.mapping.actions import set_strict
from core.engine.plan import Plan
from core.engine.strictness import adjustable_fields, is_strict
from core.kit.wording import agree, counted
from core.schema import Field
from pages.ui import widgets
from pages.ui.frame import act

KEY = "strict_fields_grid"
UNREADABLE = "If a value cannot be read"
"""Label of the column that is edited."""
EMPTY, HOLD = "Leave empty, with a warning", "Hold the row"
_WHY = (
    "Required fields, money, IDs and consent always hold the row. A value left empty is listed in Validation "
    "and stays in the source record."
)


def edit_strict_fields(context: Context, migration_id: str, plan: Plan) -> None:
    """Draw the optional fields whose values are read, each with its rule; a change is saved at once."""
    fields = adjustable_fields(plan)
    if not fields:
        return
    by_default = replace(plan, strict=(), lenient=())
    rules, defaults = ([_rule(field, rules_of) for field in fields] for rules_of in (plan, by_default))
    holding = rules.count(HOLD)
    share = f"{holding:,} of {counted(len(fields), 'optional field')} {agree(holding, 'hold')} the row"
    with st.expander(f"Values that cannot be read · {share}", icon=":material/rule:", key="strict_fields"):
        st.caption(_WHY)
        frame = pd.DataFrame(
            {"Field": [field.title for field in fields], UNREADABLE: rules, "Default": defaults}
        )
        st.data_editor(
            frame,
            key=KEY,
            hide_index=True,
            row_height=widgets.ROW_HEIGHT,
            height=widgets.table_height(len(fields), most=12),
            disabled=["Field", "Default"] if context.may("mapping.edit") else True,
            column_config={
                UNREADABLE: st.column_config.SelectboxColumn(options=[EMPTY, HOLD], required=True)
            },
            on_change=_save,
            args=(migration_id, fields),
            alt="What an unreadable value does, per optional field",
        )


def _rule(field: Field, plan: Plan) -> str:
    return HOLD if is_strict(field, plan) else EMPTY


def _save(migration_id: str, fields: Sequence[Field]) -> None:
    for row, change in st.session_state[KEY]["edited_rows"].items():
        if rule := change.get(UNREADABLE):
            _set(migration_id, fields[int(row)].key, holds=rule == HOLD)


def _set(migration_id: str, target: str, *, holds: bool) -> None:
    act(lambda context: set_strict(context, migration_id, target, holds=holds), "Saved")
