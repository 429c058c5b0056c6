"""The period whose payments a partner's earnings are computed from."""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st

from core.context import Context

PERIODS = ("This month", "Last month", "This year", "All")
_KEY = "partners_period"


def choose_period(context: Context) -> tuple[date | None, date | None]:
    """Draw the choice of a period; return its first and last day, None for an open end."""
    period = st.segmented_control(
        "Period", PERIODS, default=PERIODS[0], key=_KEY, label_visibility="collapsed", required=True
    )
    today = context.today
    return days_of(str(period), today)


def days_of(period: str, today: date) -> tuple[date | None, date | None]:
    """Return first and last day of a period of PERIODS, None for an open end."""
    begins = today.replace(day=1)
    if period == "Last month":
        last = begins - timedelta(days=1)
        return last.replace(day=1), last
    if period == "This month":
        return begins, today
    return (today.replace(month=1, day=1), today) if period == "This year" else (None, None)
