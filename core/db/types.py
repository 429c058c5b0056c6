"""Column types and the parts every tenant table has."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, ForeignKeyConstraint, Numeric, PrimaryKeyConstraint, String, Uuid
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

Id = Uuid(as_uuid=False)
"""Our ids: a uuid in the database, text everywhere else."""

Money = Numeric(18, 4)
Quantity = Numeric(18, 6)
Moment = DateTime(timezone=True)


class TenantRow:
    """A row that belongs to a tenant: key (tenant_id, id), guarded by row-level security."""

    tenant_id: Mapped[str] = mapped_column(Id)
    id: Mapped[str] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(Moment)

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[object, ...]:
        return (PrimaryKeyConstraint("tenant_id", "id"), *cls.constraints())

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        """Return more constraints and indexes of the table."""
        return ()


def child_of(table: str, column: str, *, cascade: bool = True) -> ForeignKeyConstraint:
    """Build a composite foreign key: a row can only refer to a row of its own tenant (plain keys pass row-level security)."""
    return ForeignKeyConstraint(
        ["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"], ondelete="CASCADE" if cascade else None
    )


def short_text(length: int = 200) -> String:
    return String(length)
