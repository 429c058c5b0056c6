"""The list of sessions: a row each, with the time by the viewer's clock and by the customer's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import streamlit as st

from core.business.engagements.sessions.listing import SessionRow
from core.kit.wording import moment
from pages.ui import widgets
from pages.ui.delivery.session_state import COLOURS, DETAILS, open_dialog

_OPEN_ROW = "sessions_open"


def draw_list(rows: Sequence[SessionRow], zone: str, now: datetime) -> None:
    """Draw the sessions in the order of their time."""
    if not rows:
        widgets.empty("No session found", "No session matches these filters.", icon="search_off")
        return

    def open_row() -> None:
        row = rows[st.session_state[_OPEN_ROW].row]
        open_dialog(DETAILS, row.slug, row.id)

    widgets.table(
        [
            {
                "When": moment(row.starts_at, zone, now),
                "Customer's time": f"{row.starts_at.astimezone(ZoneInfo(row.customer_zone)):%H:%M %Z}",
                "Session": row.title,
                "State": [row.state_text],
                "Customer": row.customer,
                "Order": row.order,
                "Specialist": row.specialist,
                "Open": "Open",
            }
            for row in rows
        ],
        {
            "When": st.column_config.TextColumn(width=140),
            "Customer's time": st.column_config.TextColumn(width=110),
            "Session": st.column_config.TextColumn(width=90),
            "State": widgets.badge_column("State", COLOURS, width=95),
            "Customer": st.column_config.TextColumn(width=160),
            "Order": st.column_config.TextColumn(width=85),
            "Specialist": st.column_config.TextColumn(width=120),
            "Open": st.column_config.ButtonColumn("Open", key=_OPEN_ROW, on_click=open_row, width=60),
        },
        alt="Sessions with time, kind, state, customer, order and specialist",
    )
