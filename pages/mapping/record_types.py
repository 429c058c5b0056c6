"""Draw the tables with their record types, and how each is known."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from core.engine.mapping import views
from core.engine.mapping.bands import band, whole_percent
from core.engine.mapping.views import TableType
from core.engine.mapping.views.record_types import record_type_label
from pages.mapping.bulk.menu import ASK
from pages.mapping.record_type_dialog import RecordTypeRequest
from pages.ui import formats


def record_types(context: Context, migration_id: str) -> None:
    """Draw the tables with their record types, each opening the dialog; those to check first."""
    tables = sorted(views.record_types(context, migration_id), key=_certainty)
    may_change = context.may("mapping.edit")
    if len(tables) == 1:
        st.button(
            _label(tables[0]),
            key="record_type",
            icon=":material/edit:",
            width="stretch",
            help="Change the record type",
            disabled=not may_change,
            on_click=_ask,
            args=(tables[0].stream,),
        )
    elif tables:
        labels = {table.stream: _label(table) for table in tables}
        unsure = sum(not table.is_settled for table in tables)
        st.menu_button(
            "Record types" + (f" :orange-badge[{unsure} to check]" if unsure else ""),
            list(labels),
            key="record_types",
            icon=":material/table:",
            width="stretch",
            help="The record type of each table. Choose a table to change its type.",
            disabled=not may_change,
            format_func=lambda stream: labels.get(stream, stream),
            on_click=_ask_of_menu,
        )


def _certainty(table: TableType) -> float:
    """Sort key: what is to check first, the least certain at the top."""
    return 1.0 if table.is_settled else table.chance or 0.0


def _label(table: TableType) -> str:
    """Return the table with its record type, and a badge for how it is known."""
    text = formats.plain(f"{table.stream}: {record_type_label(table.entity)}")
    if table.is_chosen:
        return f"{text} :blue-badge[Chosen]"
    if table.is_documented:
        return f"{text} :gray-badge[Documented]"
    if table.is_reviewed:
        return f"{text} :gray-badge[Reviewed]"
    if table.chance is None:
        return text
    return f"{text} :{band(table.chance).color}-badge[{whole_percent(table.chance)}%]"


def _ask_of_menu() -> None:
    if stream := st.session_state["record_types"]:
        _ask(stream)


def _ask(stream: str) -> None:
    st.session_state[ASK] = RecordTypeRequest(stream)
