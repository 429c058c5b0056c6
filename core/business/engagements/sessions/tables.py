"""Tables of guided sessions and of the hours in which a customer takes part in them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Integer, LargeBinary, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Table
from core.db.types import Id, Moment, TenantRow, child_of


class GuidedSession(TenantRow, Table):
    """A guided session with a specialist. `state` is booked, held or cancelled; moving it raises `sequence`.

    `minutes` is a JSON document (text, decisions), encrypted and bound to the row like `reason`, that of its last change.
    `uid` is its identity in calendars.
    `charged_minutes` are those beyond the package's allowance; `instalment_id` is the charge.
    """

    __tablename__ = "guided_session"

    engagement_id: Mapped[str] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    specialist_id: Mapped[str] = mapped_column(Id)
    specialist_person_id: Mapped[str] = mapped_column(Id)
    starts_at: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime] = mapped_column(Moment)
    zone: Mapped[str] = mapped_column(Text)
    specialist_zone: Mapped[str] = mapped_column(Text)
    uid: Mapped[str] = mapped_column(Text)
    sequence: Mapped[int] = mapped_column(Integer)
    agenda: Mapped[list[Any]] = mapped_column(JSONB)
    minutes: Mapped[bytes | None] = mapped_column(LargeBinary)
    held_at: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[bytes | None] = mapped_column(LargeBinary)
    charged_minutes: Mapped[int] = mapped_column(Integer)
    instalment_id: Mapped[str | None] = mapped_column(Id)
    person_id: Mapped[str | None] = mapped_column(Id)
    updated_at: Mapped[datetime] = mapped_column(Moment)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (
            child_of("engagement", "engagement_id"),
            UniqueConstraint("tenant_id", "uid"),
            Index(None, "tenant_id", "starts_at"),
            Index(None, "tenant_id", "engagement_id", "starts_at"),
        )


class CustomerHours(TenantRow, Table):
    """The hours in which a customer takes part in sessions, in the customer's zone; the newest row holds. Never changed.

    `hours` maps a weekday ('mon' … 'sun') to [["09:00", "17:00"], …]; `closed_on` lists days (ISO) without any.
    """

    __tablename__ = "customer_hours"

    hours: Mapped[dict[str, Any]] = mapped_column(JSONB)
    closed_on: Mapped[list[Any]] = mapped_column(JSONB)
    person_id: Mapped[str | None] = mapped_column(Id)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (Index(None, "tenant_id", "created_at"),)
