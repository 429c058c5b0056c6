"""One uploaded file as a card: what it was recognised as and why, its tables, its reader options, and removal."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from adapters import SOURCES
from core.context import Context
from core.engine.mapping.bands import band
from core.engine.sources import actions
from core.engine.sources.views import FileDetail, StreamDetail
from core.kit.wording import counted
from core.schema import entity_label
from pages.connect.reader_options import reader_options
from pages.ui import formats, widgets
from pages.ui.frame import act


def file_card(context: Context, file: FileDetail, *, may_write: bool) -> None:
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(":gray[:material/description:]")
            st.text(file.name)
            _recognition(file)
            st.space("stretch")
            st.text(f"{formats.file_size(file.size)}, {formats.moment(context, file.created_at)}")
            if may_write:
                reader_options(file)
                st.button(
                    "Remove",
                    icon=":material/delete:",
                    key=f"remove_{file.id}",
                    on_click=_ask_removal,
                    args=(file.id,),
                )
        for reason in file.reasons:
            st.text(f"• {reason}")
        _streams(file.streams)
    if st.session_state.pop(f"ask_{file.id}", False):
        too = (
            " The rows they came from are stored, encrypted."
            if any(stream.imported for stream in file.streams)
            else ""
        )
        widgets.confirm(
            "Remove this file?",
            [
                f"{counted(file.rows, 'row').capitalize()} will be removed from this migration.",
                "Decisions for tables that other files also have stay.",
                f"Records already imported stay.{too}",
            ],
            "Remove file",
            lambda: _remove(file.id),
        )


def _recognition(file: FileDetail) -> None:
    """Draw the recognised system with its confidence; a file of no known system gets no percentage."""
    source = SOURCES.get(file.source)
    if source is None or not source.streams:
        st.badge("Generic spreadsheet", color="gray")
        return
    st.badge(source.label, color="blue")
    widgets.badge(f"Recognised, {formats.percent(file.confidence)} sure", band(file.confidence).color)


def _streams(streams: Sequence[StreamDetail]) -> None:
    widgets.table(
        [
            {
                "Table": stream.name,
                "Imports as": entity_label(stream.entity) if stream.entity else "Set in mapping",
                "Rows": stream.rows,
                "Columns": len(stream.columns),
                "Details": "; ".join(stream.why),
            }
            for stream in streams
        ],
        {
            "Table": None,
            "Imports as": None,
            "Rows": st.column_config.NumberColumn(format="localized"),
            "Columns": None,
            "Details": None,
        },
        alt="Tables in the file",
    )


def _ask_removal(file_id: str) -> None:
    st.session_state[f"ask_{file_id}"] = True


def _remove(file_id: str) -> None:
    act(lambda context: actions.remove_file(context, file_id), "File removed")
