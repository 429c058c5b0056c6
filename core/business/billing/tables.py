"""Tables of billing: the payment plan of an order and its instalments."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import Date, Integer, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Table
from core.db.types import Id, Money, TenantRow, child_of


class PaymentPlan(TenantRow, Table):
    """How an order is paid: full, split or extended (over `months`). `total` is the sum of its instalments."""

    __tablename__ = "payment_plan"

    engagement_id: Mapped[str] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(Text)
    months: Mapped[int | None] = mapped_column(Integer)
    currency: Mapped[str] = mapped_column(Text)
    total: Mapped[Decimal] = mapped_column(Money)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (UniqueConstraint("tenant_id", "engagement_id"),)


class Instalment(TenantRow, Table):
    """A part of a payment plan, due on a day (`due_on`) or at an event (`due_event`: signing, go_live)."""

    __tablename__ = "instalment"

    plan_id: Mapped[str] = mapped_column(Id)
    number: Mapped[int] = mapped_column(Integer)
    amount: Mapped[Decimal] = mapped_column(Money)
    due_on: Mapped[date | None] = mapped_column(Date)
    due_event: Mapped[str | None] = mapped_column(Text)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:

        return (child_of("payment_plan", "plan_id"), UniqueConstraint("tenant_id", "plan_id", "number"))
