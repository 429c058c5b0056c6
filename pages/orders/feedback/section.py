"""What a customer was asked about an order and what they answered."""

from __future__ import annotations

import streamlit as st

from core.business.engagements.feedback.views import feedback_of
from core.context import Context
from pages.ui import formats, widgets

_DONE, _OPEN = "Answered", "Waiting"
_COLOURS = {_DONE: "green", _OPEN: "gray"}


def show_feedback(context: Context, order_id: str) -> None:
    """Draw the questions of an order with their answers; averages of all orders stand in the reports."""
    rows = feedback_of(context, order_id)
    widgets.section("Feedback")
    if not rows:
        widgets.empty(
            "Nothing asked yet",
            "The customer is asked at kickoff, data migration, training and go-live, and at closure.",
            icon="reviews",
        )
        return
    widgets.table(
        [
            {
                "Milestone": formats.words(row.milestone),
                "State": [_OPEN if row.score is None else _DONE],
                "Score": row.score_text or None,
                "Asked": formats.moment(context, row.asked_at),
                "Answered": formats.moment(context, row.answered_at),
                "By": row.person,
            }
            for row in rows
        ],
        {
            "Milestone": st.column_config.TextColumn(width=150),
            "State": widgets.badge_column("State", _COLOURS, width=100),
            "Score": st.column_config.TextColumn(width=80),
            "Asked": st.column_config.TextColumn(width=140),
            "Answered": st.column_config.TextColumn(width=140),
            "By": st.column_config.TextColumn(width=140),
        },
        alt="Questions to the customer with their answers",
    )
    for row in rows:
        if row.comment:
            with st.container(border=True, gap="xxsmall"):
                st.caption(f"{formats.words(row.milestone)}, {row.score_text}")
                st.text(row.comment)
