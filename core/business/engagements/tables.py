"""Tables of engagements: an order of a customer with its lines."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Date, Integer, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Table
from core.db.types import Id, Moment, Money, Quantity, TenantRow, child_of


class Engagement(TenantRow, Table):
    """An order of the customer with its project. `state` is pending, then approved.

    `quote_id` and `prospect_id` are of the operator's tenant. `ordered_by` is who accepted the quote, encrypted.
    """

    __tablename__ = "engagement"

    number: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    domain: Mapped[str] = mapped_column(Text)
    package: Mapped[str] = mapped_column(Text)
    locations: Mapped[int] = mapped_column(Integer)
    currency: Mapped[str] = mapped_column(Text)
    total: Mapped[Decimal] = mapped_column(Money)
    quote_id: Mapped[str] = mapped_column(Id)
    prospect_id: Mapped[str] = mapped_column(Id)
    ordered_at: Mapped[datetime] = mapped_column(Moment)
    ordered_by: Mapped[bytes] = mapped_column(LargeBinary)
    go_live_on: Mapped[date | None] = mapped_column(Date)
    approved_at: Mapped[datetime | None] = mapped_column(Moment)
    approved_by: Mapped[str | None] = mapped_column(Id)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (UniqueConstraint("tenant_id", "quote_id"), UniqueConstraint("tenant_id", "number"))


class EngagementLine(TenantRow, Table):
    """A line of an order: what, how many, at which price. `item` is its key in the catalogue."""

    __tablename__ = "engagement_line"

    engagement_id: Mapped[str] = mapped_column(Id)
    position: Mapped[int] = mapped_column(Integer)
    item: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    quantity: Mapped[Decimal] = mapped_column(Quantity)
    unit_price: Mapped[Decimal] = mapped_column(Money)
    amount: Mapped[Decimal] = mapped_column(Money)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (
            child_of("engagement", "engagement_id"),
            UniqueConstraint("tenant_id", "engagement_id", "position"),
        )
