"""Create an order of a customer, with its lines and payment plan, in an open transaction of the customer's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.business.billing.plans import instalments
from core.business.billing.tables import Instalment, PaymentPlan
from core.business.engagements.rules import PENDING, order_number, submission_number
from core.business.engagements.signers import encrypted_signer
from core.business.engagements.tables import Engagement, EngagementLine
from core.db.session import TenantSession
from core.errors import ConflictError
from core.kit.ids import new_id


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A line of an order; `item` is its key in the catalogue."""

    item: str
    text: str
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class OrderDetails:
    """What an order is made of: the accepted quote (`quote_number` is its number), who ordered, when, and how it is paid.

    `signed_on` is the day of `ordered_at` at the customer. `total` is the sum of the lines' amounts. An order that the
    customer placed has no quote: `submission` (id) numbers it, `assessment` is what its package was proposed by.
    """

    quote_id: str | None
    quote_number: int | None
    prospect_id: str | None
    domain: str
    package: str
    locations: int
    currency: str
    total: Decimal
    lines: Sequence[OrderLine]
    payment_plan: str
    months: int | None
    ordered_at: datetime
    ordered_by: str
    signed_on: date
    go_live_on: date | None
    submission: str | None = None
    assessment: Mapping[str, Any] | None = None


def create_engagement(session: TenantSession, details: OrderDetails) -> str:
    """Write a pending order with lines, payment plan and instalments in the session's tenant; return its id.

    ConflictError where the lines do not sum to the total; InvalidInputError where the plan cannot divide it.
    """
    if not details.lines or sum(line.amount for line in details.lines) != details.total:
        raise ConflictError(
            "The lines of the order do not sum to its total.", hint="Write a new version of the quote."
        )
    order_id = new_id()
    order = Engagement(
        tenant_id=session.tenant,
        id=order_id,
        created_at=details.ordered_at,
        number=_free_number(session, details),
        state=PENDING,
        domain=details.domain,
        package=details.package,
        locations=details.locations,
        currency=details.currency,
        total=details.total,
        quote_id=details.quote_id,
        prospect_id=details.prospect_id,
        ordered_at=details.ordered_at,
        ordered_by=encrypted_signer(session, order_id, details.ordered_by),
        go_live_on=details.go_live_on,
        submission=details.submission,
        assessment=None if details.assessment is None else dict(details.assessment),
        state_since=details.ordered_at,
    )
    session.add(order)
    session.flush()
    for position, line in enumerate(details.lines, 1):
        session.add(_line(session.tenant, order, position, line))
    _add_plan(session, order, details)
    session.flush()
    return order_id


def _free_number(session: TenantSession, details: OrderDetails) -> str:
    """Choose the number of an order: of its quote or its submission, so that no two customers of an operator share one."""
    if details.quote_number is None:
        return submission_number(details.submission or new_id())
    stored = set(session.scalars(select(Engagement.number)))
    attempt = 1
    while (number := order_number(details.quote_number, attempt)) in stored:
        attempt += 1
    return number


def _line(tenant: str, order: Engagement, position: int, line: OrderLine) -> EngagementLine:
    return EngagementLine(
        tenant_id=tenant,
        id=new_id(),
        created_at=order.created_at,
        engagement_id=order.id,
        position=position,
        item=line.item,
        text=line.text,
        quantity=line.quantity,
        unit_price=line.unit_price,
        amount=line.amount,
    )


def _add_plan(session: TenantSession, order: Engagement, details: OrderDetails) -> None:
    parts = instalments(
        details.total, details.payment_plan, details.months, details.currency, details.signed_on
    )
    plan = PaymentPlan(
        tenant_id=session.tenant,
        id=new_id(),
        created_at=order.created_at,
        engagement_id=order.id,
        kind=details.payment_plan,
        months=details.months,
        currency=details.currency,
        total=details.total,
    )
    session.add(plan)
    session.flush()
    for part in parts:
        session.add(
            Instalment(
                tenant_id=session.tenant,
                id=new_id(),
                created_at=order.created_at,
                plan_id=plan.id,
                number=part.number,
                amount=part.amount,
                due_on=part.due_on,
                due_event=part.due_event,
            )
        )
