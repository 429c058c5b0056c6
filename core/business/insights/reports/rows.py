"""Read the rows that reports are made of, across the customers a person reaches: portfolio views alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import text

from core.business.insights.delivery.rules import PaymentRow
from core.context import Portfolio


@dataclass(frozen=True, slots=True)
class OrderLife:
    """An order with its days at the customer; `ended_on` is when it was completed or cancelled."""

    customer: str
    number: str
    state: str
    package: str
    total: Decimal
    currency: str
    ordered_on: date
    approved_on: date | None
    ended_on: date | None
    go_live_promised_on: date | None
    went_live_on: date | None
    is_generated: bool


@dataclass(frozen=True, slots=True)
class OverdueRow:
    """An instalment whose day has passed, with what of it is open today."""

    customer: str
    number: str
    position: int
    due_on: date
    open_amount: Decimal
    currency: str
    is_generated: bool


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A guided session; `starts_on` is its day at the customer, `minutes` how long it was planned for."""

    customer: str
    number: str
    kind: str
    state: str
    specialist: str
    starts_on: date
    minutes: int
    was_held: bool
    is_generated: bool


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """An answer of a customer."""

    customer: str
    number: str
    kind: str
    milestone: str
    score: int
    answered_on: date
    is_generated: bool


@dataclass(frozen=True, slots=True)
class LevelRow:
    """A level of an escalation that began in the period."""

    customer: str
    number: str
    level: int
    opened_at: datetime
    resolve_by: datetime
    closed_at: datetime | None


_ORDERS = text(
    """select customer, number, state, package, total, currency, (ordered_at at time zone zone)::date,
    (approved_at at time zone zone)::date,
    case when state in ('completed', 'cancelled') then (coalesce(completed_at, state_since) at time zone zone)::date end,
    go_live_promised_on, went_live_on, is_generated
    from portfolio_order where (ordered_at at time zone zone)::date <= :last order by ordered_at, number"""
)
_PAYMENTS = text(
    """select customer_id::text, customer, engagement_id::text, number, kind, amount, currency, received_on, receipt_number,
    is_generated from portfolio_payment where received_on between :first and :last order by received_on, receipt_number"""
)
_OVERDUE = text(
    """select customer, number, position, due_on, amount - paid + refunded, currency, is_generated
    from portfolio_instalment where waived_at is null and due_on between :first and :last and due_on < :today
    and amount - paid + refunded > 0 and state <> 'cancelled' order by due_on, number, position"""
)
_SESSIONS = text(
    """select customer, number, kind, state, specialist, (starts_at at time zone customer_zone)::date,
    (extract(epoch from ends_at - starts_at) / 60)::integer, held_at is not null, is_generated from portfolio_session
    where (starts_at at time zone customer_zone)::date between :first and :last order by starts_at, number"""
)
_ANSWERS = text(
    """select customer, number, kind, milestone, score, (answered_at at time zone :zone)::date, is_generated
    from portfolio_feedback where score is not null and (answered_at at time zone :zone)::date between :first and :last
    order by answered_at, number"""
)
_LEVELS = text(
    """select customer, number, level, opened_at, resolve_by, closed_at from portfolio_escalation
    where (opened_at at time zone :zone)::date between :first and :last order by opened_at, number"""
)


@dataclass(frozen=True, slots=True)
class ReportRows:
    """Everything a report of a period counts."""

    orders: Sequence[OrderLife]
    payments: Sequence[PaymentRow]
    overdue: Sequence[OverdueRow]
    sessions: Sequence[SessionRow]
    answers: Sequence[AnswerRow]
    levels: Sequence[LevelRow]

    @property
    def has_generated(self) -> bool:
        groups = (self.orders, self.payments, self.overdue, self.sessions, self.answers)
        return any(row.is_generated for group in groups for row in group)


def read_rows(portfolio: Portfolio, first: date, last: date, today: date, zone: str) -> ReportRows:
    """Read the rows of the days from `first` to `last`; days of answers and escalations are those of `zone` (IANA)."""
    session = portfolio.session
    days = {"first": first, "last": last}
    local = days | {"zone": zone}
    return ReportRows(
        [OrderLife(*row) for row in session.execute(_ORDERS, {"last": last})],
        [PaymentRow(*row) for row in session.execute(_PAYMENTS, days)],
        [OverdueRow(*row) for row in session.execute(_OVERDUE, days | {"today": today})],
        [SessionRow(*row) for row in session.execute(_SESSIONS, days)],
        [AnswerRow(*row) for row in session.execute(_ANSWERS, local)],
        [LevelRow(*row) for row in session.execute(_LEVELS, local)],
    )
