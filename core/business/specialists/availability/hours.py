"""Weekly hours on the wall clock of a zone, and the moments they stand for, right over every change of clocks. Pure.

A moment is inside hours where the clock in the zone shows a time inside them at that moment. So an hour that the clock
skips gives nothing, and one that stands twice gives both.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from core.business.specialists.availability.intervals import Interval, intersect, unite
from core.errors import InvalidInputError

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_MINUTES = 24 * 60

_STEP = timedelta(hours=1)
_SECOND = timedelta(seconds=1)
_HINT = "Write hours as from and until, like 09:00 and 17:00; 24:00 ends a day."

WeeklyHours = Mapping[str, Sequence[Sequence[str]]]
"""Day of WEEKDAYS -> pairs (from, until) of local times, as they are stored."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours in a zone (IANA): by weekday (0 is Monday) pairs of minutes since midnight by the clock there."""

    zone: str
    ranges: tuple[tuple[tuple[int, int], ...], ...]

    @property
    def is_empty(self) -> bool:
        return not any(self.ranges)

    @property
    def weekly_minutes(self) -> int:
        """Return the minutes of a week without a change of clocks."""
        return sum(end - start for day in self.ranges for start, end in day)

    def as_stored(self) -> dict[str, list[list[str]]]:
        """Write the hours as they are stored: '09:00' however they were typed, in their order, without free days."""
        return {
            day: [[_clock(start), _clock(end)] for start, end in pairs]
            for day, pairs in zip(WEEKDAYS, self.ranges, strict=True)
            if pairs
        }


def read_hours(zone: str, weekly: WeeklyHours) -> Hours:
    """Read hours as stored. InvalidInputError for a day or time that is none, or hours of a day that overlap."""
    if unknown := sorted(set(weekly) - set(WEEKDAYS)):
        raise InvalidInputError(f"{unknown[0]!r} is no day of the week.", hint=f"Use {', '.join(WEEKDAYS)}.")
    return Hours(zone, tuple(_day(day, weekly.get(day, ())) for day in WEEKDAYS))


def _day(day: str, pairs: Sequence[Sequence[str]]) -> tuple[tuple[int, int], ...]:
    ranges = []
    for pair in pairs:
        if len(pair) != 2:
            raise InvalidInputError(f"The hours of {day} are not from and until.", hint=_HINT)
        start, end = (minute_of_day(text) for text in pair)
        if start >= end:
            raise InvalidInputError(f"On {day}, {pair[0]} is not before {pair[1]}.", hint=_HINT)
        ranges.append((start, end))
    ranges.sort()
    for before, after in itertools.pairwise(ranges):
        if after[0] < before[1]:
            raise InvalidInputError(f"The hours of {day} overlap.", hint="Write them as one.")
    return tuple(ranges)


def minute_of_day(text: str) -> int:
    """Read '09:30' as minutes since midnight, '24:00' as the end of the day. InvalidInputError for anything else."""
    hour, colon, minute = text.strip().partition(":")
    is_number = bool(colon) and hour.isascii() and hour.isdigit() and minute.isascii() and minute.isdigit()
    minutes = int(hour) * 60 + int(minute) if is_number and len(hour) <= 2 and len(minute) == 2 else -1
    if not is_number or not 0 <= minutes <= DAY_MINUTES or int(minute) > 59:
        raise InvalidInputError(f"{text!r} is not a time of day.", hint=_HINT)
    return minutes


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def open_intervals(hours: Hours, period: Interval) -> list[Interval]:
    """Return the moments of a period at which the clock in the zone shows a time inside the hours, in order."""
    if period.start >= period.end or hours.is_empty:
        return []
    zone = ZoneInfo(hours.zone)
    day = period.start.astimezone(zone).date() - timedelta(days=1)
    last = period.end.astimezone(zone).date() + timedelta(days=1)
    moments: list[Interval] = []
    while day <= last:
        for start, end in hours.ranges[day.weekday()]:
            moments += local_range(hours.zone, day, start, end)
        day += timedelta(days=1)
    return intersect(moments, [period])


def local_range(zone: str, day: date, start: int, end: int) -> list[Interval]:
    """Return the moments of a day at which the clock shows minutes `start` until `end` since midnight.

    Usually one interval; none where the clock skips them, two where it shows them twice.
    """
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return unite(
        interval
        for piece, offset in clock_pieces(zone, day)
        for interval in intersect(
            [
                Interval(
                    midnight + timedelta(minutes=start) - offset, midnight + timedelta(minutes=end) - offset
                )
            ],
            [piece],
        )
    )


def days_away(zone: str, first: date, last: date) -> list[Interval]:
    """Return the moments of whole days in a zone, from the first to the last, both included."""
    intervals: list[Interval] = []
    day = first
    while day <= last:
        intervals += local_range(zone, day, 0, DAY_MINUTES)
        day += timedelta(days=1)
    return unite(intervals)


@lru_cache(maxsize=4096)
def clock_pieces(zone: str, day: date) -> tuple[tuple[Interval, timedelta], ...]:
    """Cut the moments around a day where the clock of a zone changes; each piece with its offset from UTC.

    The pieces reach from 26 hours before the day to 26 hours after it, which is more than any offset.
    """
    clock = ZoneInfo(zone)
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=26)
    end = start + timedelta(hours=76)
    pieces: list[tuple[Interval, timedelta]] = []
    begin, at, offset = start, start, _offset(start, clock)
    while at < end:
        following = min(at + _STEP, end)
        if _offset(following, clock) != offset and following < end:
            change = _change(at, following, clock)
            pieces.append((Interval(begin, change), offset))
            begin, offset = change, _offset(following, clock)
        at = following
    pieces.append((Interval(begin, end), offset))
    return tuple(pieces)


def _change(before: datetime, after: datetime, clock: ZoneInfo) -> datetime:
    """Find the second at which the clock changes between two moments."""
    offset = _offset(before, clock)
    while after - before > _SECOND:
        middle = before + timedelta(seconds=int((after - before).total_seconds()) // 2)
        before, after = (middle, after) if _offset(middle, clock) == offset else (before, middle)
    return after


def _offset(moment: datetime, clock: ZoneInfo) -> timedelta:
    return moment.astimezone(clock).utcoffset() or timedelta(0)
