"""Turn working hours of a zone into moments, and count the hours that two sides share. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""Keys of a week's hours, in the order of `date.weekday`."""

DEFAULT_HOURS: Mapping[str, Sequence[Sequence[str]]] = {day: [["09:00", "17:00"]] for day in DAYS[:5]}
"""Of somebody whose hours are not entered: assumed."""

Span = tuple[datetime, datetime]
"""From a moment (UTC) until another."""


def shifts(hours: Mapping[str, Any], zone: str, first: date, last: date) -> list[Span]:
    """List the working times of the days from `first` to `last`, both included, in UTC and in order.

    A clock time that is skipped or comes twice when clocks change is read as the earlier offset has it.
    """
    local = ZoneInfo(zone)
    spans = []
    for number in range((last - first).days + 1):
        today = first + timedelta(days=number)
        for begins, ends in hours.get(DAYS[today.weekday()]) or ():
            span = (_at(today, begins, local), _at(today, ends, local))
            if span[0] < span[1]:
                spans.append(span)
    return united(spans)


def united(spans: Iterable[Span]) -> list[Span]:
    """Unite spans that overlap or touch, in order: an hour that is in two of them counts once."""
    result: list[Span] = []
    for begins, ends in sorted(span for span in spans if span[0] < span[1]):
        if result and begins <= result[-1][1]:
            result[-1] = (result[-1][0], max(ends, result[-1][1]))
        else:
            result.append((begins, ends))
    return result


def shared(first: Iterable[Span], second: Iterable[Span]) -> list[Span]:
    """List the spans that lie in both."""
    result = []
    others_spans = united(second)
    for begins, ends in united(first):
        for start, stop in others_spans:
            span = (max(begins, start), min(ends, stop))
            if span[0] < span[1]:
                result.append(span)
    return result


def without(spans: Iterable[Span], removed: Iterable[Span]) -> list[Span]:
    """List what remains of the spans without those removed."""
    remaining = united(spans)
    for start, stop in united(removed):
        parts = []
        for begins, ends in remaining:
            parts += [(begins, min(ends, start)), (max(begins, stop), ends)]
        remaining = [span for span in parts if span[0] < span[1]]
    return remaining


def hours_in(spans: Iterable[Span]) -> Decimal:
    """Count the hours of the spans, each moment once, to the hundredth."""
    seconds = sum((ends - begins).total_seconds() for begins, ends in united(spans))
    return (Decimal(round(seconds)) / 3600).quantize(Decimal("0.01"))


def daily_overlap(
    hours: Mapping[str, Any], zone: str, customer_hours: Mapping[str, Any], customer_zone: str, week_of: date
) -> Decimal:
    """Return how many hours of a customer's working day a specialist works too, on average over the week of a day.

    0 where the customer has no working day.
    """
    monday = week_of - timedelta(days=week_of.weekday())
    theirs = shifts(customer_hours, customer_zone, monday, monday + timedelta(days=6))
    ours = shifts(hours, zone, monday - timedelta(days=2), monday + timedelta(days=8))
    days = sum(1 for day in DAYS if customer_hours.get(day))
    return (hours_in(shared(theirs, ours)) / days).quantize(Decimal("0.01")) if days else Decimal(0)


def _at(day: date, clock: str, zone: ZoneInfo) -> datetime:
    """Return the moment of a clock time of a day; '24:00' is the end of it."""
    if clock == "24:00":
        return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
    return datetime.combine(day, time.fromisoformat(clock), zone).astimezone(UTC)
