"""Tables of tenants, people, and their roles in tenants."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    PrimaryKeyConstraint,
    Text,
    func,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Table
from core.db.types import Id, Moment, TenantRow


class TenantRecord(Table):
    """The operator of the installation, or a customer (`kind`). Row-level security shows it to those who reach it.

    `owner_id` is the person who sells to the customer; an archived customer is kept and can be read by managers.
    """

    __tablename__ = "tenant"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    slug: Mapped[str] = mapped_column(Text, unique=True)
    domain: Mapped[str] = mapped_column(Text)
    is_demo: Mapped[bool] = mapped_column(Boolean)
    zone: Mapped[str] = mapped_column(Text)
    currency: Mapped[str] = mapped_column(Text)
    country: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text, server_default="customer", default="customer")
    owner_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    archived_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (
        CheckConstraint("kind in ('operator', 'customer')", name="kind"),
        Index("uq_tenant_operator", "is_demo", unique=True, postgresql_where=text("kind = 'operator'")),
    )


class Person(Table):
    """One of our staff, or a customer's contact. Who is not active reaches nothing.

    `email` is unique whatever its case; `zone` (IANA) is the person's, None for that of the tenant.
    """

    __tablename__ = "person"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    handle: Mapped[str] = mapped_column(Text, unique=True)
    is_demo: Mapped[bool] = mapped_column(Boolean)
    email: Mapped[str | None] = mapped_column(Text)
    zone: Mapped[str | None] = mapped_column(Text)
    active: Mapped[bool] = mapped_column(Boolean, server_default=true(), default=True)
    created_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (Index("uq_person_email", func.lower(text("email")), unique=True),)


class Membership(Table):
    """A person's role in a tenant: of staff at the operator, of a contact at their customer."""

    __tablename__ = "membership"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "person_id"), Index(None, "person_id", "tenant_id"))

    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(Text)


class Assignment(TenantRow, Table):
    """A specialist or partner who works for a customer from `starts_at` until `ends_at` (None: until further notice)."""

    __tablename__ = "assignment"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    starts_at: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime | None] = mapped_column(Moment)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (Index(None, "tenant_id", "person_id"),)
