"""Read what a prospect sees by a link: the quote in words, or the reason why there is none to see."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from core.business.billing.plans import due_text, instalments, plan_text
from core.business.catalog.packages import catalogs
from core.business.engagements.tables import Engagement
from core.business.sales.acceptance.links import LinkedQuote, program_session, read_linked
from core.business.sales.acceptance.rules import READABLE, LinkState, NotOpenError
from core.business.sales.acceptance.signers import signer_of
from core.business.sales.promises import stored_promises
from core.business.sales.proposals import proposal_pdf
from core.business.sales.proposals.frozen import sent_contents
from core.business.sales.proposals.roi import roi_of
from core.business.sales.quotes.pricing import as_line
from core.business.sales.quotes.rules import end_of_validity, number_text
from core.business.sales.tables import ProspectEvent, Quote, QuoteLink
from core.context import Context, Tenant
from core.db.session import TenantSession
from core.kit import clock
from core.kit.ids import new_id
from core.kit.money import show
from core.platform.access.tables import Person, TenantRecord
from core.platform.delivery.composing import DEFAULT_PRODUCT, PRODUCTS

_log = logging.getLogger("aura.sales")
_READS = frozenset({"quote.read", "prospect.read"})
"""What the program may do to draw the page and the proposal of a link."""


@dataclass(frozen=True, slots=True)
class PublicLine:
    """A line of the quote, numbers as text; `price` is '' where it is the amount."""

    text: str
    explanation: str
    quantity: str
    price: str
    amount: str


@dataclass(frozen=True, slots=True)
class PublicRoi:
    """The ROI that the quote names: a sentence, its figures with their range, and what was assumed."""

    sentence: str
    figures: Sequence[tuple[str, str]]
    assumptions: Sequence[str]


@dataclass(frozen=True, slots=True)
class PublicQuote:
    """A quote as its prospect reads it: texts, amounts with currency, days and times in the operator's zone."""

    number: str
    operator: str
    product: str
    is_demo: bool
    seller: str
    seller_email: str
    company: str
    package: str
    locations: int
    lines: Sequence[PublicLine]
    total: str
    currency: str
    plan: str
    instalments: Sequence[tuple[str, str]]
    promises: Sequence[tuple[str, str]]
    valid_until: str
    go_live: str
    decided_at: str
    signer: str
    order_number: str
    roi: PublicRoi | None = None


@dataclass(frozen=True, slots=True)
class PublicPage:
    """What a link opens; `quote` is None where there is none to see. `tenant` and `quote_id` are the operator's."""

    link_state: LinkState
    quote: PublicQuote | None = None
    tenant: str = ""
    quote_id: str = ""


def resolve(token: str, *, is_opened: bool = False) -> PublicPage:
    """Read what a link opens. `is_opened`: a person looks at it; the first time is noted in the prospect's history."""
    with program_session(token) as (session, link_id, quote_id):
        linked = read_linked(session, link_id, quote_id)
        if linked.link_state not in READABLE or linked.quote is None:
            return PublicPage(linked.link_state)
        page = PublicPage(linked.link_state, _quote(session, linked), session.tenant, quote_id)
        if is_opened and linked.link is not None and linked.link.opened_at is None:
            _note_opening(session, linked.link, linked.quote)
        return page


def proposal(token: str) -> tuple[str, bytes]:
    """Print the proposal of a link's quote; return the quote's number and the PDF.

    NotOpenError where the link shows no quote.
    """
    with program_session(token) as (session, link_id, quote_id):
        linked = read_linked(session, link_id, quote_id)
        if linked.link_state not in READABLE or linked.quote is None or linked.operator is None:
            raise NotOpenError(linked.link_state)
        pdf = proposal_pdf(_context(session, linked.operator, linked.now), quote_id)
        return number_text(linked.quote.number, linked.quote.version), pdf


def _context(session: TenantSession, record: TenantRecord, now: datetime) -> Context:
    tenant = Tenant(
        record.id,
        record.name,
        record.slug,
        record.domain,
        record.is_demo,
        record.zone,
        record.currency,
        record.country,
        record.kind,
    )
    return Context(session, tenant, "", "worker", "worker", _READS, now)


