"""Define the figures of the delivery desk and compute them from their rows. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from core.business.engagements.rules import FINAL, OrderState
from core.business.specialists.utilisation.rules import TeamUtilisation
from core.kit.money import ZERO

REVENUE_DAYS, UTILISATION_DAYS, SUCCESS_DAYS = 30, 28, 90
"""Days of the periods, which end yesterday: today is not over."""
MIN_ENDED = 5
"""Ended orders that the success rate needs."""


class FigureKey(StrEnum):
    """A figure of the delivery desk."""

    ACTIVE = "active"
    REVENUE = "revenue"
    UTILISATION = "utilisation"
    SUCCESS = "success"


TITLES: Mapping[FigureKey, str] = {
    FigureKey.ACTIVE: "Active orders",
    FigureKey.REVENUE: "Revenue, 30 days",
    FigureKey.UTILISATION: "Utilisation, 4 weeks",
    FigureKey.SUCCESS: "Success rate, 90 days",
}
DEFINITIONS: Mapping[FigureKey, str] = {
    FigureKey.ACTIVE: "Orders that are approved and neither completed nor cancelled, those on hold included.",
    FigureKey.REVENUE: "Payments received less refunds, by the day they were received.",
    FigureKey.UTILISATION: "Booked hours of all specialists, divided by their working hours without absences.",
    FigureKey.SUCCESS: "Completed orders, divided by orders that were completed, or cancelled after their approval.",
}


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order of the portfolio. `ended_on` is the day it was completed or cancelled; `source` the system it comes from."""

    customer_id: str
    customer: str
    engagement_id: str
    number: str
    state: str
    domain: str
    package: str
    total: Decimal
    currency: str
    approved_on: date | None
    ended_on: date | None
    is_generated: bool

    @property
    def is_active(self) -> bool:
        return self.state != OrderState.PENDING and self.state not in FINAL


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """A payment of the portfolio, or a refund."""

    customer_id: str
    customer: str
    engagement_id: str
    number: str
    kind: str
    amount: Decimal
    currency: str
    received_on: date
    receipt_number: str
    is_generated: bool

    @property
    def signed(self) -> Decimal:
        """The amount, below zero for a refund."""
        return -self.amount if self.kind == "refund" else self.amount


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure: `amounts` by currency for money, else `value` (a count, or percent to the tenth; None below the sample).

    `sample` counts the rows behind it in words, `missing` says what a value needs that it has not.
    """

    key: FigureKey
    value: Decimal | None
    period: Period | None
    sample: str
    amounts: Mapping[str, Decimal]
    missing: str = ""
    has_generated: bool = False

    @property
    def title(self) -> str:
        return TITLES[self.key]

    @property
    def definition(self) -> str:
        return DEFINITIONS[self.key]


def period_of(key: FigureKey, today: date) -> Period:
    """Return the days that a figure counts, which end yesterday."""
    days = {
        FigureKey.REVENUE: REVENUE_DAYS,
        FigureKey.UTILISATION: UTILISATION_DAYS,
        FigureKey.SUCCESS: SUCCESS_DAYS,
    }.get(key, 1)
    return Period(today - timedelta(days=days), today - timedelta(days=1))


def active_figure(orders: Iterable[OrderRow]) -> Figure:
    """Count the active orders."""
    rows = [order for order in orders if order.is_active]
    on_hold = sum(order.state == OrderState.ON_HOLD for order in rows)
    sample = f"{on_hold} on hold" if on_hold else "none on hold"
    return Figure(
        FigureKey.ACTIVE,
        Decimal(len(rows)),
        None,
        sample,
        {},
        has_generated=any(order.is_generated for order in rows),
    )


def revenue_figure(payments: Sequence[PaymentRow], period: Period) -> Figure:
    """Sum payments less refunds of the period by currency: amounts of two currencies are not added."""
    amounts: dict[str, Decimal] = {}
    for payment in payments:
        amounts[payment.currency] = amounts.get(payment.currency, ZERO) + payment.signed
    return Figure(
        FigureKey.REVENUE,
        None,
        period,
        f"n = {len(payments)}",
        amounts,
        has_generated=any(payment.is_generated for payment in payments),
    )


def ended_in(orders: Iterable[OrderRow], period: Period) -> list[OrderRow]:
    """List the orders that ended in the period: completed, or cancelled after they were approved."""
    return [
        order
        for order in orders
        if order.state in FINAL
        and order.approved_on is not None
        and order.ended_on is not None
        and period.first <= order.ended_on <= period.last
    ]


def success_figure(orders: Iterable[OrderRow], period: Period) -> Figure:
    """Compute the share of completed orders among those that ended in the period, in percent to the tenth."""
    ended = ended_in(orders, period)
    completed = sum(order.state == OrderState.COMPLETED for order in ended)
    enough = len(ended) >= MIN_ENDED
    share = (Decimal(completed) * 100 / len(ended)).quantize(Decimal("0.1")) if enough else None
    return Figure(
        FigureKey.SUCCESS,
        share,
        period,
        f"{completed} of {len(ended)}",
        {},
        "" if enough else f"{len(ended)} of {MIN_ENDED} ended orders needed",
        has_generated=any(order.is_generated for order in ended),
    )


def utilisation_figure(team: TeamUtilisation, *, has_generated: bool) -> Figure:
    """Take the utilisation of all specialists in a period as a figure, in percent to the tenth."""
    sample = f"{team.booked_hours.normalize():,f} of {team.available.normalize():,f} h"
    missing = "" if team.percent is not None else "No specialist has working hours"
    return Figure(
        FigureKey.UTILISATION,
        team.percent,
        Period(team.first, team.last),
        sample,
        {},
        missing,
        has_generated=has_generated,
    )
