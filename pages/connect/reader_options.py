"""How a file is read: encoding, delimiter, header row, date order and source, as detected or set by hand."""

from __future__ import annotations

import streamlit as st

from adapters import SOURCES
from core.engine.sources import actions, views
from core.engine.sources.characters.encodings import ENCODINGS as ENCODINGS_OF_EXPORTS
from core.engine.sources.read import ReaderOptions
from core.engine.sources.views import FileDetail
from core.entry.web import intake
from pages.ui.frame import act

ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", *ENCODINGS_OF_EXPORTS]

DELIMITERS = {",": "Comma ,", ";": "Semicolon ;", "\t": "Tab", "|": "Bar |"}

SHAPES = {"False": "As they stand in the file"}

DATE_ORDERS = {"mdy": "Month, day, year", "dmy": "Day, month, year", "ymd": "Year, month, day"}


def reader_options(file: FileDetail) -> None:
    now = actions.reader_options(file)
    with st.popover("Reader options", icon=":material/tune:"), st.form(f"read_{file.id}", border=False):
        st.caption("As detected. Change one only where the preview looks wrong.")
        key = f"option_{file.id}_"
        st.selectbox(
            "Encoding",
            _with(ENCODINGS, now.encoding),
            index=_index_of(ENCODINGS, now.encoding),
            key=key + "encoding",
        )
        st.selectbox(
            "Delimiter",
            _with(list(DELIMITERS), now.delimiter),
            index=_index_of(list(DELIMITERS), now.delimiter),
            format_func=lambda value: DELIMITERS.get(value, value),
            key=key + "delimiter",
        )
        st.number_input(
            "Header row",
            min_value=0,
            value=now.header_row,
            key=key + "header_row",
            placeholder="Detected",
            help="0: the table has no header, and its columns are called by their place.",
        )
        st.selectbox(
            "Date order",
            list(DATE_ORDERS),
            index=_index_of(list(DATE_ORDERS), now.date_order),
            format_func=lambda value: DATE_ORDERS[value],
            key=key + "date_order",
            placeholder="Detected per column",
        )
        st.selectbox(
            "Source",
            list(SOURCES),
            index=_index_of(list(SOURCES), file.source),
            format_func=lambda name: SOURCES[name].label,
            key=key + "source",
        )
        st.selectbox(
            "Rows",
            list(SHAPES),
            index=_index_of(list(SHAPES), None if now.reshape is None else str(now.reshape)),
            format_func=lambda value: SHAPES[value],
            key=key + "reshape",
            placeholder="Detected",
        )
        st.form_submit_button("Read again", type="primary", on_click=_read_again, args=(file.id,))


def _with(options: list[str], value: str | None) -> list[str]:
    return options if value is None or value in options else [*options, value]


def _index_of(options: list[str], value: str | None) -> int | None:
    return None if value is None else _with(options, value).index(value)


def _read_again(file_id: str) -> None:
    options = {
        name: st.session_state.get(f"option_{file_id}_{name}")
        for name in ("encoding", "delimiter", "header_row", "date_order", "source")
    }
    as_it_stands = st.session_state.get(f"option_{file_id}_reshape") is not None
    options["reshape"] = False if as_it_stands else None
    act(
        lambda context: intake.reread(
            context, views.file(context, file_id).name, file_id, ReaderOptions(**options)
        ),
        "File read again",
    )
