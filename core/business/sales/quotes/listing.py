"""List quotes with filters, in one question of the database, and compute the figures above the list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Numeric, and_, case, cast, func, or_, select

from core.business.sales.quotes.locking import operator_zone
from core.business.sales.quotes.rules import (
    DISCOUNT_LIMIT,
    EXPIRES_SOON,
    MIN_DECIDED,
    QuoteState,
    is_withdrawn,
    number_text,
    read_number,
    read_version,
    today,
)
from core.business.sales.tables import Prospect, Quote
from core.context import Context
from core.errors import NotFoundError
from core.kit.ids import is_id
from core.platform.access.actions import view
from core.platform.access.customers.actions import require_operator
from core.platform.access.tables import Person

MAX_ROWS = 200
NOBODY = "nobody"
"""Filter by owner: prospects without one."""
NEEDS_APPROVAL = "needs_approval"
"""Filter by state: drafts whose discount waits for approval."""


@dataclass(frozen=True, slots=True)
class QuoteFilter:
    """`state` is one of QuoteState or NEEDS_APPROVAL, `owner_id` a person or NOBODY; '' for all. `search` is in number or prospect.

    Without a state, replaced versions are left out. `expires_within` keeps sent quotes whose last day is that near;
    `without_lost` leaves out those of lost prospects.
    """

    state: str = ""
    owner_id: str = ""
    expires_within: int | None = None
    search: str = ""
    prospect_id: str = ""
    without_lost: bool = False


@dataclass(frozen=True, slots=True)
class QuoteRow:
    """A version of a quote in the list; fields as of QuoteDetails."""

    id: str
    prospect_id: str
    prospect_name: str
    number_text: str
    state: str
    is_withdrawn: bool
    awaits_approval: bool
    currency: str
    total: Decimal
    valid_until: date
    days_remaining: int
    owner_id: str | None
    owner_name: str | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class QuotePage:
    """Some rows of the list, of `total_count` that match."""

    rows: Sequence[QuoteRow]
    total_count: int


@dataclass(frozen=True, slots=True)
class QuoteFigures:
    """Figures of the quotes that the person sees: value and count of those that are sent, by currency.

    `win_rate` is accepted / decided in whole percent (decided: accepted or declined); None below MIN_DECIDED.
    """

    open_value: Mapping[str, Decimal]
    open_count: int
    expiring: int
    awaiting_approval: int
    accepted: int
    decided_count: int

    @property
    def win_rate(self) -> Decimal | None:
        return (
            100 * Decimal(self.accepted) / self.decided_count if self.decided_count >= MIN_DECIDED else None
        )


@view("quote.read")
def quote_rows(
    context: Context, filters: QuoteFilter | None = None, limit: int = 50, offset: int = 0
) -> QuotePage:
    """List the quotes that match, the last changed first: at most MAX_ROWS from `offset` on."""
    require_operator(context)
    zone = operator_zone(context.session)
    day = today(zone, context.now)
    query = (
        select(
            Quote.id,
            Quote.prospect_id,
            Prospect.name.label("prospect_name"),
            Quote.number,
            Quote.version,
            _state(day).label("state"),
            Quote.decided_at,
            _awaits_approval().label("awaits_approval"),
            Quote.currency,
            Quote.total,
            Quote.valid_until,
            Prospect.owner_id,
            Person.name.label("owner_name"),
            Quote.updated_at,
            func.count().over().label("total_count"),
        )
        .join(Prospect, and_(Prospect.tenant_id == Quote.tenant_id, Prospect.id == Quote.prospect_id))
        .outerjoin(Person, Person.id == Prospect.owner_id)
    )
    query = query.where(*_conditions(filters or QuoteFilter(), day))
    query = query.order_by(Quote.updated_at.desc(), Quote.number.desc(), Quote.version.desc())
    rows = context.session.execute(query.limit(max(0, min(limit, MAX_ROWS))).offset(max(0, offset))).all()
    return QuotePage([_row(row, day, zone) for row in rows], rows[0].total_count if rows else 0)


@view("quote.read")
def quote_id_of(context: Context, text: str) -> str:
    """Return the id of the quote that a text names: its id, 'Q-0042' for the newest version, or 'Q-0042 v1'.

    NotFoundError where the person sees none.
    """
    require_operator(context)
    query = select(Quote.id)
    if is_id(text):
        query = query.where(Quote.id == text)
    else:
        number, version = read_number(text), read_version(text)
        query = query.where(Quote.number == (number or 0)).order_by(Quote.version.desc())
        query = query.where(Quote.version == version) if version else query
    quote_id = context.session.scalar(query.limit(1))
    if quote_id is None:
        raise NotFoundError("There is no such quote for you.", hint="Name it like Q-0042.")
    return quote_id


@view("quote.read")
def quote_figures(context: Context) -> QuoteFigures:
    """Compute the figures of all quotes that the person sees."""
    require_operator(context)
    day = today(operator_zone(context.session), context.now)
    newest = func.max(Quote.version).over(partition_by=Quote.number)
    quotes = select(
        Quote.number,
        Quote.currency,
        Quote.total,
        Quote.valid_until,
        _state(day).label("state"),
        _awaits_approval().label("waits"),
        (Quote.version == newest).label("is_newest"),
    ).subquery()
    of = quotes.c
    is_open = of.state == QuoteState.SENT
    won = of.state == QuoteState.ACCEPTED
    refused = and_(
        of.state == QuoteState.DECLINED, of.is_newest
    )  # an answer to an earlier version decided nothing
    query = select(
        of.currency,
        func.coalesce(func.sum(of.total).filter(is_open), 0).label("value"),
        func.count().filter(is_open).label("open"),
        func.count().filter(is_open, of.valid_until <= day + timedelta(days=EXPIRES_SOON)).label("expiring"),
        func.count().filter(of.waits).label("waiting"),
        func.count(of.number.distinct()).filter(won).label("accepted"),
        func.count(of.number.distinct()).filter(or_(won, refused)).label("decided_count"),
    ).group_by(of.currency)
    rows = context.session.execute(query).all()
    return QuoteFigures(
        {row.currency: row.value for row in rows if row.open},
        *(
            sum(getattr(row, name) for row in rows)
            for name in ("open", "expiring", "waiting", "accepted", "decided_count")
        ),
    )


def _state(day: date) -> ColumnElement[str]:
    """Select the state on a day: what is sent is expired after its last day."""
    is_over = and_(Quote.state == QuoteState.SENT, Quote.valid_until < day)
    return case((is_over, QuoteState.EXPIRED.value), else_=Quote.state)


def _awaits_approval() -> ColumnElement[bool]:
    discount = cast(Quote.lines[0]["total_discount"].astext, Numeric)
    return and_(
        Quote.state == QuoteState.DRAFT,
        func.coalesce(discount, Quote.discount_percent) > DISCOUNT_LIMIT,
        Quote.approved_at.is_(None),
    )


def _conditions(filters: QuoteFilter, day: date) -> Iterator[ColumnElement[bool]]:
    if filters.state == NEEDS_APPROVAL:
        yield _awaits_approval()
    elif filters.state:
        yield _state(day) == filters.state
    else:
        yield Quote.state != QuoteState.REPLACED
    if filters.owner_id == NOBODY:
        yield Prospect.owner_id.is_(None)
    elif filters.owner_id:
        yield Prospect.owner_id == filters.owner_id
    if filters.expires_within is not None:
        last = day + timedelta(days=filters.expires_within)
        yield and_(_state(day) == QuoteState.SENT, Quote.valid_until <= last)
    if filters.without_lost:
        yield Prospect.stage != "lost"
    if filters.prospect_id:
        yield Quote.prospect_id == filters.prospect_id
    if text := filters.search.strip():
        has_name = Prospect.name.icontains(text, autoescape=True)
        number = read_number(text)
        yield has_name if number is None else or_(has_name, Quote.number == number)


def _row(row: Any, day: date, zone: str) -> QuoteRow:
    return QuoteRow(
        row.id,
        row.prospect_id,
        row.prospect_name,
        number_text(row.number, row.version),
        row.state,
        is_withdrawn(row.state, row.decided_at, row.valid_until, zone),
        row.awaits_approval,
        row.currency,
        row.total,
        row.valid_until,
        (row.valid_until - day).days,
        row.owner_id,
        row.owner_name,
        row.updated_at,
    )
