"""Tables of sign-in. A person's rows are theirs alone (row-level security by app.person).

Before anybody is known, rows are found by functions of the database that return as little as possible; the app's role
cannot list other people's.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, PrimaryKeyConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Table
from core.db.types import Id, Moment, TenantRow

LOCAL, OIDC = "local", "oidc"
"""Kinds of sign-in: by a password of ours, or by an OpenID Connect provider."""

SECOND_FACTOR, ENROLMENT, COMPLETE = "second_factor", "enrolment", "complete"
"""Stages of a sign-in: waiting for a code, for the set-up of a second factor, or complete."""

INVITATION, PASSWORD_RESET, FIRST_ADMIN = "invitation", "password_reset", "first_admin"
"""Kinds of one-time links."""


class Credential(Table):
    """A person's password, as an argon2id hash."""

    __tablename__ = "credential"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    password_hash: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(Moment)


class SecondFactor(Table):
    """A person's secret for time-based codes, encrypted; `pending` is one that no code has confirmed yet.

    `last_step` is the newest time step whose code was used: none is taken twice.
    """

    __tablename__ = "second_factor"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    pending: Mapped[bytes | None] = mapped_column(LargeBinary)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    last_step: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(Moment)


class RecoveryCode(Table):
    """A code that stands for the second factor once, as a keyed hash."""

    __tablename__ = "recovery_code"
    __table_args__ = (PrimaryKeyConstraint("person_id", "code_hash"),)

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class SignInSession(Table):
    """A sign-in of a person on a device. `token_hash` is the SHA-256 of the cookie's value, which is nowhere stored."""

    __tablename__ = "sign_in_session"
    __table_args__ = (
        CheckConstraint("stage in ('second_factor', 'enrolment', 'complete')", name="stage"),
        CheckConstraint("kind in ('local', 'oidc')", name="kind"),
        Index(None, "person_id", "created_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    kind: Mapped[str] = mapped_column(Text)
    stage: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    agent: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)


class OneTimeLink(TenantRow, Table):
    """A link that does one thing once: accept an invitation, choose a new password, set up the first admin.

    `token_hash` is the SHA-256 of its token. An invitation names e-mail, name and role in the tenant; the others belong
    to the installation and name a person.
    """

    __tablename__ = "one_time_link"

    kind: Mapped[str] = mapped_column(Text)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    email: Mapped[str | None] = mapped_column(Text)
    name: Mapped[str | None] = mapped_column(Text)
    role: Mapped[str | None] = mapped_column(Text)
    created_by: Mapped[str | None] = mapped_column(Id)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (
            CheckConstraint("kind in ('invitation', 'password_reset', 'first_admin')", name="kind"),
            Index(None, "tenant_id", "kind", "created_at"),
            Index(None, "token_hash", "tenant_id", unique=True),
        )


class Attempt(Table):
    """An attempt that counts towards a rate: `key` is a keyed hash of an account or an address of the network."""

    __tablename__ = "attempt"
    __table_args__ = (Index(None, "purpose", "key", "at"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    purpose: Mapped[str] = mapped_column(Text)
    key: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(Moment)


class Identity(Table):
    """A person's account at an OpenID Connect provider: found by issuer and subject, never by e-mail alone."""

    __tablename__ = "identity"
    __table_args__ = (PrimaryKeyConstraint("issuer", "subject"),)

    issuer: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(Moment)
