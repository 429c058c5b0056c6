"""The editor of value mapping: each value of the source and its option of the target."""

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
    """Draw the editor; return value -> option, None to leave it empty. Unread values without an option are absent."""
    frame = pd.DataFrame(
        {
            "In the source": [count.value for count in counts],
            "Rows": [count.rows for count in counts],
            "Now": [count.option or NOWHERE for count in counts],
            "Imports as": [_offered(count) for count in counts],
            "Explanation": [_why(count) for count in counts],
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


def _offered(count: ValueCount) -> str | None:
    """Return the option of a value, else the one chosen for it before."""
    if count.option is None and count.remembered is not None:
        return count.remembered or EMPTY
    return count.option


def _why(count: ValueCount) -> str:
    if count.option is None and count.remembered is not None:
        return f"Remembered: chosen {formats.counted(count.times, 'time')} before"
    return "Choose what it means" if count.option is None else "Matched by name or set by you"
