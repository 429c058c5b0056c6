"""Tables of events, of the messages that wait for the sender, of notifications, of people's choices and numbers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Table
from core.db.types import Id, Moment, TenantRow, child_of


class OutboxEvent(TenantRow, Table):
    """Something that happened, of a kind of KINDS; `person_id` is who caused it, None for nobody who is signed in."""

    __tablename__ = "outbox_event"

    kind: Mapped[str] = mapped_column(Text)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    person_id: Mapped[str | None] = mapped_column(Id)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (Index(None, "tenant_id", "created_at"),)


class OutboxMessage(TenantRow, Table):
    """A message of an event by one channel to one recipient: a person, an address (encrypted), or the webhook.

    `state` is waiting, sending, sent, failed (is tried again at `next_at`) or dead. `secret` is the encrypted one-time
    link; it goes when the message is sent or expires. A sender owns a message that is sending under
    `claim` until `next_at`; `handing_over` is set while the other side may have it already, `repeated` once it may have
    it twice.
    """

    __tablename__ = "outbox_message"

    event_id: Mapped[str] = mapped_column(Id)
    channel: Mapped[str] = mapped_column(Text)
    person_id: Mapped[str | None] = mapped_column(Id)
    address: Mapped[bytes | None] = mapped_column(LargeBinary)
    secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime | None] = mapped_column(Moment)
    state: Mapped[str] = mapped_column(Text)
    attempts: Mapped[int] = mapped_column(Integer)
    next_at: Mapped[datetime] = mapped_column(Moment)
    claim: Mapped[str | None] = mapped_column(Id)
    handing_over: Mapped[bool] = mapped_column(Boolean)
    repeated: Mapped[bool] = mapped_column(Boolean)
    message_ref: Mapped[str | None] = mapped_column(Text)
    error: Mapped[str | None] = mapped_column(Text)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (
            child_of("outbox_event", "event_id"),
            Index(None, "tenant_id", "created_at"),
            Index(None, "tenant_id", "event_id"),
            Index(
                "ix_outbox_message_due",
                "next_at",
                "tenant_id",
                postgresql_where=text("state in ('waiting', 'failed', 'sending')"),
            ),
        )


class Notification(TenantRow, Table):
    """An event as one person finds it under the bell. Row-level security shows it to that person alone."""

    __tablename__ = "notification"

    event_id: Mapped[str] = mapped_column(Id)
    person_id: Mapped[str] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(Text)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    read_at: Mapped[datetime | None] = mapped_column(Moment)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (
            Index(None, "person_id", "tenant_id", "created_at"),
            Index(None, "tenant_id", "event_id"),
            child_of("outbox_event", "event_id"),
        )


class NotificationChoice(Table):
    """Whether a person wants a kind of event by a channel; without a row they do. The person's own at every customer."""

    __tablename__ = "notification_choice"
    __table_args__ = (PrimaryKeyConstraint("person_id", "kind", "channel"),)

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(Text)
    wanted: Mapped[bool] = mapped_column(Boolean)


class PhoneNumber(TenantRow, Table):
    """The number that a contact of the customer gets text messages at, encrypted; None once it is taken away."""

    __tablename__ = "phone_number"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    number: Mapped[bytes | None] = mapped_column(LargeBinary)
    updated_at: Mapped[datetime] = mapped_column(Moment)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (UniqueConstraint("tenant_id", "person_id"),)
