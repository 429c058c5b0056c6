"""The dialog that imports exchange rates: the file, what becomes of each row, then what was stored."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.business.billing.rates.actions import import_rates
from core.business.billing.rates.reading import COLUMNS, MAX_BYTES, RateFile
from core.business.billing.rates.views import preview_rates
from core.errors import AppError
from core.kit.wording import counted
from pages.rates.entry import DIALOGS
from pages.ui import formats, widgets
from pages.ui.frame import act, live

IMPORT = "import"


def open_import() -> None:
    """Open the dialog; for callbacks."""
    DIALOGS.open(IMPORT)


@st.dialog(
    "Import rates", icon=":material/upload_file:", position="right", width="large", on_dismiss=DIALOGS.close
)
def import_dialog() -> None:
    """Ask for a file and show the fate of its rows; nothing is stored before the button."""
    DIALOGS.leave_unless(IMPORT)
    with live() as context:
        upload = st.file_uploader(
            "Rates as CSV", type=["csv"], key="rates_file", max_upload_size=MAX_BYTES // 1_000_000
        )
        if upload is None:
            st.caption(f"Columns {', '.join(COLUMNS)}; a day as 2026-11-28.")
            return
        try:
            content = preview_rates(context, upload.getvalue())
        except AppError as error:
            st.error(formats.plain(str(error)), icon=":material/error:")
            return
        _draw_fates(content)
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.button("Cancel", key="rates_import_cancel", on_click=DIALOGS.close)
            st.button(
                f"Import {counted(len(content.rates), 'rate')}",
                type="primary",
                key="rates_import_save",
                disabled=not content.rates,
                on_click=_import,
                args=(upload,),
            )


def _draw_fates(content: RateFile) -> None:
    st.markdown(
        f"{counted(content.row_count, 'row')}: **{len(content.rates):,} new**, **{len(content.refused):,} refused**"
    )
    if content.refused:
        widgets.table(
            [
                {"Row": row.row, "Column": row.column, "Value": row.value, "Why": row.reason}
                for row in content.refused
            ],
            {
                "Row": st.column_config.NumberColumn(width=50),
                "Column": st.column_config.TextColumn(width=70),
                "Value": st.column_config.TextColumn(width=100),
                "Why": None,
            },
            alt="Rows that are refused, with their value and the reason",
        )


def _import(upload: Any) -> None:
    data = upload.getvalue()
    act(
        lambda context: import_rates(context, data),
        lambda content: f"{counted(len(content.rates), 'rate')} imported",
    )
    DIALOGS.close()
