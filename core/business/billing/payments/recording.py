"""Write payments and refunds in an open transaction of the customer's, and change what is due of a plan.

A payment is never changed: a refund is a row of its own. Each receipt is one or more rows, one an instalment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import func, select, update

from core.business.billing.currencies import Conversion
from core.business.billing.payments.shares import Refundable, RefundShare, Share
from core.business.billing.payments.stored import PAYMENT, REFUND, StoredPlan, read_plan
from core.business.billing.plans import GO_LIVE
from core.business.billing.tables import Instalment, Payment, PaymentPlan
from core.db.session import TenantSession
from core.kit.ids import new_id
from core.kit.money import ZERO


@dataclass(frozen=True, slots=True)
class Receipt:
    """What all rows of a receipt share: its number, how and when the money came or went, and who recorded it.

    `conversion` is None where it was paid in the plan's currency. `gateway_payment_id` is set where the gateway said so.
    """

    number: str
    group_id: str
    method: str
    day: date
    now: datetime
    reference: str | None = None
    reason: str | None = None
    person_id: str | None = None
    conversion: Conversion | None = None
    gateway_payment_id: str | None = None


def next_receipt_number(session: TenantSession, order_number: str, plan_id: str) -> str:
    """Return the number of the next receipt of a plan that is locked: 'OC-0042-R3'."""
    query = select(func.count(func.distinct(Payment.receipt_number))).where(
        Payment.tenant_id == session.tenant, Payment.plan_id == plan_id
    )
    return f"{order_number}-R{(session.scalar(query) or 0) + 1}"


def write_payment(
    session: TenantSession, stored: StoredPlan, receipt: Receipt, shares: Sequence[Share]
) -> None:
    """Add the rows of a payment."""
    for share in shares:
        _add(session, stored.plan, receipt, share)


def write_refund(
    session: TenantSession, stored: StoredPlan, receipt: Receipt, shares: Sequence[RefundShare]
) -> None:
    """Add the rows of a refund, each at the rate of the payment that it gives back."""
    payments = {payment.id: payment for payment in stored.payments}
    for share in shares:
        _add(session, stored.plan, receipt, share, payments[share.payment_id])


def refundable(stored: StoredPlan, receipt_number: str) -> list[Refundable]:
    """List the payments of a receipt with what went back of each; none for a receipt that is no payment."""
    rows = []
    for payment in stored.payments:
        if payment.kind != PAYMENT or payment.receipt_number != receipt_number:
            continue
        returned = [row for row in stored.payments if row.refund_of == payment.id]
        rows.append(
            Refundable(
                payment.id,
                payment.instalment_id,
                payment.amount,
                payment.paid_amount,
                sum((row.amount for row in returned), ZERO),
                sum((row.paid_amount for row in returned), ZERO),
            )
        )
    return rows


def go_live_reached(session: TenantSession, engagement_id: str, day: date) -> bool:
    """Set the day of the instalment that is due at go-live; return whether one had none yet. It stays at its first day."""
    plans = select(PaymentPlan.id).where(
        PaymentPlan.tenant_id == session.tenant, PaymentPlan.engagement_id == engagement_id
    )
    result = session.execute(
        update(Instalment)
        .where(
            Instalment.tenant_id == session.tenant,
            Instalment.plan_id.in_(plans),
            Instalment.due_event == GO_LIVE,
            Instalment.due_on.is_(None),
        )
        .values(due_on=day)
        .returning(Instalment.id)
        .execution_options(synchronize_session="fetch")
    )
    return bool(result.all())


def waive_open(session: TenantSession, engagement_id: str, now: datetime, reason: str) -> Decimal:
    """Waive the plan of an order, as of a cancelled one; return how much is no longer due. Twice changes nothing.

    What is paid is waived too: given back later, it is not due again.
    """
    stored = read_plan(session, engagement_id, now.date(), lock=True)
    session.execute(
        update(Instalment)
        .where(
            Instalment.tenant_id == session.tenant,
            Instalment.plan_id == stored.plan.id,
            Instalment.waived_at.is_(None),
        )
        .values(waived_at=now, waived_reason=reason)
        .execution_options(synchronize_session="fetch")
    )
    return stored.status.remaining


def _add(
    session: TenantSession,
    plan: PaymentPlan,
    receipt: Receipt,
    share: Share | RefundShare,
    source: Payment | None = None,
) -> None:
    """Add a row; `source` is the payment that a refund gives back."""
    used = receipt.conversion
    session.add(
        Payment(
            tenant_id=session.tenant,
            id=new_id(),
            created_at=receipt.now,
            plan_id=plan.id,
            instalment_id=share.instalment_id,
            group_id=receipt.group_id,
            kind=PAYMENT if source is None else REFUND,
            amount=share.amount,
            currency=plan.currency,
            paid_amount=share.paid_amount,
            paid_currency=source.paid_currency if source else used.currency if used else plan.currency,
            rate=source.rate if source else used.rate.rate if used else None,
            rate_on=source.rate_on if source else used.rate.day if used else None,
            rate_source=source.rate_source if source else used.rate.text if used else None,
            method=receipt.method,
            reference=receipt.reference,
            received_on=receipt.day,
            receipt_number=receipt.number,
            refund_of=source.id if source else None,
            reason=receipt.reason,
            gateway_payment_id=receipt.gateway_payment_id,
            person_id=receipt.person_id,
        )
    )
