"""The days of an order as the customer follows them: milestones with their promise, sessions with their time."""

from __future__ import annotations

import streamlit as st

from core.business.engagements.ordering.days import my_milestones, my_sessions
from core.context import Context
from pages.ui import formats, widgets


def draw_milestones(context: Context, order_id: str) -> None:
    """Draw a line a milestone; nothing before there are any."""
    rows = my_milestones(context, order_id)
    if not rows:
        return
    widgets.section("Milestones")
    widgets.table(
        [
            {
                "Milestone": f"✓ {row.title}" if row.reached_on else row.title,
                "Promised": row.promised_on,
                "Reached": row.reached_on,
                "Status": row.status,
            }
            for row in rows
        ],
        {
            "Milestone": st.column_config.TextColumn(width=140),
            "Promised": st.column_config.DateColumn(format="D MMM", width=70),
            "Reached": st.column_config.DateColumn(format="D MMM", width=70),
            "Status": st.column_config.TextColumn(width=110),
        },
        alt="Milestones with the day promised, the day reached, and how they stand",
    )


def draw_sessions(context: Context, order_id: str) -> None:
    """Draw a card a session; nothing before the first is booked."""
    rows = my_sessions(context, order_id)
    if not rows:
        return
    widgets.section("Sessions")
    for row in rows:
        with st.container(border=True, gap="xxsmall"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.text(row.title, width="content")
                widgets.badge("Held" if row.is_held else "Booked", "green" if row.is_held else "blue")
            end = formats.moment(context, row.ends_at).rpartition(", ")[2]
            st.text(f"{formats.moment(context, row.starts_at)} until {end}")
            if row.specialist:
                st.text(f"With {row.specialist}")
