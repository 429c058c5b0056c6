"""The periods that reports are asked for by name. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

PERIODS: Mapping[str, str] = {
    "this_month": "This month",
    "last_month": "Last month",
    "quarter": "This quarter",
    "last_90": "Last 90 days",
    "year": "This year",
}
"""Name -> its label."""


def days_of(period: str, today: date) -> tuple[date, date]:
    """Return first and last day of a named period, as it stands today. KeyError for an unknown name."""
    month = today.replace(day=1)
    before = month - timedelta(days=1)
    return {
        "this_month": (month, today),
        "last_month": (before.replace(day=1), before),
        "quarter": (month.replace(month=(today.month - 1) // 3 * 3 + 1), today),
        "last_90": (today - timedelta(days=89), today),
        "year": (today.replace(month=1, day=1), today),
    }[period]
