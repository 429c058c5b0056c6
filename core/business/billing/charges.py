"""Charge what goes beyond an order: a further instalment of its payment plan, with a text that says what for."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import func, select

from core.business.billing.tables import Instalment, PaymentPlan
from core.db.session import TenantSession
from core.kit.ids import new_id


def add_charge(
    session: TenantSession, engagement_id: str, amount: Decimal, text: str, due_on: date, now: datetime
) -> str | None:
    """Add a charge in the plan's currency to the payment plan of an order; return the instalment (id), None without a plan.

    The plan's total grows by it, so that it stays the sum of its instalments.
    """
    plan = session.scalar(
        select(PaymentPlan)
        .where(PaymentPlan.tenant_id == session.tenant, PaymentPlan.engagement_id == engagement_id)
        .with_for_update()
    )
    if plan is None:
        return None
    last = session.scalar(
        select(func.max(Instalment.number)).where(
            Instalment.tenant_id == session.tenant, Instalment.plan_id == plan.id
        )
    )
    instalment = Instalment(
        tenant_id=session.tenant,
        id=new_id(),
        created_at=now,
        plan_id=plan.id,
        number=int(last or 0) + 1,
        amount=amount,
        due_on=due_on,
        due_event=None,
        text=text,
    )
    session.add(instalment)
    plan.total += amount
    session.flush()
    return instalment.id
