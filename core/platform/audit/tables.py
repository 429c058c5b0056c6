"""The audit log and the heads of its chains. The app's role reads both; it adds lines by audit_append alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, LargeBinary, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Table
from core.db.types import Id, Moment, TenantRow

INSTALLATION = "00000000-0000-0000-0000-000000000000"
"""The tenant under which the log of the installation itself stands: people, and what no customer's log can hold."""


class AuditLine(TenantRow, Table):
    """`seq` counts a tenant's lines from 1 without a gap; `mac` signs the line and the one before it (core.kit.chain)."""

    __tablename__ = "audit_line"

    person_id: Mapped[str] = mapped_column(Id)
    role: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    object_type: Mapped[str] = mapped_column(Text)
    object_id: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    seq: Mapped[int] = mapped_column(BigInteger)
    mac: Mapped[bytes] = mapped_column(LargeBinary)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (
            Index(None, "tenant_id", "created_at"),
            Index(None, "tenant_id", "object_type", "object_id"),
            Index(None, "tenant_id", "seq", unique=True),
        )


class AuditHead(Table):
    """The newest line of a tenant's log. `opened` is the transaction that is about to append, `at` the time it was given."""

    __tablename__ = "audit_head"

    tenant_id: Mapped[str] = mapped_column(Id, primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    mac: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime | None] = mapped_column(Moment)
    opened: Mapped[str | None] = mapped_column(Text)
