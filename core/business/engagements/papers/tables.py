"""Tables of what is written about an order: documents, communication log, feedback and escalations."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Index, Integer, LargeBinary, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Table
from core.db.types import Id, Moment, TenantRow, child_of


class Document(TenantRow, Table):
    """A document of an order; `digest` is the SHA-256 of its plain content. `is_shared`: the customer sees it.

    `name`, `content` and `removed_reason` are encrypted and bound to the row. A removed one keeps its row without content.
    """

    __tablename__ = "document"

    engagement_id: Mapped[str] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[bytes] = mapped_column(LargeBinary)
    media_type: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(Integer)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    is_shared: Mapped[bool] = mapped_column(Boolean)
    person_id: Mapped[str] = mapped_column(Id)
    removed_at: Mapped[datetime | None] = mapped_column(Moment)
    removed_by: Mapped[str | None] = mapped_column(Id)
    removed_reason: Mapped[bytes | None] = mapped_column(LargeBinary)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (
            child_of("engagement", "engagement_id"),
            Index(None, "tenant_id", "engagement_id", "created_at"),
        )


class Communication(TenantRow, Table):
    """An entry of an order's communication log, never changed: channel, direction, when; what was said is encrypted.

    `content` is a JSON document (with, text), encrypted and bound to the row. `corrects` is the entry it puts right.
    """

    __tablename__ = "communication"

    engagement_id: Mapped[str] = mapped_column(Id)
    channel: Mapped[str] = mapped_column(Text)
    direction: Mapped[str] = mapped_column(Text)
    happened_at: Mapped[datetime] = mapped_column(Moment)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    is_shared: Mapped[bool] = mapped_column(Boolean)
    corrects: Mapped[str | None] = mapped_column(Id)
    person_id: Mapped[str] = mapped_column(Id)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (
            child_of("engagement", "engagement_id"),
            Index(None, "tenant_id", "engagement_id", "happened_at"),
        )


class Feedback(TenantRow, Table):
    """A question to the customer about an order, asked once: satisfaction (1 to 5) at a milestone, NPS (0 to 10) at closure.

    `comment` is encrypted and bound to the row.
    """

    __tablename__ = "feedback"

    engagement_id: Mapped[str] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(Text)
    milestone: Mapped[str] = mapped_column(Text)
    score: Mapped[int | None] = mapped_column(Integer)
    comment: Mapped[bytes | None] = mapped_column(LargeBinary)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    answered_by: Mapped[str | None] = mapped_column(Id)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (
            child_of("engagement", "engagement_id"),
            UniqueConstraint("tenant_id", "engagement_id", "kind", "milestone"),
        )


class Escalation(TenantRow, Table):
    """A level of an escalated problem of an order: 1 to 4. The levels of a problem have the same `case_id`.

    `reason` and `resolution` are encrypted and bound to the row, as is `pack`, a JSON document of what stood when it was
    handed over. `respond_by` and `resolve_by` are its time limits.
    """

    __tablename__ = "escalation"

    engagement_id: Mapped[str] = mapped_column(Id)
    case_id: Mapped[str] = mapped_column(Id)
    level: Mapped[int] = mapped_column(Integer)
    reason: Mapped[bytes] = mapped_column(LargeBinary)
    pack: Mapped[bytes] = mapped_column(LargeBinary)
    person_id: Mapped[str] = mapped_column(Id)
    respond_by: Mapped[datetime] = mapped_column(Moment)
    resolve_by: Mapped[datetime] = mapped_column(Moment)
    taken_at: Mapped[datetime | None] = mapped_column(Moment)
    taken_by: Mapped[str | None] = mapped_column(Id)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_by: Mapped[str | None] = mapped_column(Id)
    resolution: Mapped[bytes | None] = mapped_column(LargeBinary)
    details: Mapped[dict[str, Any]] = mapped_column(JSONB)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (
            child_of("engagement", "engagement_id"),
            UniqueConstraint("tenant_id", "case_id", "level"),
            Index(None, "tenant_id", "engagement_id", "created_at"),
        )


class Reminder(TenantRow, Table):
    """A reminder that was sent: what about (`subject`, an id) and which (`key`: '30_days', 'overdue' …). Each once."""

    __tablename__ = "reminder"

    subject: Mapped[str] = mapped_column(Id)
    key: Mapped[str] = mapped_column(Text)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (UniqueConstraint("tenant_id", "subject", "key"),)
