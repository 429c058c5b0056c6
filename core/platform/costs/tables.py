"""The ledger of AI calls, the budgets they draw on, and the price book. Money is in micro-dollars, as whole numbers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Table
from core.db.types import Id, Moment, TenantRow


class AiCall(TenantRow, Table):
    """One call, also a failed one. outcome 'reserved' until it is settled; a cached answer is a row that cost nothing.

    tokens_in includes tokens_cached. reserved_tokens is what the call held of its budgets while it was under way.
    """

    __tablename__ = "ai_call"

    migration_id: Mapped[str | None] = mapped_column(Id)
    operation: Mapped[str] = mapped_column(Text)
    provider: Mapped[str] = mapped_column(Text)
    model: Mapped[str] = mapped_column(Text)
    prompt_version: Mapped[str] = mapped_column(Text)
    attempt: Mapped[int] = mapped_column(Integer)
    reserved_tokens: Mapped[int] = mapped_column(BigInteger)
    tokens_in: Mapped[int] = mapped_column(BigInteger)
    tokens_cached: Mapped[int] = mapped_column(BigInteger)
    tokens_out: Mapped[int] = mapped_column(BigInteger)
    cost_micro: Mapped[int] = mapped_column(BigInteger)
    latency_ms: Mapped[int | None] = mapped_column(Integer)
    outcome: Mapped[str] = mapped_column(Text)
    detail: Mapped[str] = mapped_column(Text)  # why it failed, in words; never anything of the prompt
    person_id: Mapped[str] = mapped_column(Id)
    settled_at: Mapped[datetime | None] = mapped_column(Moment)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (
            # What was spent stays in the ledger when its migration is gone.
            ForeignKeyConstraint(
                ["tenant_id", "migration_id"],
                ["migration.tenant_id", "migration.id"],
                ondelete="SET NULL (migration_id)",
            ),
            Index(None, "tenant_id", "created_at"),
            Index(None, "tenant_id", "migration_id", "created_at"),
            Index(
                "ix_ai_call_open", "tenant_id", "created_at", postgresql_where=text("outcome = 'reserved'")
            ),
        )


class AiBudget(Table):
    """Tokens used of one limit. scope is 'migration' (scope_key its id) or 'month' (scope_key '2026-11').

    limit_tokens null: no limit. used + reserved never exceed it; the database itself holds that.
    """

    __tablename__ = "ai_budget"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "scope", "scope_key"),
        CheckConstraint("used_tokens >= 0 and reserved_tokens >= 0", name="not_negative"),
        CheckConstraint(
            "limit_tokens is null or reserved_tokens = 0 or used_tokens + reserved_tokens <= limit_tokens",
            name="within_limit",
        ),
    )

    tenant_id: Mapped[str] = mapped_column(Id)
    scope: Mapped[str] = mapped_column(Text)
    scope_key: Mapped[str] = mapped_column(Text)
    limit_tokens: Mapped[int | None] = mapped_column(BigInteger)
    used_tokens: Mapped[int] = mapped_column(BigInteger)
    reserved_tokens: Mapped[int] = mapped_column(BigInteger)
    updated_at: Mapped[datetime] = mapped_column(Moment)


class AiPrice(Table):
    """A price set by hand, which goes before the price book's. No customer's data: prices hold for all.

    Per million tokens, in micro-dollars: 2_500_000 is $2.50 per million.
    """

    __tablename__ = "ai_price"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    model: Mapped[str] = mapped_column(Text)
    effective_from: Mapped[datetime] = mapped_column(Moment)
    effective_to: Mapped[datetime | None] = mapped_column(Moment)
    input_micro: Mapped[int] = mapped_column(BigInteger)
    cached_micro: Mapped[int] = mapped_column(BigInteger)
    output_micro: Mapped[int] = mapped_column(BigInteger)
    note: Mapped[str] = mapped_column(Text)
    created_by: Mapped[str] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(Moment)
