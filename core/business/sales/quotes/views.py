"""Show quotes: one version with its versions, links and history, the list with filters, and its figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from core.business.billing.plans import PlannedInstalment, instalments
from core.business.catalog.packages import catalog
from core.business.sales.prospects.records import find_prospect
from core.business.sales.quotes.locking import find_quote, operator_zone
from core.business.sales.quotes.pricing import QuoteLine, as_line
from core.business.sales.quotes.rules import (
    QuoteState,
    QuoteTerms,
    is_withdrawn,
    needs_approval,
    number_text,
    state_at,
    today,
)
from core.business.sales.quotes.stored import terms_of, total_discount_of
from core.business.sales.tables import Prospect, ProspectEvent, Quote, QuoteLink, RoiCase
from core.context import Context
from core.platform.access.actions import view
from core.platform.access.tables import Person


@dataclass(frozen=True, slots=True)
class QuoteDetails:
    """A version of a quote. `state` is that of the moment: expired after its last day, also before the job noted it.

    `days_remaining` counts the days after today that it holds; `is_withdrawn` tells an expired one that was taken back.
    `total_discount` is in percent of the price list.
    """

    id: str
    prospect_id: str
    prospect_name: str
    number: int
    version: int
    number_text: str
    state: str
    domain: str
    package: str
    locations: int
    currency: str
    lines: Sequence[QuoteLine]
    discount_percent: Decimal
    discount_reason: str | None
    total_discount: Decimal
    subtotal: Decimal
    total: Decimal
    payment_plan: str
    months: int | None
    valid_until: date
    days_remaining: int
    go_live_on: date | None
    roi_case_id: str | None
    roi_version: int | None
    person_id: str
    person_name: str | None
    owner_id: str | None
    owner_name: str | None
    needs_approval: bool
    approval_asked_at: datetime | None
    approved_by: str | None
    approver_name: str | None
    approved_at: datetime | None
    sent_at: datetime | None
    decided_at: datetime | None
    decline_reason: str | None
    is_withdrawn: bool
    customer_id: str | None
    engagement_id: str | None
    created_at: datetime
    updated_at: datetime
    terms: QuoteTerms

    @property
    def awaits_approval(self) -> bool:
        """Whether a draft cannot be sent before a manager approves its discount."""
        return self.state == QuoteState.DRAFT and self.needs_approval and self.approved_at is None

    @property
    def instalments(self) -> Sequence[PlannedInstalment]:
        """The instalments as they would be due from a signature on."""
        return instalments(self.total, self.payment_plan, self.months, self.currency, None)


@dataclass(frozen=True, slots=True)
class LinkDetails:
    """A link of a quote; `opened_at` is the first time that the prospect opened it."""

    created_at: datetime
    person_name: str | None
    expires_at: datetime
    opened_at: datetime | None
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """An entry of a quote's history; `quote` is the version it is about, `details` are plain values."""

    at: datetime
    kind: str
    quote: str
    person_name: str | None
    note: str | None
    details: dict[str, Any]


_owner, _author, _approver = aliased(Person), aliased(Person), aliased(Person)


@view("quote.read")
def quote(context: Context, quote_id: str) -> QuoteDetails:
    """Return a version of a quote. NotFoundError for one that the person does not see."""
    find_quote(context, quote_id)
    return _details(context, Quote.id == quote_id)[0]


@view("quote.read")
def versions(context: Context, quote_id: str) -> list[QuoteDetails]:
    """List all versions of the quote, the newest first."""
    return _details(context, Quote.number == find_quote(context, quote_id).number)


@view("quote.read")
def quotes_of(context: Context, prospect_id: str) -> list[QuoteDetails]:
    """List all versions of all quotes of a prospect, the newest first."""
    return _details(context, Quote.prospect_id == prospect_id)


@view("quote.read")
def links(context: Context, quote_id: str) -> list[LinkDetails]:
    """List the links of a version, the newest first."""
    find_quote(context, quote_id)
    query = (
        select(QuoteLink, Person.name)
        .outerjoin(Person, Person.id == QuoteLink.person_id)
        .where(QuoteLink.quote_id == quote_id)
        .order_by(QuoteLink.created_at.desc(), QuoteLink.id.desc())
    )
    return [
        LinkDetails(link.created_at, name, link.expires_at, link.opened_at, link.withdrawn_at)
        for link, name in context.session.execute(query)
    ]


