"""The days of an order as the customer follows them: its milestones with promise, expectation and how they stand."""

from __future__ import annotations

import streamlit as st

from core.business.engagements.ordering.days import MilestoneDay, my_milestones
from core.business.engagements.ordering.milestone_words import expectation_note, expected_text
from core.context import Context
from core.kit.wording import day
from pages.ui import widgets


def draw_milestones(context: Context, order_id: str) -> None:
    """Draw a line a milestone, and where the expected days come from; nothing before there are any."""
    rows = my_milestones(context, order_id)
    if not rows:
        return
    today = context.today
    widgets.section("Milestones")
    widgets.table(
        [
            {
                "Milestone": f"✓ {row.title}" if row.reached_on else row.title,
                "Status": [row.status],
                "Promised": day(row.promised_on, today) if row.promised_on else None,
                "Expected": expected_text(row.forecast, today),
                "Done": day(row.reached_on, today) if row.reached_on else None,
            }
            for row in rows
        ],
        {
            "Milestone": st.column_config.TextColumn(width=140),
            "Status": widgets.badge_column("Status", {row.status: _colour(row) for row in rows}, width=130),
            "Promised": st.column_config.TextColumn(width=85),
            "Expected": st.column_config.TextColumn(width=175),
            "Done": st.column_config.TextColumn(width=70),
        },
        alt="Milestones with the day promised, when they are expected, the day they were done, and how they stand",
    )
    if note := expectation_note(row.forecast for row in rows):
        st.caption(note)


def _colour(row: MilestoneDay) -> str:
    if row.status.endswith("late"):
        return "red" if row.reached_on is None and not row.status.startswith("Likely") else "orange"
    return "green" if row.reached_on else "orange" if row.status == "Today" else "gray"
