"""Tables of specialists: roster, absences, certificates, exams, training, partners and busy times; all the operator's.

Partners see their own rows alone. Absences, exams and training are seen by the person and by managers.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, LargeBinary, Numeric, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Table
from core.db.types import Id, Moment, TenantRow, child_of

Percent = Numeric(7, 4)


class Partner(TenantRow, Table):
    """A company whose people work on migrations for a share of what is paid, in percent (20 to 30).

    `referral_percent` is its share of orders it brought. `contact` is encrypted and bound to the row.
    """

    __tablename__ = "partner"

    name: Mapped[str] = mapped_column(Text)
    country: Mapped[str] = mapped_column(Text)
    share_percent: Mapped[Decimal] = mapped_column(Percent)
    referral_percent: Mapped[Decimal] = mapped_column(Percent)
    contact: Mapped[bytes | None] = mapped_column(LargeBinary)
    is_active: Mapped[bool] = mapped_column(Boolean)
    updated_at: Mapped[datetime] = mapped_column(Moment)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (UniqueConstraint("tenant_id", "name"),)


class Specialist(TenantRow, Table):
    """A person who works on migrations. `hours` maps a weekday ('mon' … 'sun') to [["09:00", "17:00"], …] in `zone`.

    `photo` is a small PNG or JPEG, None where initials stand in its place. `feed_digest` is the SHA-256 of the token of
    their calendar feed. `version` counts changes of the row.
    """

    __tablename__ = "specialist"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    partner_id: Mapped[str | None] = mapped_column(Id)
    initials: Mapped[str] = mapped_column(Text)
    photo: Mapped[bytes | None] = mapped_column(LargeBinary)
    zone: Mapped[str] = mapped_column(Text)
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text))
    skills: Mapped[list[str]] = mapped_column(ARRAY(Text))
    hours: Mapped[dict[str, Any]] = mapped_column(JSONB)
    weekly_hours: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    started_on: Mapped[date] = mapped_column(Date)
    ended_on: Mapped[date | None] = mapped_column(Date)
    feed_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    version: Mapped[int] = mapped_column(Integer)
    updated_at: Mapped[datetime] = mapped_column(Moment)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (
            child_of("partner", "partner_id", cascade=False),
            UniqueConstraint("tenant_id", "person_id"),
            UniqueConstraint("feed_digest", "tenant_id"),
        )


class Absence(TenantRow, Table):
    """A time in which a specialist does not work: leave, illness, training or other."""

    __tablename__ = "absence"

    specialist_id: Mapped[str] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(Text)
    starts_at: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime] = mapped_column(Moment)
    note: Mapped[str | None] = mapped_column(Text)
    person_id: Mapped[str] = mapped_column(Id)
    cancelled_at: Mapped[datetime | None] = mapped_column(Moment)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (
            child_of("specialist", "specialist_id"),
            Index(None, "tenant_id", "specialist_id", "starts_at"),
        )


class ExamAttempt(TenantRow, Table):
    """An attempt at an exam: the questions drawn by `seed`, the answers, and the score in percent once it is finished."""

    __tablename__ = "exam_attempt"

    specialist_id: Mapped[str] = mapped_column(Id)
    speciality: Mapped[str] = mapped_column(Text)
    level: Mapped[str] = mapped_column(Text)
    seed: Mapped[str] = mapped_column(Text)
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    answers: Mapped[dict[str, Any]] = mapped_column(JSONB)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    score: Mapped[Decimal | None] = mapped_column(Percent)
    passed: Mapped[bool | None] = mapped_column(Boolean)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (
            child_of("specialist", "specialist_id"),
            Index(None, "tenant_id", "specialist_id", "speciality", "created_at"),
        )


class Certificate(TenantRow, Table):
    """A certificate of a specialist: speciality and level, from its day until `expires_on`, unless it is revoked.

    `attempt_id` is the exam it was earned with; None for one that a manager entered, with the reason in `note`.
    """

    __tablename__ = "certificate"

    specialist_id: Mapped[str] = mapped_column(Id)
    number: Mapped[str] = mapped_column(Text)
    speciality: Mapped[str] = mapped_column(Text)
    level: Mapped[str] = mapped_column(Text)
    issued_on: Mapped[date] = mapped_column(Date)
    expires_on: Mapped[date] = mapped_column(Date)
    attempt_id: Mapped[str | None] = mapped_column(Id)
    issued_by: Mapped[str | None] = mapped_column(Id)
    note: Mapped[str | None] = mapped_column(Text)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_reason: Mapped[str | None] = mapped_column(Text)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (
            child_of("specialist", "specialist_id"),
            UniqueConstraint("tenant_id", "number"),
            Index(None, "tenant_id", "specialist_id", "speciality"),
        )


class TrainingStep(TenantRow, Table):
    """A step of the training that a specialist did; `step` is its key in data/certification/training.yaml."""

    __tablename__ = "training_step"

    specialist_id: Mapped[str] = mapped_column(Id)
    step: Mapped[str] = mapped_column(Text)
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    done_by: Mapped[str | None] = mapped_column(Id)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    confirmed_by: Mapped[str | None] = mapped_column(Id)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (
            child_of("specialist", "specialist_id"),
            UniqueConstraint("tenant_id", "specialist_id", "step"),
        )


class BusyTime(TenantRow, Table):
    """A time for which a specialist is booked: a guided session (`session_id`, of the customer's tenant).

    It has no words of the customer, so that every colleague may see when somebody is free. A cancelled one does not count.
    """

    __tablename__ = "busy_time"

    specialist_id: Mapped[str] = mapped_column(Id)
    customer_id: Mapped[str] = mapped_column(Id)
    engagement_id: Mapped[str] = mapped_column(Id)
    session_id: Mapped[str] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(Text)
    starts_at: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime] = mapped_column(Moment)
    cancelled_at: Mapped[datetime | None] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (
            child_of("specialist", "specialist_id"),
            UniqueConstraint("tenant_id", "session_id"),
            Index(None, "tenant_id", "specialist_id", "starts_at"),
        )
