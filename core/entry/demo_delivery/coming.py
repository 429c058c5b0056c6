"""Plan the guided sessions that the open orders have ahead: inside the hours of both sides, nobody twice at a time. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from core.business.specialists.utilisation.hours import Span, hours_in, shared
from core.entry.demo_delivery.bookings import LENGTHS, Calendars, PlannedSession, WorkedOrder

BREAK = timedelta(minutes=30)
"""Between two sessions of a specialist."""
WEEKLY_PER_ORDER = 2
SHARES = (Decimal("0.6"), Decimal("0.3"))
"""The most of the first and of the second week's hours that is booked ahead."""
_KINDS: Mapping[str, Sequence[str]] = {
    "in_progress": ("discovery", "mapping"),
    "data_migration": ("mapping", "testing"),
    "system_setup": ("mapping", "testing"),
    "training": ("testing", "go_live"),
    "testing": ("testing", "go_live"),
    "go_live": ("testing",),
}
"""State of an order -> kinds of the sessions it has ahead, in turn."""


def coming_sessions(
    specialist: str,
    working: Sequence[Span],
    orders: Iterable[WorkedOrder],
    calendars: Calendars,
    since: datetime,
) -> Iterator[PlannedSession]:
    """Book sessions of a specialist (row id) after a moment, for the open orders they work on, in turn.

    An order has one session a day and WEEKLY_PER_ORDER a week; each is entered into `calendars`.
    """
    plans = [_Plan(order) for order in orders if order.last is None and order.state in _KINDS]
    for week, share in enumerate(SHARES):
        first = since + timedelta(days=7 * week)
        spans = shared(working, [(first, first + timedelta(days=7))])
        open_hours = hours_in(spans) * share
        counts: Counter[str] = Counter()
        for begins, ends in spans:
            start = begins
            while slot := _next(plans, (start, ends), calendars, counts):
                plan, span = slot
                hours = hours_in([span])
                if hours > open_hours:
                    break
                open_hours -= hours
                counts.update([plan.order.engagement_id])
                calendars.book(plan.order.tenant, span)
                yield PlannedSession(plan.order, specialist, plan.take(span), *span, is_held=False)
                start = span[1] + BREAK


@dataclass(slots=True)
class _Plan:
    order: WorkedOrder
    count: int = 0
    last: datetime | None = None

    @property
    def kind(self) -> str:
        kinds = _KINDS[self.order.state]
        return kinds[self.count % len(kinds)]

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=LENGTHS[self.kind])

    def take(self, span: Span) -> str:
        """Count a session that is booked; return its kind."""
        kind = self.kind
        self.count += 1
        self.last = span[0]
        return kind


def _next(
    plans: Sequence[_Plan], within: Span, calendars: Calendars, counts: Mapping[str, int]
) -> tuple[_Plan, Span] | None:
    """Choose the order with the fewest sessions so far whose customer has time, and its first slot."""
    for plan in sorted(plans, key=lambda entry: entry.count):
        if counts.get(plan.order.engagement_id, 0) >= WEEKLY_PER_ORDER:
            continue
        if plan.last is not None and within[0] - plan.last < timedelta(hours=20):
            continue  # one a day
        if slot := calendars.first_slot(plan.order.tenant, within, plan.length):
            return plan, slot
    return None
