"""A validation of all data under one mapping, and its issues."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Identity, Index, PrimaryKeyConstraint, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Table
from core.db.types import Id, Money, TenantRow, child_of


class Validation(TenantRow, Table):
    """`plan` is the Plan it was made under, `plan_hash` the hash of that plan: a run needs a validation of its own plan.

    totals: {"file_rows": n, "file_held": n, "rows": {entity: n}, "held": {entity: n}, "issues": {code: n},
    "levels": {level: n}, "money": {code: "12.34"}}. file_rows are the rows of all files, file_held those of them with an
    error, each once; rows and held are records of one entity.
    """

    __tablename__ = "validation"

    migration_id: Mapped[str] = mapped_column(Id)
    plan_hash: Mapped[str] = mapped_column("digest", Text, key="plan_hash")
    plan: Mapped[dict[str, Any]] = mapped_column(JSONB)
    totals: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_by: Mapped[str] = mapped_column(Id)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (child_of("migration", "migration_id"), Index(None, "tenant_id", "migration_id", "created_at"))


class IssueRecord(Table):
    """One fault in one row. `value` is masked where it is personal."""

    __tablename__ = "issue"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "validation_id", "seq"),
        child_of("validation", "validation_id"),
        Index(None, "tenant_id", "validation_id", "entity", "stream_id", "row"),
    )

    tenant_id: Mapped[str] = mapped_column(Id)
    validation_id: Mapped[str] = mapped_column(Id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity())
    stream_id: Mapped[str] = mapped_column(Id)
    entity: Mapped[str] = mapped_column(Text)
    row: Mapped[int] = mapped_column(BigInteger)
    field: Mapped[str] = mapped_column(Text)
    source_field: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)
    level: Mapped[str] = mapped_column(Text)
    value: Mapped[str | None] = mapped_column(Text)
    detail: Mapped[str | None] = mapped_column(Text)
    money: Mapped[Decimal | None] = mapped_column(Money)
