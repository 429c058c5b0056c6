"""Find slots for a meeting of a specialist and a customer: inside the hours of both, free for both. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from core.business.specialists.availability.hours import Hours, open_intervals
from core.business.specialists.availability.intervals import Interval, intersect, subtract, unite

GRID = timedelta(minutes=30)
"""Slots begin at full and half hours of the customer's clock."""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a meeting: its hours, when it is away, and when it meets somebody else."""

    hours: Hours
    away: Sequence[Interval] = ()
    busy: Sequence[Interval] = ()

    def free(self, period: Interval) -> list[Interval]:
        """Return the moments of the period at which this side can meet."""
        return subtract(open_intervals(self.hours, period), [*self.away, *self.busy])


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a meeting cannot be at a time: `side` is specialist or customer, `reason` hours, away, busy."""

    side: str
    reason: str


def free_slots(
    specialist: Side, customer: Side, length: timedelta, period: Interval, *, most: int = 500
) -> list[Interval]:
    """List the slots of this length (time that really passes) in which both sides are free, in order, at most so many.

    They begin on the grid of the customer's clock and lie inside the period: begin it after the minimum notice.
    """
    slots: list[Interval] = []
    for free in intersect(specialist.free(period), customer.free(period)):
        for start in _starts(free, length, ZoneInfo(customer.hours.zone)):
            if len(slots) == most:
                return slots
            slots.append(Interval(start, start + length))
    return slots


def obstacles(specialist: Side, customer: Side, slot: Interval) -> list[Obstacle]:
    """List what stands against a meeting at this time; nothing where both sides are free."""
    against = []
    for name, side in (("specialist", specialist), ("customer", customer)):
        if not _is_inside(slot, open_intervals(side.hours, slot)):
            against.append(Obstacle(name, "hours"))
        if any(slot.overlaps(away) for away in side.away):
            against.append(Obstacle(name, "away"))
        if any(slot.overlaps(busy) for busy in side.busy):
            against.append(Obstacle(name, "busy"))
    return against


def spread(slots: Iterable[Interval], zone: str, *, a_day: int) -> list[Interval]:
    """Choose at most so many slots of each day in a zone, evenly over the day, so that a list offers several days."""
    by_day: dict[object, list[Interval]] = {}
    for slot in slots:
        by_day.setdefault(slot.start.astimezone(ZoneInfo(zone)).date(), []).append(slot)
    sample: list[Interval] = []
    for day_slots in by_day.values():
        count = len(day_slots)
        sample += (
            day_slots
            if count <= a_day
            else [day_slots[number * (count - 1) // max(a_day - 1, 1)] for number in range(a_day)]
        )
    return sample


def _starts(free: Interval, length: timedelta, clock: ZoneInfo) -> Iterator[datetime]:
    """Yield the starts on the grid of the clock at which a meeting of this length fits."""
    start = free.start
    while start + length <= free.end:
        local = start.astimezone(clock)
        past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond) % GRID
        if past:
            start += GRID - past
            continue  # the clock may have changed meanwhile
        yield start
        start += GRID


def _is_inside(slot: Interval, intervals: Sequence[Interval]) -> bool:
    return any(interval.holds(slot) for interval in unite(intervals))
