"""List guided sessions across the customers a person reaches, without words of anybody: who, when, which order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text

from core.business.engagements.sessions.rules import SessionNames
from core.business.specialists.availability.intervals import Interval
from core.context import Portfolio
from core.errors import InvalidInputError
from core.platform.access.portfolio import portfolio_view

MAX_DAYS = 400

_ROWS = text(
    """select customer_id::text, customer, slug, customer_zone, engagement_id::text, number, session_id::text, kind, state,
    specialist_id::text, specialist_person_id::text, specialist, starts_at, ends_at, specialist_zone, charged_minutes,
    is_demo from portfolio_session where starts_at < :until and ends_at > :since
    and (:kind = '' or kind = :kind) and (:state = '' or state = :state)
    and (:person = '' or specialist_person_id::text = :person) and (:customer = '' or slug = :customer)
    order by starts_at, session_id"""
)


@dataclass(frozen=True, slots=True)
class SessionFilter:
    """Which sessions are listed: of a kind, in a state, of a specialist (person), of a customer (slug); '' for all."""

    kind: str = ""
    state: str = ""
    person: str = ""
    customer: str = ""


@dataclass(frozen=True, slots=True)
class SessionRow(SessionNames):
    """A session of any customer; `customer_zone` and `specialist_zone` are those of both sides."""

    customer_id: str
    customer: str
    slug: str
    customer_zone: str
    order_id: str
    order: str
    id: str
    kind: str
    state: str
    specialist_id: str
    person_id: str
    specialist: str
    starts_at: datetime
    ends_at: datetime
    specialist_zone: str
    charged_minutes: int
    is_demo: bool

    @property
    def slot(self) -> Interval:
        return Interval(self.starts_at, self.ends_at)


@portfolio_view("guided_session.read")
def sessions_between(
    portfolio: Portfolio, period: Interval, selection: SessionFilter | None = None
) -> list[SessionRow]:
    """List the sessions in a period that fit the filter, in the order of their time, at most MAX_DAYS days of them."""
    if period.length > timedelta(days=MAX_DAYS):
        raise InvalidInputError(f"That is more than {MAX_DAYS} days.", hint="Choose a shorter period.")
    fields = selection or SessionFilter()
    values = {
        "since": period.start,
        "until": period.end,
        "kind": fields.kind,
        "state": fields.state,
        "person": fields.person,
        "customer": fields.customer,
    }
    return [SessionRow(*row) for row in portfolio.session.execute(_ROWS, values)]
