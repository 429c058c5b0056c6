"""Tables of engagements: an order of a customer with its lines, its history, milestones, tasks and team."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, Date, Index, Integer, LargeBinary, Numeric, Text, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Table
from core.db.types import Id, Moment, Money, Quantity, TenantRow, child_of


class Engagement(TenantRow, Table):
    """An order of the customer with its project, in a state of `states`; `resumes_to` is the one that a hold interrupted.

    `quote_id` and `prospect_id` are of the operator's tenant, None for an order that the customer placed. `ordered_by` is
    who ordered, encrypted. `assessment` keeps the answers that the package was proposed by. `source` is the system the
    data comes from. `submission` is the id under which a customer's order was submitted: one submission, one order.
    """

    __tablename__ = "engagement"

    number: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    domain: Mapped[str] = mapped_column(Text)
    package: Mapped[str] = mapped_column(Text)
    locations: Mapped[int] = mapped_column(Integer)
    currency: Mapped[str] = mapped_column(Text)
    total: Mapped[Decimal] = mapped_column(Money)
    quote_id: Mapped[str | None] = mapped_column(Id)
    prospect_id: Mapped[str | None] = mapped_column(Id)
    ordered_at: Mapped[datetime] = mapped_column(Moment)
    ordered_by: Mapped[bytes] = mapped_column(LargeBinary)
    go_live_on: Mapped[date | None] = mapped_column(Date)
    approved_at: Mapped[datetime | None] = mapped_column(Moment)
    approved_by: Mapped[str | None] = mapped_column(Id)
    source: Mapped[str | None] = mapped_column(Text)
    migration_id: Mapped[str | None] = mapped_column(Id)
    assessment: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    submission: Mapped[str | None] = mapped_column(Id)
    state_since: Mapped[datetime | None] = mapped_column(Moment)
    state_reason: Mapped[str | None] = mapped_column(Text)
    resumes_to: Mapped[str | None] = mapped_column(Text)
    completed_at: Mapped[datetime | None] = mapped_column(Moment)
    successful: Mapped[bool | None] = mapped_column(Boolean)
    is_generated: Mapped[bool] = mapped_column(Boolean, server_default="false")

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (
            UniqueConstraint("tenant_id", "quote_id"),
            UniqueConstraint("tenant_id", "number"),
            UniqueConstraint("tenant_id", "submission"),
        )


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


class EngagementDraft(TenantRow, Table):
    """An order that a contact of the customer is filling in: `answers` as typed, until it is submitted or discarded."""

    __tablename__ = "engagement_draft"

    person_id: Mapped[str] = mapped_column(Id)
    answers: Mapped[dict[str, Any]] = mapped_column(JSONB)
    version: Mapped[int] = mapped_column(Integer)
    updated_at: Mapped[datetime] = mapped_column(Moment)
    submitted_at: Mapped[datetime | None] = mapped_column(Moment)
    discarded_at: Mapped[datetime | None] = mapped_column(Moment)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (Index(None, "tenant_id", "person_id", "updated_at"),)


class EngagementEvent(TenantRow, Table):
    """An entry of an order's history, never changed: `kind` (a transition's name, or what else happened) and `details`.

    `from_state` and `to_state` differ for a transition. `reason` is for the staff alone.
    """

    __tablename__ = "engagement_event"

    engagement_id: Mapped[str] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(Text)
    from_state: Mapped[str | None] = mapped_column(Text)
    to_state: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    person_id: Mapped[str | None] = mapped_column(Id)
    details: Mapped[dict[str, Any]] = mapped_column(JSONB)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (
            child_of("engagement", "engagement_id"),
            Index(None, "tenant_id", "engagement_id", "created_at"),
        )


class Milestone(TenantRow, Table):
    """A milestone of an order: its promised day, its first promised day, and when it was reached and by whom."""

    __tablename__ = "milestone"

    engagement_id: Mapped[str] = mapped_column(Id)
    key: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column(Integer)
    promised_on: Mapped[date | None] = mapped_column(Date)
    first_promised_on: Mapped[date | None] = mapped_column(Date)
    reached_on: Mapped[date | None] = mapped_column(Date)
    reached_by: Mapped[str | None] = mapped_column(Id)
    updated_at: Mapped[datetime] = mapped_column(Moment)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (
            child_of("engagement", "engagement_id"),
            UniqueConstraint("tenant_id", "engagement_id", "key"),
        )


class Task(TenantRow, Table):
    """A task of an order. `side` is who does it (operator, customer), `state` open, done or cancelled.

    `finding` names what opened it ('held_rows:<migration>' …), and closes it when it is gone; None where a person wrote it.
    `blocks` is the milestone (key) that waits for it.
    """

    __tablename__ = "task"

    engagement_id: Mapped[str] = mapped_column(Id)
    title: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    side: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    owner_id: Mapped[str | None] = mapped_column(Id)
    due_on: Mapped[date | None] = mapped_column(Date)
    blocks: Mapped[str | None] = mapped_column(Text)
    finding: Mapped[str | None] = mapped_column(Text)
    details: Mapped[dict[str, Any]] = mapped_column(JSONB)
    person_id: Mapped[str | None] = mapped_column(Id)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_by: Mapped[str | None] = mapped_column(Id)
    closed_reason: Mapped[str | None] = mapped_column(Text)
    updated_at: Mapped[datetime] = mapped_column(Moment)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (
            child_of("engagement", "engagement_id"),
            Index(
                "uq_task_open_finding",
                "tenant_id",
                "engagement_id",
                "finding",
                unique=True,
                postgresql_where=sql("state = 'open' and finding is not null"),
            ),
            Index(None, "tenant_id", "engagement_id", "state", "due_on"),
        )


class TaskDependency(TenantRow, Table):
    """A task that waits for another of the same order, until `removed_at`."""

    __tablename__ = "task_dependency"

    task_id: Mapped[str] = mapped_column(Id)
    waits_for_id: Mapped[str] = mapped_column(Id)
    removed_at: Mapped[datetime | None] = mapped_column(Moment)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (
            child_of("task", "task_id"),
            child_of("task", "waits_for_id"),
            UniqueConstraint("tenant_id", "task_id", "waits_for_id"),
        )


class TeamMember(TenantRow, Table):
    """A person in the team of an order: lead, reviewer or reserve, from `starts_at` until `ends_at`.

    `assignment_id` is the assignment that gives access to the customer; a reserve has none until it takes over.
    `partner_id` and `share_percent` are of the partner at that time.
    """

    __tablename__ = "team_member"

    engagement_id: Mapped[str] = mapped_column(Id)
    person_id: Mapped[str] = mapped_column(Id)
    role: Mapped[str] = mapped_column(Text)
    assignment_id: Mapped[str | None] = mapped_column(Id)
    starts_at: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_reason: Mapped[str | None] = mapped_column(Text)
    assigned_by: Mapped[str | None] = mapped_column(Id)
    reasons: Mapped[list[Any]] = mapped_column(JSONB)
    partner_id: Mapped[str | None] = mapped_column(Id)
    share_percent: Mapped[Decimal | None] = mapped_column(Numeric(7, 4))

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (
            child_of("engagement", "engagement_id"),
            Index(
                "uq_team_member_active_lead",
                "tenant_id",
                "engagement_id",
                unique=True,
                postgresql_where=sql("role = 'lead' and ends_at is null"),
            ),
            Index(None, "tenant_id", "engagement_id", "starts_at"),
            Index(None, "tenant_id", "person_id"),
        )
