"""Tables of the sales desk: prospects, discovery answers, ROI cases, quotes with their links and promises, content.

All of them are the operator's. A person of sales sees the prospects they own and those nobody owns; the rows of a
prospect follow it. Managers and administrators see all.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, LargeBinary, Numeric, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Table
from core.db.types import Id, Moment, Money, TenantRow, child_of

Percent = Numeric(7, 4)


class Prospect(TenantRow, Table):
    """A company that may become a customer. `name_key` is its name folded, by which duplicates are looked for.

    `contact` holds name, e-mail and telephone, encrypted and bound to the row; `contact_index` their fingerprints.
    `volumes` maps a measure (items, pupils …) to {value, source, evidence}. `customer_id` is the tenant made of it.
    """

    __tablename__ = "prospect"

    domain: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(Text)
    stage: Mapped[str] = mapped_column(Text)
    stage_since: Mapped[datetime] = mapped_column(Moment)
    lost_reason: Mapped[str | None] = mapped_column(Text)
    owner_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    source_system: Mapped[str | None] = mapped_column(Text)
    locations: Mapped[int | None] = mapped_column(Integer)
    currency: Mapped[str] = mapped_column(Text)
    country: Mapped[str] = mapped_column(Text)
    contact: Mapped[bytes | None] = mapped_column(LargeBinary)
    contact_index: Mapped[list[str]] = mapped_column(ARRAY(Text))
    volumes: Mapped[dict[str, Any]] = mapped_column(JSONB)
    next_step: Mapped[str | None] = mapped_column(Text)
    next_step_on: Mapped[date | None] = mapped_column(Date)
    customer_id: Mapped[str | None] = mapped_column(Id)
    updated_at: Mapped[datetime] = mapped_column(Moment)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (
            Index(None, "tenant_id", "stage", "next_step_on"),
            Index(None, "tenant_id", "owner_id"),
            Index(None, "tenant_id", "name_key"),
        )


class ProspectEvent(TenantRow, Table):
    """An entry of a prospect's history: `kind` and `details`, or a note that a person wrote. Never changed."""

    __tablename__ = "prospect_event"

    prospect_id: Mapped[str] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(Text)
    person_id: Mapped[str | None] = mapped_column(Id)
    details: Mapped[dict[str, Any]] = mapped_column(JSONB)
    note: Mapped[str | None] = mapped_column(Text)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (child_of("prospect", "prospect_id"), Index(None, "tenant_id", "prospect_id", "created_at"))


class DiscoveryAnswer(TenantRow, Table):
    """The answer to a question of discovery; the newest holds."""

    __tablename__ = "discovery_answer"

    prospect_id: Mapped[str] = mapped_column(Id)
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)
    person_id: Mapped[str] = mapped_column(Id)
    answered_at: Mapped[datetime] = mapped_column(Moment)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (child_of("prospect", "prospect_id"), UniqueConstraint("tenant_id", "prospect_id", "question"))


class RoiCase(TenantRow, Table):
    """A saved version of a prospect's ROI: its inputs with source and range, and the results they gave. Never changed."""

    __tablename__ = "roi_case"

    prospect_id: Mapped[str] = mapped_column(Id)
    version: Mapped[int] = mapped_column(Integer)
    currency: Mapped[str] = mapped_column(Text)
    inputs: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    results: Mapped[dict[str, Any]] = mapped_column(JSONB)
    note: Mapped[str | None] = mapped_column(Text)
    person_id: Mapped[str] = mapped_column(Id)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (child_of("prospect", "prospect_id"), UniqueConstraint("tenant_id", "prospect_id", "version"))


