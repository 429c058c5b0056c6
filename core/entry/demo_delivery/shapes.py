"""Shapes of the generated orders: 24 under way, 50 ended within 90 days, 3 waiting for approval.

The same anchor gives the same orders; another one moves every day of them and changes nothing else. What was paid in the
30 days before the anchor sums to 156,000.00 USD, 48 of the 50 ended orders were completed. Names are invented.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from core.business.catalog.packages import catalogs
from core.business.engagements.milestones.rules import MilestoneKey, plan_of
from mock_data.sales_words import RESTAURANTS

WINDOW = 30
"""Days before the anchor whose payments are the month's revenue."""

SCHOOLS = (
    *(
        "Acacia Ridge School",
        "Baobab Hill Primary",
        "Chengeta College",
        "Chinhoyi Road Academy",
        "Gwai River High",
    ),
    *(
        "Hillside Junior",
        "Imba Yedu School",
        "Jacaranda Grove School",
        "Kopje View College",
        "Limpopo Springs High",
    ),
    *(
        "Mazoe Valley School",
        "Msasa Park Primary",
        "Mutare Heights College",
        "Nyanga Pines School",
        "Rufaro High",
    ),
    *(
        "Sable Plains Academy",
        "Tendai Memorial School",
        "Umfuli Bridge High",
        "Vumba Mist Primary",
        "Zuva College",
    ),
    *(
        "Borrowdale East School",
        "Chisipiti Gardens Junior",
        "Domboshava Rocks School",
        "Eiffel Flats Primary",
    ),
    *("Figtree Mission High", "Great Zimbabwe Road School", "Hwange Gate Primary", "Insiza Valley College"),
)

_MONTH_STARTED = (
    *(("school", "enterprise", 1),) * 4,
    *(("school", "growth", 1),) * 6,
    *(("school", "foundation", 1),) * 5,
    *(("restaurant", "enterprise", 12), ("restaurant", "enterprise", 10)),
    *(("restaurant", "professional", 4),) * 2,
    ("restaurant", "starter", 1),
)
"""Line of business, package and locations of the orders that were approved within the window."""
_MONTH_LIVE = (
    *(("school", "enterprise", 1),) * 4,
    *(("school", "growth", 1),) * 6,
    *(("school", "foundation", 1),) * 5,
    *(("restaurant", "enterprise", 8),) * 2,
    *(("restaurant", "professional", 3),) * 2,
    *(("restaurant", "starter", 1),) * 3,
)
"""Those that went live within the window; the first that stay open are `_STILL_OPEN`."""
_STILL_OPEN = ((0, "enterprise"), (4, "growth"), (10, "foundation"), (17, "professional"))
"""Index among `_MONTH_LIVE` of the orders that are live and not closed."""
_EARLIER = (
    *(("school", "enterprise", 1),) * 5,
    *(("school", "growth", 1),) * 10,
    *(("school", "foundation", 1),) * 8,
    *(("restaurant", "enterprise", 9),) * 2,
    *(("restaurant", "professional", 2),) * 4,
    *(("restaurant", "starter", 1),) * 3,
)
_CANCELLED = (3, 21)
"""Index among `_EARLIER` of the orders that were cancelled under way."""
_UNAPPROVED = (("school", "growth", 1), ("school", "foundation", 1), ("restaurant", "professional", 5))
_ON_HOLD = 7
"""Index among `_MONTH_STARTED` of the order that is on hold."""

_SOURCES = {"school": ("oneroster", "clever", "canvas", "csv"), "restaurant": ("square", "clover", "toast")}
_LATE_BY = (0, 0, 0, 1, 0, 0, 2, 0, -1, 0, 4, 0)
"""Days by which a milestone was reached after its promise, in turn."""


@dataclass(frozen=True, slots=True)
class OrderShape:
    """A generated order. `milestones` maps each to (promised, reached or None); days are the customer's.

    `ending` is completed or cancelled, None while it is open; `on_hold` an open one that waits.
    """

    key: str
    customer: str
    domain: str
    package: str
    locations: int
    total: Decimal
    source: str
    ordered_on: date
    approved_on: date | None
    milestones: dict[MilestoneKey, tuple[date, date | None]]
    ending: str | None = None
    ended_on: date | None = None
    on_hold: bool = False

    @property
    def live_on(self) -> date | None:
        return self.milestones[MilestoneKey.GO_LIVE][1] if self.milestones else None


def order_shapes(anchor: date) -> list[OrderShape]:
    """Return all orders of the history that ends before `anchor`, those of a customer together."""
    return list(_Generator(anchor).orders())


