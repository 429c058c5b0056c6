"""Rules of AI spending: outcomes of a call, months, and when a limit is near. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

RESERVED, ABANDONED, NO_USAGE, TIMEOUT = "reserved", "abandoned", "no_usage", "timeout"
"""Under way; its process died; answered without saying what it used; gave no answer in time."""
OUTCOME_ANSWERED, OUTCOME_CACHED = "answered", "cached"
"""An answer that was paid for; one kept from before, which costs nothing."""

USAGE_UNKNOWN = frozenset({ABANDONED, NO_USAGE, TIMEOUT})
"""The provider may have charged, and nobody knows how much: booked at what was reserved, at the price of output."""

WARN_AT_PERCENT = 80
"""Percent of a limit from which on the console warns."""


def is_near(used: int, limit: int | None) -> bool:
    return limit is not None and used * 100 >= limit * WARN_AT_PERCENT


def month_of(at: datetime, zone: str) -> str:
    """Return the calendar month of a moment in the customer's zone: '2026-11'."""
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m}"


def month_bounds(month: str, zone: str) -> tuple[datetime, datetime]:
    """Return the first moment of the month '2026-11' and of the one after, in UTC."""
    first = datetime.strptime(month, "%Y-%m").replace(tzinfo=ZoneInfo(zone))
    after = (first + timedelta(days=32)).replace(day=1)
    return first.astimezone(UTC), after.astimezone(UTC)


def dollars(amount_micro: int) -> str:
    """Format micro-dollars exactly: 6_390 as '$0.006390'."""
    sign = "-" if amount_micro < 0 else ""
    whole_dollars, fraction = divmod(abs(amount_micro), 1_000_000)
    return f"{sign}${whole_dollars:,}.{fraction:06}"


def rate(amount_micro: int) -> str:
    """Format a price exactly, with no more places than it needs: 100_000 as '$0.10', 25_000 as '$0.025'."""
    whole_dollars, _, decimals = dollars(amount_micro).partition(".")
    return f"{whole_dollars}.{decimals.rstrip('0').ljust(2, '0')}"