class Quote(TenantRow, Table):
    """A version of a quote: draft, sent, accepted, declined, expired, or replaced by its next version.

    `lines` are its priced lines with their explanation. A discount above the limit needs `approved_at`.
    `signer` is who accepted or declined it, encrypted and bound to the row. Only a draft is changed. `sent_contents`
    is what proposal and page say since it was sent, the people in it encrypted and bound to the row.
    """

    __tablename__ = "quote"

    prospect_id: Mapped[str] = mapped_column(Id)
    number: Mapped[int] = mapped_column(Integer)
    version: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(Text)
    domain: Mapped[str] = mapped_column(Text)
    package: Mapped[str] = mapped_column(Text)
    locations: Mapped[int] = mapped_column(Integer)
    currency: Mapped[str] = mapped_column(Text)
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    discount_percent: Mapped[Decimal] = mapped_column(Percent)
    discount_reason: Mapped[str | None] = mapped_column(Text)
    subtotal: Mapped[Decimal] = mapped_column(Money)
    total: Mapped[Decimal] = mapped_column(Money)
    payment_plan: Mapped[str] = mapped_column(Text)
    months: Mapped[int | None] = mapped_column(Integer)
    valid_until: Mapped[date] = mapped_column(Date)
    go_live_on: Mapped[date | None] = mapped_column(Date)
    roi_case_id: Mapped[str | None] = mapped_column(Id)
    person_id: Mapped[str] = mapped_column(Id)
    approval_asked_at: Mapped[datetime | None] = mapped_column(Moment)
    approved_by: Mapped[str | None] = mapped_column(Id)
    approved_at: Mapped[datetime | None] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    sent_contents: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    signer: Mapped[bytes | None] = mapped_column(LargeBinary)
    decline_reason: Mapped[str | None] = mapped_column(Text)
    customer_id: Mapped[str | None] = mapped_column(Id)
    engagement_id: Mapped[str | None] = mapped_column(Id)
    updated_at: Mapped[datetime] = mapped_column(Moment)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (
            child_of("prospect", "prospect_id"),
            UniqueConstraint("tenant_id", "number", "version"),
            Index(None, "tenant_id", "prospect_id"),
            Index(None, "tenant_id", "state", "valid_until"),
        )


class QuoteLink(TenantRow, Table):
    """The link by which a prospect reads a quote: the SHA-256 of its token, until when it holds, and what became of it."""

    __tablename__ = "quote_link"

    quote_id: Mapped[str] = mapped_column(Id)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    person_id: Mapped[str] = mapped_column(Id)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    opened_at: Mapped[datetime | None] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (
            child_of("quote", "quote_id"),
            UniqueConstraint("digest", "tenant_id"),  # it is looked for without a tenant
            Index(None, "tenant_id", "quote_id"),
        )


class Promise(TenantRow, Table):
    """What a quote promised: `text`, and where it is measured, `measure` with the target in `unit`. Never changed."""

    __tablename__ = "promise"

    prospect_id: Mapped[str] = mapped_column(Id)
    quote_id: Mapped[str] = mapped_column(Id)
    key: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    measure: Mapped[str | None] = mapped_column(Text)
    target: Mapped[Decimal | None] = mapped_column(Money)
    unit: Mapped[str | None] = mapped_column(Text)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (
            child_of("prospect", "prospect_id"),
            child_of("quote", "quote_id"),
            UniqueConstraint("tenant_id", "quote_id", "key"),
        )


class FinishedMigration(TenantRow, Table):
    """A customer's finished move and its figures: `measured` by the program, `reported` by a person after go-live.

    Both map a measure to its number as text, a report also to {value, currency, source, person, at}. A generated row
    of a demo has no migration behind it (`is_generated`).
    """

    __tablename__ = "finished_migration"

    customer_id: Mapped[str | None] = mapped_column(Id)
    migration_id: Mapped[str | None] = mapped_column(Id)
    prospect_id: Mapped[str | None] = mapped_column(Id)
    is_generated: Mapped[bool] = mapped_column(Boolean)
    name: Mapped[str] = mapped_column(Text)
    domain: Mapped[str] = mapped_column(Text)
    source_system: Mapped[str] = mapped_column(Text)
    package: Mapped[str] = mapped_column(Text)
    locations: Mapped[int] = mapped_column(Integer)
    started_at: Mapped[datetime] = mapped_column(Moment)
    finished_at: Mapped[datetime] = mapped_column(Moment)
    measured: Mapped[dict[str, Any]] = mapped_column(JSONB)
    reported: Mapped[dict[str, Any]] = mapped_column(JSONB)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (
            UniqueConstraint("tenant_id", "migration_id"),
            Index(None, "tenant_id", "finished_at"),
            Index(None, "tenant_id", "prospect_id"),
        )


class ContentVersion(TenantRow, Table):
    """A version of content that managers edit: an entry of the playbook, a table of prices. Never changed.

    `kind` and `key` name it, the highest `version` holds; without any, the file under data/ does.
    """

    __tablename__ = "content_version"

    kind: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer)
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    person_id: Mapped[str] = mapped_column(Id)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (UniqueConstraint("tenant_id", "kind", "key", "version"),)
