"""Tables of billing: the payment plan of an order, its instalments, payments, payments by the gateway, exchange rates."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, Date, Index, Integer, LargeBinary, Numeric, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Table
from core.db.types import Id, Moment, Money, TenantRow, child_of

Rate = Numeric(24, 10)


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
    """A part of a payment plan, due on a day (`due_on`) or at an event (`due_event`: signing, go_live).

    `text` says what a charge beyond the plan is for. What is waived (`waived_at`) is due no more, but for what was paid.
    """

    __tablename__ = "instalment"

    plan_id: Mapped[str] = mapped_column(Id)
    number: Mapped[int] = mapped_column(Integer)
    amount: Mapped[Decimal] = mapped_column(Money)
    due_on: Mapped[date | None] = mapped_column(Date)
    due_event: Mapped[str | None] = mapped_column(Text)
    text: Mapped[str | None] = mapped_column(Text)
    waived_at: Mapped[datetime | None] = mapped_column(Moment)
    waived_reason: Mapped[str | None] = mapped_column(Text)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (child_of("payment_plan", "plan_id"), UniqueConstraint("tenant_id", "plan_id", "number"))


class Payment(TenantRow, Table):
    """Money that came in or, for a refund, went back; never changed. `amount` is in the plan's currency, above zero.

    `kind` is payment or refund, `refund_of` the payment that is refunded. What was paid in another currency keeps amount,
    rate, its day and its source. `receipt_number` is unique in the customer.
    """

    __tablename__ = "payment"

    plan_id: Mapped[str] = mapped_column(Id)
    instalment_id: Mapped[str] = mapped_column(Id)
    group_id: Mapped[str] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(Text)
    amount: Mapped[Decimal] = mapped_column(Money)
    currency: Mapped[str] = mapped_column(Text)
    paid_amount: Mapped[Decimal] = mapped_column(Money)
    paid_currency: Mapped[str] = mapped_column(Text)
    rate: Mapped[Decimal | None] = mapped_column(Rate)
    rate_on: Mapped[date | None] = mapped_column(Date)
    rate_source: Mapped[str | None] = mapped_column(Text)
    method: Mapped[str] = mapped_column(Text)
    reference: Mapped[str | None] = mapped_column(Text)
    received_on: Mapped[date] = mapped_column(Date)
    receipt_number: Mapped[str] = mapped_column(Text)
    refund_of: Mapped[str | None] = mapped_column(Id)
    reason: Mapped[str | None] = mapped_column(Text)
    gateway_payment_id: Mapped[str | None] = mapped_column(Id)
    person_id: Mapped[str | None] = mapped_column(Id)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (
            child_of("payment_plan", "plan_id"),
            child_of("instalment", "instalment_id"),
            Index(None, "tenant_id", "plan_id", "received_on"),
            Index(None, "tenant_id", "receipt_number"),
            UniqueConstraint("tenant_id", "gateway_payment_id", "instalment_id", "kind"),
        )


class GatewayPayment(TenantRow, Table):
    """A payment begun at the gateway: what was asked, and the last state it answered. `reference` is ours.

    `poll_url` is encrypted and bound to the row: who has it reads the payment. `is_settled` once its money is recorded.
    """

    __tablename__ = "gateway_payment"

    plan_id: Mapped[str] = mapped_column(Id)
    instalment_id: Mapped[str] = mapped_column(Id)
    gateway: Mapped[str] = mapped_column(Text)
    reference: Mapped[str] = mapped_column(Text)
    gateway_reference: Mapped[str | None] = mapped_column(Text)
    amount: Mapped[Decimal] = mapped_column(Money)
    currency: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    poll_url: Mapped[bytes | None] = mapped_column(LargeBinary)
    browser_url: Mapped[bytes | None] = mapped_column(LargeBinary)
    details: Mapped[dict[str, Any]] = mapped_column(JSONB)
    is_settled: Mapped[bool] = mapped_column(Boolean)
    person_id: Mapped[str | None] = mapped_column(Id)
    updated_at: Mapped[datetime] = mapped_column(Moment)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (
            child_of("payment_plan", "plan_id"),
            child_of("instalment", "instalment_id"),
            UniqueConstraint("reference", "tenant_id"),
        )


class ExchangeRate(TenantRow, Table):
    """The price of one unit of `currency` in `quote_currency` on a day, of the operator; the newest entry of a day holds.

    `source` says where it is from; `corrects` is the earlier entry of the same day. Never changed.
    """

    __tablename__ = "exchange_rate"

    currency: Mapped[str] = mapped_column(Text)
    quote_currency: Mapped[str] = mapped_column(Text)
    valid_on: Mapped[date] = mapped_column(Date)
    rate: Mapped[Decimal] = mapped_column(Rate)
    source: Mapped[str] = mapped_column(Text)
    corrects: Mapped[str | None] = mapped_column(Id)
    reason: Mapped[str | None] = mapped_column(Text)
    person_id: Mapped[str] = mapped_column(Id)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (Index(None, "tenant_id", "currency", "quote_currency", "valid_on"),)