def _quote(session: TenantSession, linked: LinkedQuote) -> PublicQuote:
    quote, prospect, operator, link = linked.quote, linked.prospect, linked.operator, linked.link
    if quote is None or prospect is None or operator is None or link is None:
        raise ValueError("a link_state that can be read has all its rows")
    contents = sent_contents(quote)
    seller, email = _seller(session, prospect.owner_id or link.person_id)
    return PublicQuote(
        number=number_text(quote.number, quote.version),
        operator=contents.proposal.seller if contents else operator.name,
        product=contents.proposal.product if contents else PRODUCTS.get(quote.domain, DEFAULT_PRODUCT),
        is_demo=operator.is_demo,
        seller=seller,
        seller_email=email,
        company=contents.proposal.customer if contents else prospect.name,
        package=contents.package if contents else _package_title(quote),
        locations=quote.locations,
        lines=_lines(quote),
        total=show(quote.total, quote.currency),
        currency=quote.currency,
        plan=contents.plan if contents else plan_text(quote.payment_plan, quote.months),
        instalments=_instalments(quote, linked, operator.zone),
        promises=[(promise.text, promise.target_text) for promise in stored_promises(session, quote)],
        valid_until=_last_minute(end_of_validity(quote.valid_until, operator.zone), operator.zone),
        go_live=f"{quote.go_live_on:%-d %B %Y}" if quote.go_live_on else "",
        decided_at=_moment(quote.decided_at, operator.zone) if quote.decided_at else "",
        signer=signer_of(session, quote.id, quote.signer) or "",
        order_number=_order_number(session, quote),
        roi=_roi(_context(session, operator, linked.now), quote),
    )


def _package_title(quote: Quote) -> str:
    offers = catalogs().get(quote.domain)
    offer = offers.packages.get(quote.package) if offers else None
    return offer.title if offer else quote.package


def _lines(quote: Quote) -> list[PublicLine]:
    lines = []
    for line in map(as_line, quote.lines):
        is_plain = line.quantity == 1
        lines.append(
            PublicLine(
                line.text,
                line.explanation,
                f"{line.quantity.normalize():f}",
                "" if is_plain else show(line.unit_price, quote.currency),
                show(line.amount, quote.currency),
            )
        )
    return lines


def _instalments(quote: Quote, linked: LinkedQuote, zone: str) -> list[tuple[str, str]]:
    """Pair amounts with when they are due: in words before a signature, by its day afterwards."""
    signed_on = None
    if linked.link_state is LinkState.ACCEPTED and quote.decided_at:
        signed_on = quote.decided_at.astimezone(ZoneInfo(zone)).date()
    parts = instalments(quote.total, quote.payment_plan, quote.months, quote.currency, signed_on)
    return [
        (due_text(part.due_on, part.due_event, part.months_after), show(part.amount, quote.currency))
        for part in parts
    ]


def _roi(context: Context, quote: Quote) -> PublicRoi | None:
    """Return the ROI that the quote names; None without one, and, noted in the log, where its case cannot be read."""
    try:
        contents = sent_contents(quote)
        roi = contents.proposal.roi if contents else roi_of(context, quote)
    except (LookupError, TypeError, ValueError, ArithmeticError) as error:
        _log.warning("the ROI case of a quote cannot be read: %s", type(error).__name__)
        return None
    if roi is None:
        return None
    figures = [
        ("Saving", f"{roi.saving} ({roi.percent})"),
        ("Traditional move", roi.traditional_total),
        ("With us", roi.ours_total),
    ]
    assumptions = [f"{entry.title}: {entry.value} ({entry.source}, {entry.range})" for entry in roi.inputs]
    return PublicRoi(roi.range, figures, assumptions)


def _order_number(session: TenantSession, quote: Quote) -> str:
    """Return the number of the order that came of a quote, '' without one."""
    if quote.customer_id is None or quote.engagement_id is None:
        return ""
    with session.working_in(quote.customer_id):
        query = select(Engagement.number).where(Engagement.id == quote.engagement_id)
        return session.scalar(query) or ""


def _seller(session: TenantSession, person: str) -> tuple[str, str]:
    row = session.execute(select(Person.name, Person.email).where(Person.id == person, Person.active)).first()
    return (row.name, row.email or "") if row else ("", "")


def _last_minute(end: datetime, zone: str) -> str:
    return _moment(end - timedelta(minutes=1), zone)


def _moment(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%-d %B %Y, %H:%M %Z}"


def _note_opening(session: TenantSession, link: QuoteLink, quote: Quote) -> None:
    """Note the first opening of a link, once also where two browsers open it at the same moment."""
    now = clock.now()
    link_id = session.scalar(
        update(QuoteLink)
        .where(QuoteLink.tenant_id == session.tenant, QuoteLink.id == link.id, QuoteLink.opened_at.is_(None))
        .values(opened_at=now)
        .returning(QuoteLink.id)
    )
    if link_id is None:
        return
    session.add(
        ProspectEvent(
            tenant_id=session.tenant,
            id=new_id(),
            created_at=now,
            prospect_id=quote.prospect_id,
            kind="quote_opened",
            person_id=None,
            details={"quote_id": quote.id, "quote": number_text(quote.number, quote.version)},
            note=None,
        )
    )
    session.commit()
