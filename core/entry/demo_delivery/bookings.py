"""Plan the guided sessions of the generated orders: those of the last four weeks fill 87 % of the specialists' hours. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from core.business.specialists.utilisation.hours import Span, hours_in, shared, without

GRID = timedelta(minutes=30)
SHARE = Decimal("0.87")
"""Share of the available hours of the last four weeks that is hours_booked."""
LENGTHS: Mapping[str, int] = {"mapping": 180, "go_live": 240, "discovery": 120, "testing": 120}
"""Kind -> minutes, in the order in which the kinds go round."""
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
    """An order that its team (people: lead, reviewer) works on from a day until another, None while it is open in `state`."""

    tenant: str
    engagement_id: str
    lead: str
    first: date
    last: date | None
    domain: str = "restaurant"
    reviewer: str | None = None
    state: str = ""

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


@dataclass(slots=True)
class Calendars:
    """When customers (ids) take part, and when they are booked already."""

    hours: Mapping[str, Sequence[Span]]
    booked: dict[str, list[Span]] = field(default_factory=dict)

    def is_free(self, customer: str, span: Span) -> bool:
        """Tell whether a customer has no other session meanwhile; its hours are not asked for."""
        return not shared([span], self.booked.get(customer, ()))

    def book(self, customer: str, span: Span) -> None:
        self.booked.setdefault(customer, []).append(span)

    def first_slot(self, customer: str, within: Span, length: timedelta) -> Span | None:
        """Return the first slot on the half hours that suits the customer; None where none is so long."""
        free = without(shared([within], self.hours.get(customer, ())), self.booked.get(customer, ()))
        for begins, ends in free:
            start = on_grid(begins)
            if start + length <= ends:
                return start, start + length
        return None


def on_grid(moment: datetime) -> datetime:
    """Return the next full or half hour."""
    past = timedelta(minutes=moment.minute, seconds=moment.second, microseconds=moment.microsecond) % GRID
    return moment if not past else moment + GRID - past


def past_sessions(
    specialist: str,
    working: Sequence[Span],
    orders: Sequence[WorkedOrder],
    zone: str,
    carried: Decimal = Decimal(0),
    calendars: Calendars | None = None,
) -> Iterator[PlannedSession]:
    """Fill the working times of a specialist (row id) with sessions, in order, to SHARE of the hours that have passed.

    Two sessions never overlap; each lies in a working time, and belongs to an order worked on that day where there is one.
    `carried` are hours by which those before are booked too little, below zero for too much. Each is entered into
    `calendars`: a customer meets nobody twice at a time where another order can be chosen.
    """
    if not orders:
        return
    calendars = calendars or Calendars({})
    open_hours, count = carried, 0
    for begins, ends in working:
        open_hours += target_hours([(begins, ends)])
        start = begins
        for kind in _kinds_for(open_hours, hours_in([(begins, ends)]), count):
            length = timedelta(minutes=LENGTHS[kind])
            day = start.astimezone(ZoneInfo(zone)).date()
            span = (start, start + length)
            order = _order_of(orders, day, count, span, calendars)
            calendars.book(order.tenant, span)
            yield PlannedSession(order, specialist, kind, *span, is_held=True)
            open_hours -= hours_in([span])
            start += length
            count += 1


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


def _order_of(
    orders: Sequence[WorkedOrder], day: date, count: int, span: Span, calendars: Calendars
) -> WorkedOrder:
    """Choose in turn an order that is worked on that day; the customer of another where it is taken meanwhile."""
    at_work = [order for order in orders if order.is_worked_on(day)] or list(orders)
    in_turn = [at_work[(count + number) % len(at_work)] for number in range(len(at_work))]
    others = [order for order in orders if order not in at_work]
    return next((order for order in (*in_turn, *others) if calendars.is_free(order.tenant, span)), in_turn[0])
