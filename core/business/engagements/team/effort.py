"""Estimate the hours that the lead of an order works in the coming weeks, besides its guided sessions. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from core.business.engagements.team.workload import Effort

_CENT = Decimal("0.01")


def planned_hours(effort: Effort | None, go_live_on: date | None, today: date, weeks: int) -> Decimal:
    """Return the hours of an order's work that fall into the `weeks` from today on.

    The work is spread evenly over the weeks before go-live; without a date it begins today. An order that is late has
    the work of a week, until it is moved. 0 for an order without hours.
    """
    if effort is None:
        return Decimal(0)
    days = effort.weeks * 7
    if go_live_on is not None and go_live_on <= today:
        return (effort.hours / effort.weeks).quantize(_CENT)
    begins = go_live_on - timedelta(days=days) if go_live_on else today
    ends = begins + timedelta(days=days)
    first, last = max(begins, today), min(ends, today + timedelta(days=weeks * 7))
    return (effort.hours * max((last - first).days, 0) / days).quantize(_CENT)
