"""Show partners with their people, earnings and assignments; in a Context of the operator.

Managers see all partners; who works for a partner sees their own alone, which the database holds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Row, select, text

from core.business.specialists.partners.contacts import contact_of
from core.business.specialists.partners.rules import (
    DELIVERY,
    REFERRAL,
    PaidOrder,
    Statement,
    credited,
    statements,
)
from core.business.specialists.tables import Partner, Specialist
from core.context import Context
from core.errors import InvalidInputError, NotFoundError
from core.platform.access.actions import view
from core.platform.access.customers.actions import require_operator
from core.platform.access.tables import Person
from core.platform.audit.actions import note_reading

_CREDITS = text(
    """select partner_id::text, engagement_id::text, payment_id::text, order_number, credit, share_percent,
    case kind when 'refund' then -amount else amount end as amount, currency, received_on from partner_credits()
    where received_on between coalesce(:since, date '0001-01-01') and coalesce(:until, date '9999-12-31')
    order by received_on, order_number, kind"""
)
_ASSIGNMENTS = text(
    "select * from partner_assignments() order by ends_at is not null, starts_at desc, order_number"
)


@dataclass(frozen=True, slots=True)
class PartnerView:
    """A partner with the names of its people; shares in percent. `contact` is '' where it is not asked for."""

    id: str
    name: str
    country: str
    share_percent: Decimal
    referral_percent: Decimal
    is_active: bool
    people: Sequence[str]
    contact: str = ""


@dataclass(frozen=True, slots=True)
class PartnerEarnings:
    """What a partner earned from payments received in a period, a statement a currency."""

    partner_id: str
    name: str
    statements: Sequence[Statement]


@dataclass(frozen=True, slots=True)
class PartnerAssignment:
    """An order that one of a partner's people works on or worked on, without the customer's name."""

    partner_id: str
    name: str
    order_number: str
    domain: str
    source: str | None
    state: str
    role: str
    starts_at: datetime
    ends_at: datetime | None


@view("partner.read")
def partners(context: Context) -> list[PartnerView]:
    """List the partners by name, without their contacts: all for managers, their own for who works for one."""
    require_operator(context)
    people = defaultdict(list)
    query = (
        select(Specialist.partner_id, Person.name)
        .join(Person, Person.id == Specialist.person_id)
        .where(Specialist.tenant_id == context.tenant.id, Specialist.partner_id.is_not(None))
        .order_by(Person.name)
    )
    for partner_id, name in context.session.execute(query):
        people[partner_id].append(name)
    rows = context.session.scalars(
        select(Partner).where(Partner.tenant_id == context.tenant.id).order_by(Partner.name)
    )
    return [_partner(row, people[row.id]) for row in rows]


@view("partner.edit")
def partner(context: Context, partner_id: str) -> PartnerView:
    """Return a partner with its contact, which is noted as seen. NotFoundError for one of another operator."""
    require_operator(context)
    query = select(Partner).where(Partner.tenant_id == context.tenant.id, Partner.id == partner_id)
    row = context.session.scalar(query)
    if row is None:
        raise NotFoundError("There is no such partner.", hint="Choose one on Partners.")
    if row.contact is not None:
        note_reading(context, "partner", row.id, data="contact", purpose="contact of a partner")
    return _partner(row, (), contact_of(context.session, row.id, row.contact))


@view("partner.read")
def partner_earnings(
    context: Context, since: date | None = None, until: date | None = None
) -> list[PartnerEarnings]:
    """Compute what each partner earned from payments received from `since` to `until`, both days included.

    Refunds of the period are taken off. InvalidInputError for a period that ends before it begins.
    """
    require_operator(context)
    if since and until and until < since:
        raise InvalidInputError("The period ends before it begins.", hint="Choose a later last day.")
    credits_by_partner = defaultdict(list)
    for row in context.session.execute(_CREDITS, {"since": since, "until": until}):
        credits_by_partner[row.partner_id].append(row)
    return [
        PartnerEarnings(company.id, company.name, statements(_paid_orders(credits_by_partner[company.id])))
        for company in partners(context)
    ]


@view("partner.read")
def partner_assignments(context: Context) -> list[PartnerAssignment]:
    """List the orders of partners' people: those that last first, then the newest."""
    require_operator(context)
    return [
        PartnerAssignment(
            str(row.partner_id),
            row.name,
            row.order_number,
            row.domain,
            row.source,
            row.state,
            row.role,
            row.starts_at,
            row.ends_at,
        )
        for row in context.session.execute(_ASSIGNMENTS)
    ]


def _partner(row: Partner, people: Sequence[str], contact: str = "") -> PartnerView:
    return PartnerView(
        row.id,
        row.name,
        row.country,
        row.share_percent,
        row.referral_percent,
        row.is_active,
        tuple(people),
        contact,
    )


def _paid_orders(rows: Iterable[Row[tuple[object, ...]]]) -> list[PaidOrder]:
    """Add up a partner's payments by order and share; of two shares of a payment the larger counts."""
    payments: dict[str, list[Row[tuple[object, ...]]]] = defaultdict(list)
    for row in rows:
        payments[row.payment_id].append(row)
    paid: dict[tuple[str, str, str, str, Decimal], Decimal] = defaultdict(Decimal)
    for credits_of_payment in payments.values():
        by_credit = {row.credit: row.share_percent for row in credits_of_payment}
        share = credited(by_credit.get(REFERRAL), by_credit.get(DELIVERY))
        if share is not None:
            row = credits_of_payment[0]
            paid[row.engagement_id, row.order_number, row.currency, *share] += row.amount
    return [
        PaidOrder(engagement_id, number, kind, currency, amount, percent)
        for (engagement_id, number, currency, kind, percent), amount in paid.items()
    ]
