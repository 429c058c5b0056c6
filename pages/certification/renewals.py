"""Certificates that end soon and are not renewed: due first, since who loses one cannot be assigned."""

from __future__ import annotations

import streamlit as st

from core.business.specialists.certificates.views import due_renewals
from core.context import Context
from core.kit.wording import day
from pages.ui import formats, widgets
from pages.ui.delivery.certificate_words import coloured, ends_in
from pages.ui.links import turn_to

STATE = st.session_state
_OPEN_ROW = "renewals_open"


def show_renewals(context: Context) -> None:
    rows = due_renewals(context)
    widgets.section(f"Renewals due: {formats.number(len(rows))}")
    if not rows:
        st.caption("No certificate ends within 60 days.")
        return
    today = context.today
    ends = [ends_in(row.held.expires_on, today) for row in rows]

    def open_row() -> None:
        turn_to("specialists", specialist=rows[STATE[_OPEN_ROW].row].held.specialist_id)

    widgets.table(
        [
            {
                "Specialist": row.specialist_name,
                "Certificate": row.held.title,
                "Ends": [end[0]] if end else [],
                "On": day(row.held.expires_on, today),
                "Reminded": f"{row.notice} days before",
                "Open": "Open",
            }
            for row, end in zip(rows, ends, strict=True)
        ],
        {
            "Specialist": st.column_config.TextColumn(width=180),
            "Certificate": st.column_config.TextColumn(width=190),
            "Ends": widgets.badge_column("Ends", coloured(ends), width=110),
            "On": st.column_config.TextColumn("Last day", width=100),
            "Reminded": st.column_config.TextColumn("Reminder", width=130),
            "Open": st.column_config.ButtonColumn("Open", key=_OPEN_ROW, on_click=open_row, width=70),
        },
        alt="Certificates that end within 60 days, with specialist and last day",
        most=10,
    )
