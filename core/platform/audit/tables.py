"""The audit log. Rows are only ever added: the app's role may neither change nor delete them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Table
from core.db.types import Id, TenantRow


class AuditLine(TenantRow, Table):
    __tablename__ = "audit_line"

    person_id: Mapped[str] = mapped_column(Id)
    role: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    object_type: Mapped[str] = mapped_column(Text)
    object_id: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (Index(None, "tenant_id", "created_at"), Index(None, "tenant_id", "object_type", "object_id"))
