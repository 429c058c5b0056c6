"""Read the payment plan of an order with its payments, in the session's tenant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from core.business.billing.plans import plan_text
from core.business.billing.status import Part, PlanStatus, plan_status
from core.business.billing.tables import Instalment, Payment, PaymentPlan
from core.db.session import TenantSession
from core.errors import NotFoundError
from core.kit.ids import is_id
from core.kit.money import ZERO

PAYMENT, REFUND = "payment", "refund"


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """The payment plan of an order at a moment, and everything that was paid and given back, the oldest first."""

    plan: PaymentPlan
    instalments: Sequence[Instalment]
    status: PlanStatus
    payments: Sequence[Payment]

    @property
    def text(self) -> str:
        """How the order is paid, in words."""
        return plan_text(self.plan.kind, self.plan.months)


def read_plan(session: TenantSession, engagement_id: str, today: date, *, lock: bool = False) -> StoredPlan:
    """Read the plan of an order as it stands on a day. NotFoundError for an order of another customer.

    `lock`: hold it for the rest of the transaction, so that no two payments settle the same amount.
    """
    query = select(PaymentPlan).where(
        PaymentPlan.tenant_id == session.tenant,
        PaymentPlan.engagement_id == (engagement_id if is_id(engagement_id) else None),
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    plan = session.scalar(query)
    if plan is None:
        raise NotFoundError("There is no such order.", hint="Open the customer's orders.")
    instalments = session.scalars(
        select(Instalment)
        .where(Instalment.tenant_id == session.tenant, Instalment.plan_id == plan.id)
        .order_by(Instalment.number)
        .execution_options(populate_existing=lock)
    ).all()
    payments = session.scalars(
        select(Payment)
        .where(Payment.tenant_id == session.tenant, Payment.plan_id == plan.id)
        .order_by(Payment.created_at, Payment.id)
    ).all()
    parts = [_part(instalment, payments) for instalment in instalments]
    return StoredPlan(plan, instalments, plan_status(parts, today), payments)


def remaining_after(stored: StoredPlan, last: Payment) -> Decimal:
    """Return what was still to be paid of the plan when a payment was recorded, whatever was charged or waived since."""
    until = stored.payments[: list(stored.payments).index(last) + 1]
    remaining = ZERO
    for row in stored.instalments:
        is_later_charge = row.text is not None and row.created_at > last.created_at
        was_waived = row.waived_at is not None and row.waived_at <= last.created_at
        if not is_later_charge and not was_waived:
            part = _part(row, until)
            remaining += min(max(part.amount - part.received + part.refunded, ZERO), part.amount)
    return remaining


def _part(row: Instalment, payments: Sequence[Payment]) -> Part:
    rows = [payment for payment in payments if payment.instalment_id == row.id]
    return Part(
        id=row.id,
        number=row.number,
        amount=row.amount,
        due_on=row.due_on,
        due_event=row.due_event,
        received=_sum(rows, PAYMENT),
        refunded=_sum(rows, REFUND),
        is_waived=row.waived_at is not None,
        text=row.text or "",
    )


def _sum(payments: Sequence[Payment], kind: str) -> Decimal:
    return sum((payment.amount for payment in payments if payment.kind == kind), ZERO)
