"""The mapping as it stands, and every decision that made it so."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Float, Index, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Table
from core.db.types import Id, Moment, TenantRow, child_of


class MappingField(TenantRow, Table):
    """One source field of one stream and where it goes. A field that feeds two targets has two rows (slot 0, 1, …).

    status: suggested (nobody looked yet), accepted (a person agreed), edited (a person chose otherwise), ignored (a
    person left it out). target is 'entity.field' or null. version counts the decisions; a save must name the version
    it saw. confidence and suggested_target stay as the matcher gave them.
    """

    __tablename__ = "mapping_field"

    migration_id: Mapped[str] = mapped_column(Id)
    stream: Mapped[str] = mapped_column(Text)
    source_field: Mapped[str] = mapped_column(Text)
    slot: Mapped[int] = mapped_column(Integer)
    position: Mapped[int] = mapped_column(Integer)
    target: Mapped[str | None] = mapped_column(Text)
    transform: Mapped[str | None] = mapped_column(Text)
    suggested_target: Mapped[str | None] = mapped_column(Text)
    confidence: Mapped[float | None] = mapped_column(Float)  # null: nothing is suggested
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)  # {feature, weight, text}
    alternatives: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)  # {target, confidence}
    status: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer)
    decided_by: Mapped[str | None] = mapped_column(Id)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str | None] = mapped_column(Text)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (
            child_of("migration", "migration_id"),
            Index(None, "tenant_id", "migration_id", "stream", "source_field", "slot", unique=True),
        )


class MappingDecision(TenantRow, Table):
    """One decision: before, after, who, why. `batch` groups what was decided with one click and is undone with one."""

    __tablename__ = "mapping_decision"

    migration_id: Mapped[str] = mapped_column(Id)
    field_id: Mapped[str] = mapped_column(Id)
    batch: Mapped[str] = mapped_column(Id)
    version: Mapped[int] = mapped_column(Integer)  # of the field after the decision
    before: Mapped[dict[str, Any]] = mapped_column(JSONB)  # {target, transform, status, reason}
    after: Mapped[dict[str, Any]] = mapped_column(JSONB)
    reason: Mapped[str | None] = mapped_column(Text)
    person_id: Mapped[str] = mapped_column(Id)
    undoes: Mapped[str | None] = mapped_column(Id)  # the batch that this one took back

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (child_of("mapping_field", "field_id"), Index(None, "tenant_id", "migration_id", "batch"))
