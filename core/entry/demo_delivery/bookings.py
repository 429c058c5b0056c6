"""Plan the guided sessions of the generated orders: those of the last four weeks fill 87 % of the specialists' hours. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from core.business.specialists.utilisation.hours import Span, hours_in

SHARE = Decimal("0.87")
"""Share of the available hours of the last four weeks that is hours_booked."""
LENGTHS: Mapping[str, int] = {"mapping": 180, "go_live": 240, "discovery": 120, "testing": 120}
"""Kind -> minutes, in the order in which the kinds go round."""
AHEAD_DAYS = 14
_PLANS: tuple[tuple[str, ...], ...] = (
    (),
    ("discovery",),
    ("testing",),
    ("mapping",),
    ("go_live",),
    ("discovery", "testing"),
)
"""Kinds that fill a working time, one after the other."""


@dataclass(frozen=True, slots=True)
class WorkedOrder:
    """An order that a specialist (person) works on from a day until another, None while it is open."""

    tenant: str
    engagement_id: str
    lead: str
    first: date
    last: date | None
    domain: str = "restaurant"

    def is_worked_on(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """A session of an order; `is_held` for one of the past."""

    order: WorkedOrder
    specialist: str
    kind: str
    starts_at: datetime
    ends_at: datetime
    is_held: bool


def past_sessions(
    specialist: str,
    working: Sequence[Span],
    orders: Sequence[WorkedOrder],
    zone: str,
    carried: Decimal = Decimal(0),
) -> Iterator[PlannedSession]:
    """Fill the working times of a specialist (row id) with sessions, in order, to SHARE of the hours that have passed.

    Two sessions never overlap; each lies in a working time, and belongs to an order worked on that day where there is one.
    `carried` are hours by which those before are booked too little, below zero for too much.
    """
    if not orders:
        return
    open_hours, count = carried, 0
    for begins, ends in working:
        open_hours += target_hours([(begins, ends)])
        start = begins
        for kind in _kinds_for(open_hours, hours_in([(begins, ends)]), count):
            length = timedelta(minutes=LENGTHS[kind])
            order = _order_of(orders, start.astimezone(ZoneInfo(zone)).date(), count)
            yield PlannedSession(order, specialist, kind, start, start + length, is_held=True)
            open_hours -= hours_in([(start, start + length)])
            start += length
            count += 1


def coming_sessions(
    specialist: str, working: Sequence[Span], orders: Iterable[WorkedOrder]
) -> Iterator[PlannedSession]:
    """Book a session for each open order of a specialist, at the start of its next working times, one a time."""
    spans = iter(span for span in working if span[1] - span[0] >= timedelta(hours=2))
    for number, order in enumerate(order for order in orders if order.last is None):
        span = next(spans, None)
        if span is None:
            return
        kind = ("discovery", "testing")[number % 2]
        length = timedelta(minutes=LENGTHS[kind])
        yield PlannedSession(order, specialist, kind, span[0], span[0] + length, is_held=False)


def _kinds_for(hours: Decimal, free: Decimal, count: int) -> tuple[str, ...]:
    """Choose the sessions of a working time of `free` hours that come nearest to the hours to be booked, in turn by `count`."""
    fitting = [kinds for kinds in _PLANS if _length(kinds) <= free]
    nearest = min(abs(_length(kinds) - hours) for kinds in fitting)
    choices = [kinds for kinds in fitting if abs(_length(kinds) - hours) == nearest]
    return choices[count % len(choices)]


def _length(kinds: tuple[str, ...]) -> Decimal:
    return Decimal(sum(LENGTHS[kind] for kind in kinds)) / 60


def target_hours(working: Sequence[Span]) -> Decimal:
    """Return the hours of the working times that are to be booked."""
    return hours_in(working) * SHARE


def _order_of(orders: Sequence[WorkedOrder], day: date, count: int) -> WorkedOrder:
    at_work = [order for order in orders if order.is_worked_on(day)] or list(orders)
    return at_work[count % len(at_work)]