@view("quote.read")
def history(context: Context, quote_id: str) -> list[HistoryEntry]:
    """List what happened to all versions of the quote, the newest first."""
    row = find_quote(context, quote_id)
    ids = context.session.scalars(select(Quote.id).where(Quote.number == row.number)).all()
    query = (
        select(ProspectEvent, Person.name)
        .outerjoin(Person, Person.id == ProspectEvent.person_id)
        .where(
            ProspectEvent.prospect_id == row.prospect_id,
            ProspectEvent.details["quote_id"].astext.in_(ids),
        )
        .order_by(ProspectEvent.created_at.desc(), ProspectEvent.id.desc())
    )
    return [
        HistoryEntry(
            event.created_at, event.kind, event.details.get("quote", ""), name, event.note, event.details
        )
        for event, name in context.session.execute(query)
    ]


@view("quote.read")
def operator_day(context: Context) -> date:
    """Return the day of the moment by the operator's zone, by which quotes expire."""
    return today(operator_zone(context.session), context.now)


@view("quote.read")
def roi_versions(context: Context, prospect_id: str) -> dict[str, int]:
    """Return the ROI versions of a prospect that a quote may have attached: id -> version, the newest first.

    Those in the currency of quotes.
    """
    currency = catalog(find_prospect(context, prospect_id).domain).currency
    query = select(RoiCase.id, RoiCase.version).where(
        RoiCase.prospect_id == prospect_id, RoiCase.currency == currency
    )
    return {row.id: row.version for row in context.session.execute(query.order_by(RoiCase.version.desc()))}


def _details(context: Context, condition: Any) -> list[QuoteDetails]:
    query = (
        select(
            Quote,
            Prospect.name.label("prospect"),
            Prospect.owner_id,
            _owner.name.label("owner"),
            _author.name.label("author"),
            _approver.name.label("approver"),
            RoiCase.version.label("roi_version"),
        )
        .join(Prospect, Prospect.id == Quote.prospect_id)
        .outerjoin(_owner, _owner.id == Prospect.owner_id)
        .outerjoin(_author, _author.id == Quote.person_id)
        .outerjoin(_approver, _approver.id == Quote.approved_by)
        .outerjoin(RoiCase, RoiCase.id == Quote.roi_case_id)
        .where(condition)
        .order_by(Quote.number.desc(), Quote.version.desc())
    )
    zone = operator_zone(context.session)
    return [_as_details(context, row, zone) for row in context.session.execute(query)]


def _as_details(context: Context, row: Any, zone: str) -> QuoteDetails:
    record: Quote = row[0]
    state = state_at(record.state, record.valid_until, zone, context.now)
    discount = total_discount_of(record)
    return QuoteDetails(
        id=record.id,
        prospect_id=record.prospect_id,
        prospect_name=row.prospect,
        number=record.number,
        version=record.version,
        number_text=number_text(record.number, record.version),
        state=state.value,
        domain=record.domain,
        package=record.package,
        locations=record.locations,
        currency=record.currency,
        lines=[as_line(document) for document in record.lines],
        discount_percent=record.discount_percent,
        discount_reason=record.discount_reason,
        total_discount=discount,
        subtotal=record.subtotal,
        total=record.total,
        payment_plan=record.payment_plan,
        months=record.months,
        valid_until=record.valid_until,
        days_remaining=(record.valid_until - today(zone, context.now)).days,
        go_live_on=record.go_live_on,
        roi_case_id=record.roi_case_id,
        roi_version=row.roi_version,
        person_id=record.person_id,
        person_name=row.author,
        owner_id=row.owner_id,
        owner_name=row.owner,
        needs_approval=needs_approval(discount),
        approval_asked_at=record.approval_asked_at,
        approved_by=record.approved_by,
        approver_name=row.approver,
        approved_at=record.approved_at,
        sent_at=record.sent_at,
        decided_at=record.decided_at,
        decline_reason=record.decline_reason,
        is_withdrawn=is_withdrawn(state, record.decided_at, record.valid_until, zone),
        customer_id=record.customer_id,
        engagement_id=record.engagement_id,
        created_at=record.created_at,
        updated_at=record.updated_at,
        terms=terms_of(record),
    )
