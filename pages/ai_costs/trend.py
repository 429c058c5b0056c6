"""The last seven days of the AI ledger as calls and as a chart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import streamlit as st

from core.context import Context
from core.platform.costs.rules import dollars
from core.platform.costs.spending import Call, by_day
from pages.ui import formats

WEEK = 7


def of_last_week(context: Context, calls: Sequence[Call]) -> list[Call]:
    """Select the calls of today and of the six days before, in the customer's time zone."""
    today = context.today
    return [call for call in calls if today - timedelta(days=WEEK) < call.day <= today]


def trend(context: Context, calls: Sequence[Call]) -> None:
    """Draw the cost of each of the last seven days as a bar."""
    import plotly.graph_objects as go  # noqa: PLC0415  (a third of a second, on this screen only)

    today = context.today
    days = by_day(calls, today, WEEK)
    chart = go.Figure(
        go.Bar(
            x=[f"{day:%a %-d %b}" for day in days],
            y=[part.cost_micro for part in days.values()],
            text=[dollars(part.cost_micro) if part.calls else "" for part in days.values()],
            textposition="outside",
            cliponaxis=False,
            hovertext=[
                f"{formats.counted(part.calls, 'call')}, {formats.counted(part.tokens, 'token')}"
                for part in days.values()
            ],
            hoverinfo="x+text",
        )
    )
    chart.update_layout(height=230, margin={"l": 0, "r": 0, "t": 24, "b": 0}, bargap=0.4)
    chart.update_yaxes(visible=False, rangemode="tozero")
    st.plotly_chart(
        chart, config={"displayModeBar": False}, key="trend", alt="Cost of each of the last 7 days"
    )