class _Generator:
    def __init__(self, anchor: date) -> None:
        self._anchor = anchor
        self._names = {"school": iter(SCHOOLS * 3), "restaurant": iter(RESTAURANTS)}
        self._count = 0

    def orders(self) -> Iterator[OrderShape]:
        for index, terms in enumerate(_MONTH_STARTED):
            live = self._days(terms)[MilestoneKey.GO_LIVE]
            age = 2 + (index * 7) % max(min(WINDOW - 2, live - 3), 1)
            yield self._order(terms, approved=self._before(age), on_hold=index == _ON_HOLD)
        open_orders = {index for index, _ in _STILL_OPEN}
        for index, terms in enumerate(_MONTH_LIVE):
            days = self._days(terms)
            gap = days[MilestoneKey.CLOSURE] - days[MilestoneKey.GO_LIVE]
            signed_before = WINDOW + 1 - days[MilestoneKey.GO_LIVE]
            if index in open_orders:
                age = max(2 + index % min(gap - 2, 5), signed_before)
                yield self._finished(terms, live=self._before(age), is_open=True)
            else:
                age = max(min(gap + 1 + (index * 3) % 9, WINDOW - 1), signed_before)
                yield self._finished(terms, live=self._before(age))
        for index, terms in enumerate(_EARLIER):
            days = self._days(terms)
            gap = days[MilestoneKey.CLOSURE] - days[MilestoneKey.GO_LIVE]
            closed = 34 + (index * 5) % 54
            cancelled = index in _CANCELLED
            yield self._finished(terms, live=self._before(closed + gap), cancelled=cancelled)
        for index, terms in enumerate(_UNAPPROVED):
            yield self._unapproved(terms, self._before(index + 1))

    def _before(self, days: int) -> date:
        return self._anchor - timedelta(days=days)

    def _days(self, terms: tuple[str, str, int]) -> dict[MilestoneKey, int]:
        return dict(plan_of(terms[0], terms[1]).days)

    def _order(self, terms: tuple[str, str, int], *, approved: date, on_hold: bool) -> OrderShape:
        milestones = {}
        is_reached = True
        for number, (key, day) in enumerate(self._days(terms).items()):
            promised = approved + timedelta(days=day)
            reached = promised + timedelta(days=_LATE_BY[(self._count + number) % len(_LATE_BY)])
            is_reached = is_reached and key != MilestoneKey.GO_LIVE and reached < self._anchor
            milestones[key] = (promised, max(reached, approved) if is_reached else None)
        return self._shape(terms, approved, milestones, on_hold=on_hold)

    def _finished(
        self, terms: tuple[str, str, int], *, live: date, is_open: bool = False, cancelled: bool = False
    ) -> OrderShape:
        days = self._days(terms)
        approved = live - timedelta(days=days[MilestoneKey.GO_LIVE])
        closed = approved + timedelta(days=days[MilestoneKey.CLOSURE])
        milestones: dict[MilestoneKey, tuple[date, date | None]] = {}
        for number, (key, day) in enumerate(days.items()):
            promised = approved + timedelta(days=day)
            shift = 0 if key in {MilestoneKey.GO_LIVE, MilestoneKey.CLOSURE} else _LATE_BY[number]
            reached: date | None = max(promised + timedelta(days=min(shift, 1)), approved)
            if (key == MilestoneKey.CLOSURE and is_open) or (cancelled and number > 3):
                reached = None
            milestones[key] = (promised, reached)
        ending = None if is_open else "cancelled" if cancelled else "completed"
        return self._shape(terms, approved, milestones, ending=ending, ended=None if is_open else closed)

    def _unapproved(self, terms: tuple[str, str, int], ordered: date) -> OrderShape:
        return self._shape(terms, None, {}, ordered=ordered)

    def _shape(
        self,
        terms: tuple[str, str, int],
        approved: date | None,
        milestones: dict[MilestoneKey, tuple[date, date | None]],
        *,
        ordered: date | None = None,
        on_hold: bool = False,
        ending: str | None = None,
        ended: date | None = None,
    ) -> OrderShape:
        domain, package, locations = terms
        self._count += 1
        return OrderShape(
            key=f"order-{self._count:03d}",
            customer=next(self._names[domain]),
            domain=domain,
            package=package,
            locations=locations,
            total=_price(domain, package, locations),
            source=_SOURCES[domain][self._count % len(_SOURCES[domain])],
            ordered_on=ordered or (approved or self._anchor) - timedelta(days=1),
            approved_on=approved,
            milestones=milestones,
            ending=ending,
            ended_on=ended,
            on_hold=on_hold,
        )


def _price(domain: str, package: str, locations: int) -> Decimal:
    """Return the list price of a package; one without a price of its own is priced by location."""
    offer = catalogs()[domain].packages[package]
    if offer.price is not None:
        return offer.price
    return (offer.price_per_location or Decimal(0)) * locations


def customers_of(orders: Sequence[OrderShape]) -> dict[str, list[OrderShape]]:
    """Group orders by their customer, each with the oldest first."""
    groups: dict[str, list[OrderShape]] = {}
    for order in sorted(orders, key=lambda shape: shape.ordered_on):
        groups.setdefault(order.customer, []).append(order)
    return groups
