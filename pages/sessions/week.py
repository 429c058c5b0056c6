"""A week of sessions: a column a day, a card a session; Saturday and Sunday only where something is on them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import streamlit as st

from core.business.engagements.sessions.listing import SessionRow
from pages.ui import formats, widgets
from pages.ui.delivery.session_state import COLOURS, DETAILS, open_dialog

_WORKING_DAYS = 5


def draw_week(rows: Sequence[SessionRow], monday: date, today: date, zone: str) -> None:
    """Draw the days of the week with their sessions, by the clock of the zone."""
    by_day: dict[date, list[SessionRow]] = {}
    for row in rows:
        by_day.setdefault(row.starts_at.astimezone(ZoneInfo(zone)).date(), []).append(row)
    days = [monday + timedelta(days=number) for number in range(7)]
    visible = [day for number, day in enumerate(days) if number < _WORKING_DAYS or by_day.get(day)]
    if not by_day:
        widgets.empty(
            "No sessions this week", "Book a session on the page of an order.", icon="event_available"
        )
        return
    for column, day in zip(st.columns(len(visible), gap="small"), visible, strict=True):
        with column:
            mark = ":blue[Today] " if day == today else ""
            st.markdown(f"{mark}**{day:%a} {day.day} {day:%b}**")
            for row in by_day.get(day, []):
                _card(row, zone)


def _card(row: SessionRow, zone: str) -> None:
    start, end = (moment.astimezone(ZoneInfo(zone)) for moment in (row.starts_at, row.ends_at))
    with st.container(border=True, gap="xxsmall"):
        st.markdown(f"{start:%H:%M}–{end:%H:%M}")
        st.button(
            row.title,
            type="tertiary",
            key=f"sessions_card_{row.id}",
            on_click=open_dialog,
            args=(DETAILS, row.slug, row.id),
        )
        st.caption(formats.plain(formats.shortened(row.customer, 28)))
        st.caption(formats.plain(formats.shortened(row.specialist, 24)))
        widgets.badge(row.state_text, COLOURS[row.state_text])
