"""One uploaded file as a card: what it was recognised as and why, its tables, its reader options, and removal."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from adapters import SOURCES
from core.context import Context
from core.engine.mapping.bands import band
from core.engine.sources import actions, views
from core.engine.sources.read import ReaderOptions
from core.engine.sources.tables import SourceFile, SourceStream
from core.entry.web import intake
from core.kit.wording import counted
from core.schema import entity_label
from pages.ui import widgets as ui
from pages.ui.frame import act

ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"]
DELIMITERS = {",": "Comma ,", ";": "Semicolon ;", "\t": "Tab", "|": "Bar |"}
DATE_ORDERS = {"mdy": "Month, day, year", "dmy": "Day, month, year", "ymd": "Year, month, day"}


def file_card(
    context: Context, file: SourceFile, streams: Sequence[SourceStream], *, may_write: bool
) -> None:
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(":gray[:material/description:]")
            st.text(file.name)
            _recognition(file)
            st.space("stretch")
            st.text(f"{ui.file_size(file.size)}, {ui.moment(context, file.created_at)}")
            if may_write:
                _reader_options(file)
                st.button(
                    "Remove",
                    icon=":material/delete:",
                    key=f"remove_{file.id}",
                    on_click=_ask_removal,
                    args=(file.id,),
                )
        for reason in file.reasons:
            st.text(f"• {reason}")
        _streams(streams)
    if st.session_state.pop(f"ask_{file.id}", False):
        rows = sum(stream.rows for stream in streams)
        too = (
            " The rows they came from are stored, encrypted." if any(one.imported for one in streams) else ""
        )
        ui.confirm(
            "Remove this file?",
            [
                f"{counted(rows, 'row').capitalize()} will be removed from this migration.",
                "Decisions for tables that other files also have stay.",
                f"Records already imported stay.{too}",
            ],
            "Remove file",
            lambda: _remove(file.id),
        )


def _recognition(file: SourceFile) -> None:
    """Which system's export it is and how sure; a file of no known system is no success of 93%."""
    source = SOURCES.get(file.source)
    if source is None or not source.streams:
        st.badge("Generic spreadsheet", color="gray")
        return
    st.badge(source.label, color="blue")
    ui.badge(f"Recognised, {ui.percent(file.confidence)} sure", band(file.confidence).color)


def _streams(streams: Sequence[SourceStream]) -> None:
    ui.table(
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


def _reader_options(file: SourceFile) -> None:
    now = actions.reader_options(file)
    with st.popover("Reader options", icon=":material/tune:"), st.form(f"read_{file.id}", border=False):
        st.caption("As detected. Change one only where the preview looks wrong.")
        key = f"option_{file.id}_"
        st.selectbox(
            "Encoding",
            _with(ENCODINGS, now.encoding),
            index=_place(ENCODINGS, now.encoding),
            key=key + "encoding",
        )
        st.selectbox(
            "Delimiter",
            _with(list(DELIMITERS), now.delimiter),
            index=_place(list(DELIMITERS), now.delimiter),
            format_func=lambda value: DELIMITERS.get(value, value),
            key=key + "delimiter",
        )
        st.number_input(
            "Header row", min_value=1, value=now.header_row, key=key + "header_row", placeholder="Detected"
        )
        st.selectbox(
            "Date order",
            list(DATE_ORDERS),
            index=_place(list(DATE_ORDERS), now.date_order),
            format_func=lambda value: DATE_ORDERS[value],
            key=key + "date_order",
            placeholder="Detected per column",
        )
        st.selectbox(
            "Source",
            list(SOURCES),
            index=_place(list(SOURCES), file.source),
            format_func=lambda name: SOURCES[name].label,
            key=key + "source",
        )
        st.form_submit_button("Read again", type="primary", on_click=_read_again, args=(file.id,))


def _with(options: list[str], value: str | None) -> list[str]:
    return options if value is None or value in options else [*options, value]


def _place(options: list[str], value: str | None) -> int | None:
    return None if value is None else _with(options, value).index(value)


def _read_again(file_id: str) -> None:
    chosen = {
        name: st.session_state.get(f"option_{file_id}_{name}")
        for name in ("encoding", "delimiter", "header_row", "date_order", "source")
    }
    act(
        lambda context: intake.reread(
            context, views.file(context, file_id).name, file_id, ReaderOptions(**chosen)
        ),
        "File read again",
    )
