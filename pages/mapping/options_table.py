"""The editor of value mapping: each value of the source and the option of the target it goes to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core.context import Context
from core.engine.mapping.views import ValueCount, ValueField
from pages.ui import formats, widgets

NOWHERE, EMPTY = "Not read", "(leave empty)"


def options_table(
    context: Context, mapped: ValueField, counts: Sequence[ValueCount]
) -> dict[str, str | None]:
    """The editor; value -> option as the person wants it, None to leave it empty. What is not read stays out."""
    frame = pd.DataFrame(
        {
            "In the source": [one.value for one in counts],
            "Rows": [one.rows for one in counts],
            "Now": [one.option or NOWHERE for one in counts],
            "Imports as": [_offered(one) for one in counts],
            "Explanation": [_why(one) for one in counts],
        }
    )
    edited: Any = st.data_editor(
        frame,
        key=f"values_{mapped.field.id}_{mapped.field.version}",
        hide_index=True,
        row_height=widgets.ROW_HEIGHT,
        height=widgets.table_height(len(frame)),
        disabled=["In the source", "Rows", "Now", "Explanation"] if context.may("mapping.edit") else True,
        column_config={
            "Rows": st.column_config.NumberColumn(format="localized", width=90),
            "Imports as": st.column_config.SelectboxColumn(options=[*mapped.options, EMPTY], width=180),
            "Explanation": st.column_config.TextColumn(width=260),
        },
        alt="Values of the source and the option each becomes",
    )
    return {
        value: None if option == EMPTY else option
        for value, option in zip(edited["In the source"], edited["Imports as"], strict=True)
        if isinstance(option, str)
    }


def _offered(one: ValueCount) -> str | None:
    """What it goes to, else what was chosen for it before."""
    if one.option is None and one.remembered is not None:
        return one.remembered or EMPTY
    return one.option


def _why(one: ValueCount) -> str:
    if one.option is None and one.remembered is not None:
        return f"Remembered: chosen {formats.counted(one.times, 'time')} before"
    return "Choose what it means" if one.option is None else "Matched by name or set by you"
