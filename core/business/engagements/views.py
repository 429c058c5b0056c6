"""Show the orders of a customer: state, lines, payment plan, who ordered and who approved; in a Context of the customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.business.billing.plans import due_text, plan_text
from core.business.billing.tables import Instalment, PaymentPlan
from core.business.catalog.packages import catalogs
from core.business.engagements.rules import PENDING, STATES
from core.business.engagements.signers import signer_of
from core.business.engagements.tables import Engagement, EngagementLine
from core.context import Context
from core.errors import NotFoundError
from core.platform.access.actions import view
from core.platform.access.tables import Person
from core.platform.audit.actions import note_reading


@dataclass(frozen=True, slots=True)
class OrderLineDetails:
    """A line of an order."""

    item: str
    text: str
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class InstalmentDetails:
    """An instalment; `due` says when in words, `due_on` is its day where it has one."""

    number: int
    amount: Decimal
    due: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order. `package_title` is its package's name; `plan` says how it is paid; `assessment` are the customer's answers.

    `assessment` is question -> answer as stored, None for an order that a quote made.
    """

    id: str
    number: str
    state: str
    domain: str
    package: str
    package_title: str
    locations: int
    currency: str
    total: Decimal
    lines: Sequence[OrderLineDetails]
    plan: str
    instalments: Sequence[InstalmentDetails]
    ordered_at: datetime
    ordered_by: str
    go_live_on: date | None
    approved_at: datetime | None
    approver: str | None
    quote_id: str | None
    assessment: Mapping[str, Any] | None

    @property
    def is_pending(self) -> bool:
        return self.state == PENDING

    @property
    def state_text(self) -> str:
        return STATES[self.state]


@dataclass(frozen=True, slots=True)
class OrderSummary:
    """An order without its lines and without names; `state` is pending or approved."""

    id: str
    number: str
    state: str
    quote_id: str | None
    total: Decimal
    currency: str
    ordered_at: datetime

    @property
    def is_pending(self) -> bool:
        return self.state == PENDING


@view("order.read")
def order_states(context: Context) -> list[OrderSummary]:
    """List the orders of the customer with their states, the oldest first."""
    query = (
        select(
            Engagement.id,
            Engagement.number,
            Engagement.state,
            Engagement.quote_id,
            Engagement.total,
            Engagement.currency,
            Engagement.ordered_at,
        )
        .where(Engagement.tenant_id == context.tenant.id)
        .order_by(Engagement.ordered_at, Engagement.id)
    )
    return [OrderSummary(*row) for row in context.session.execute(query)]


@view("order.read")
def orders(context: Context) -> list[OrderView]:
    """List the orders of the customer, the newest first; that the names of who ordered are seen is noted."""
    query = (
        select(Engagement, Person.name)
        .outerjoin(Person, Person.id == Engagement.approved_by)
        .where(Engagement.tenant_id == context.tenant.id)
        .order_by(Engagement.ordered_at.desc(), Engagement.id.desc())
    )
    rows = context.session.execute(query).all()
    if rows:
        customer = context.tenant.id
        note_reading(context, "engagement", customer, data="signer", purpose="signer of an order")
    return [_order(context, row, approver) for row, approver in rows]


@view("order.read")
def order(context: Context, engagement_id: str) -> OrderView:
    """Return an order of the customer. NotFoundError for one of another."""
    for row in orders(context):
        if row.id == engagement_id:
            return row
    raise NotFoundError("There is no such order.", hint="Open the customer's orders.")


def _order(context: Context, row: Engagement, approver: str | None) -> OrderView:
    plan, parts = _payment(context, row.id)
    offers = catalogs().get(row.domain)
    offer = offers.packages.get(row.package) if offers else None
    return OrderView(
        id=row.id,
        number=row.number,
        state=row.state,
        domain=row.domain,
        package=row.package,
        package_title=offer.title if offer else row.package,
        locations=row.locations,
        currency=row.currency,
        total=row.total,
        lines=_lines(context, row.id),
        plan=plan,
        instalments=parts,
        ordered_at=row.ordered_at,
        ordered_by=signer_of(context.session, row.id, row.ordered_by),
        go_live_on=row.go_live_on,
        approved_at=row.approved_at,
        approver=approver,
        quote_id=row.quote_id,
        assessment=row.assessment,
    )


def _lines(context: Context, engagement_id: str) -> list[OrderLineDetails]:
    query = (
        select(EngagementLine)
        .where(
            EngagementLine.tenant_id == context.tenant.id,
            EngagementLine.engagement_id == engagement_id,
        )
        .order_by(EngagementLine.position)
    )
    return [
        OrderLineDetails(line.item, line.text, line.quantity, line.unit_price, line.amount)
        for line in context.session.scalars(query)
    ]


def _payment(context: Context, engagement_id: str) -> tuple[str, list[InstalmentDetails]]:
    plan = context.session.scalars(
        select(PaymentPlan).where(
            PaymentPlan.tenant_id == context.tenant.id, PaymentPlan.engagement_id == engagement_id
        )
    ).one()
    query = (
        select(Instalment)
        .where(Instalment.tenant_id == context.tenant.id, Instalment.plan_id == plan.id)
        .order_by(Instalment.number)
    )
    parts = [
        InstalmentDetails(part.number, part.amount, due_text(part.due_on, part.due_event), part.due_on)
        for part in context.session.scalars(query)
    ]
    return plan_text(plan.kind, plan.months), parts
