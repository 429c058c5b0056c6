"""Sets of moments as intervals: unite, intersect, subtract. Pure; every moment is UTC, and an end is not part of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """The moments from `start` until `end`, both aware; the last one is not part of it."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        """Return the time that really passes, whatever the clocks on the wall do."""
        return self.end - self.start

    def overlaps(self, interval: Interval) -> bool:
        return self.start < interval.end and interval.start < self.end

    def holds(self, interval: Interval) -> bool:
        """Return whether every moment of the interval is one of this."""
        return self.start <= interval.start and interval.end <= self.end


def unite(intervals: Iterable[Interval]) -> list[Interval]:
    """Return the moments of any, in order, as few intervals as possible; empty ones go."""
    united: list[Interval] = []
    for interval in sorted(interval for interval in intervals if interval.start < interval.end):
        if united and interval.start <= united[-1].end:
            united[-1] = Interval(united[-1].start, max(united[-1].end, interval.end))
        else:
            united.append(interval)
    return united


def intersect(first: Iterable[Interval], second: Iterable[Interval]) -> list[Interval]:
    """Return the moments of both."""
    lefts, rights = unite(first), unite(second)
    common: list[Interval] = []
    at_left = at_right = 0
    while at_left < len(lefts) and at_right < len(rights):
        of_first, of_second = lefts[at_left], rights[at_right]
        start, end = max(of_first.start, of_second.start), min(of_first.end, of_second.end)
        if start < end:
            common.append(Interval(start, end))
        if of_first.end < of_second.end:
            at_left += 1
        else:
            at_right += 1
    return common


def subtract(intervals: Iterable[Interval], blocked: Sequence[Interval]) -> list[Interval]:
    """Return the moments of the intervals that are in none of `blocked`."""
    free: list[Interval] = []
    gaps = unite(blocked)
    for interval in unite(intervals):
        start = interval.start
        for gap in gaps:
            if gap.end <= start or gap.start >= interval.end:
                continue
            if start < gap.start:
                free.append(Interval(start, gap.start))
            start = max(start, gap.end)
        if start < interval.end:
            free.append(Interval(start, interval.end))
    return free
