"""Learned mappings: targets remembered for columns of all customers, and how to forget them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.context import Context
from core.engine.mapping.memory import forget
from core.engine.mapping.memory.forget import LearnedMapping
from core.kit.wording import counted
from core.schema import target_title
from pages.ui import formats, widgets
from pages.ui.frame import act

UNREADABLE = "(unreadable checksum)"
_FILTER = "learned_filter"
_TABLE = "learned_table"


def learned(context: Context) -> None:
    """Draw the learned mappings with a filter; whoever may forget them can select rows."""
    mappings = forget.learned_mappings(context)
    if not mappings:
        widgets.empty(
            "No learned mappings yet",
            "A reviewed field is remembered here and suggested for similar files. Bulk actions are not.",
            icon="school",
        )
        return
    may = context.may("memory.forget")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        word = st.text_input("Filter", key=_FILTER, placeholder="Source, column or target", width=320)
        st.space("stretch")
        slot = st.container(width="content")
    matches = [mapping for mapping in mappings if word.casefold() in _words(mapping).casefold()]
    picked = widgets.table(
        pd.DataFrame([_row(context, mapping) for mapping in matches], columns=list(_COLUMNS)),
        _COLUMNS,
        alt="Learned mappings",
        most=12,
        key=_TABLE,
        on_select="rerun" if may else "ignore",
        selection_mode="multi-row",
    )
    if not may:
        st.caption("Managers and admins can have learned mappings forgotten.")
        return
    rows = [number for number in picked.selection.rows if number < len(matches)]
    selection = [matches[number] for number in rows]
    with slot:
        clicked = st.button(
            f"Forget {len(selection):,}…" if selection else "Forget…",
            icon=":material/delete:",
            key="learned_forget",
            disabled=not selection,
            help=None if selection else "Select rows first",
        )
    if clicked:
        _ask(selection)


_COLUMNS = {
    "Source": st.column_config.TextColumn(width=110),
    "Column": st.column_config.TextColumn(width=220),
    "Maps to": st.column_config.TextColumn(width=260),
    "Decisions": st.column_config.NumberColumn(format="localized", width=90),
    "Customers": st.column_config.NumberColumn(format="localized", width=90),
    "Changed later": st.column_config.NumberColumn(format="localized", width=110),
    "Last decided": st.column_config.TextColumn(width=160),
}


def _column(mapping: LearnedMapping) -> str:
    return mapping.column or UNREADABLE


def _words(mapping: LearnedMapping) -> str:
    return f"{mapping.source} {_column(mapping)} {target_title(mapping.target)}"


def _row(context: Context, mapping: LearnedMapping) -> dict[str, object]:
    return {
        "Source": mapping.source,
        "Column": _column(mapping),
        "Maps to": target_title(mapping.target),
        "Decisions": mapping.decision_count,
        "Customers": mapping.customers,
        "Changed later": mapping.change_count,
        "Last decided": formats.moment(context, mapping.last_at),
    }


def _ask(selection: Sequence[LearnedMapping]) -> None:
    decisions = sum(mapping.decision_count for mapping in selection)
    widgets.confirm(
        f"Forget {counted(len(selection), 'learned mapping')}?",
        [
            f"{counted(decisions, 'decision')} will no longer be suggested to any customer.",
            "Mappings that are already decided stay as they are.",
            "This cannot be undone and is written to the audit log.",
        ],
        "Forget",
        lambda: _forget(selection),
    )


def _forget(selection: Sequence[LearnedMapping]) -> None:
    act(
        lambda context: forget.forget(context, selection),
        lambda count: f"{counted(count, 'learned mapping')} forgotten",
    )
