"""The mapping as it stands, and every decision that made it so."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Boolean, Float, Index, Integer, LargeBinary, PrimaryKeyConstraint, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Table
from core.db.types import Id, Moment, Money, TenantRow, child_of


class MappingField(TenantRow, Table):
    """One source field of one stream and where it goes. A field that feeds two targets has two rows (slot 0, 1, …).

    status: suggested (nobody looked yet), accepted (a person agreed), edited (a person chose otherwise), ignored (a
    person left it out). target is 'entity.field' or null. version counts the decisions; a save must name the version
    it saw. confidence and suggested_target stay as the matcher gave them. An undecided field with a
    question is not part of any plan, and no bulk action accepts it.
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
    origin: Mapped[str] = mapped_column(Text)  # who suggested it: rules, documentation, memory, ai
    rows: Mapped[int] = mapped_column(BigInteger)  # rows of the stream with a value in this column
    money: Mapped[Decimal] = mapped_column(Money)  # how much money the column touches, 0 where none
    profile: Mapped[dict[str, Any] | None] = mapped_column(JSONB)  # statistics and shapes, never values
    samples: Mapped[bytes | None] = mapped_column(LargeBinary)  # a few different values, sealed
    ai_call_id: Mapped[str | None] = mapped_column(Id)  # the call whose answer was taken
    second_by: Mapped[str | None] = mapped_column(Id)  # who confirmed a decision that needs two people
    second_at: Mapped[datetime | None] = mapped_column(Moment)
    question: Mapped[str] = mapped_column(Text, server_default="", default="")  # what a person must say first
    taught: Mapped[dict[str, Any] | None] = mapped_column(JSONB)  # core.engine.mapping.memory.lessons.Lesson

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (
            child_of("migration", "migration_id"),
            Index(None, "tenant_id", "migration_id", "stream", "source_field", "slot", unique=True),
        )


class MappingDecision(TenantRow, Table):
    """One decision: before, after, who, why. `batch` groups what was decided with one click and is undone with one.

    label says in words what the batch did, '' for the usual words; looked: a person looked at exactly this field.
    """

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
    label: Mapped[str] = mapped_column(Text)
    looked: Mapped[bool] = mapped_column(Boolean)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (child_of("mapping_field", "field_id"), Index(None, "tenant_id", "migration_id", "batch"))


class Recipe(TenantRow, Table):
    """One version of a saved way to read and map a source's files. A version never changes; a change makes the next.

    body: reader options per file, fields with target, transform and value map, decisions with their reasons, conflict
    strategies, and what its first use gave (expected), against which a replay is held. Never a row of data.
    """

    __tablename__ = "recipe"

    name: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer)
    domain: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(Text)
    body: Mapped[dict[str, Any]] = mapped_column(JSONB)
    note: Mapped[str] = mapped_column(Text)
    created_by: Mapped[str] = mapped_column(Id)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (Index(None, "tenant_id", "name", "version", unique=True),)


class ValueMemory(Table):
    """Which option a word of a source meant when somebody decided it last. Values stay inside their tenant."""

    __tablename__ = "value_memory"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "source", "source_field", "target", "value"),)

    tenant_id: Mapped[str] = mapped_column(Id)
    source: Mapped[str] = mapped_column(Text)
    source_field: Mapped[str] = mapped_column(Text)
    target: Mapped[str] = mapped_column(Text)
    value: Mapped[str] = mapped_column(Text)
    option: Mapped[str] = mapped_column(Text)
    times: Mapped[int] = mapped_column(Integer)
    decided_by: Mapped[str] = mapped_column(Id)
    decided_at: Mapped[datetime] = mapped_column(Moment)


class MappingMemory(Table):
    """What people decided about a field of a source, over all customers: names and counts, never values or people.

    signature is the fingerprint of the stream's column names; target '' means excluded; transform keeps calls without
    texts of their own. customer is a fingerprint under the customer's own key, another for each field, so that
    customers can be counted and neither named nor followed from field to field. decided counts fields that a person
    looked at; overturned those where a person who had chosen or been offered the target chose otherwise.
    """

    __tablename__ = "mapping_memory"
    __table_args__ = (
        PrimaryKeyConstraint("domain", "source", "signature", "source_field", "target", "customer"),
    )

    domain: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    signature: Mapped[str] = mapped_column(Text)
    source_field: Mapped[str] = mapped_column(Text)
    target: Mapped[str] = mapped_column(Text)
    customer: Mapped[str] = mapped_column(Text)
    transform: Mapped[str | None] = mapped_column(Text)
    decided: Mapped[int] = mapped_column(Integer)
    overturned: Mapped[int] = mapped_column(Integer)
    last_at: Mapped[datetime] = mapped_column(Moment)


class ConfidenceOutcome(Table):
    """How often suggestions of one confidence were right, by people's decisions over all customers.

    bin is the confidence in twentieths, rounded down: 19 is 0.95 to 1. origin as in MappingField.
    """

    __tablename__ = "confidence_outcome"
    __table_args__ = (PrimaryKeyConstraint("domain", "source", "origin", "bin"),)

    domain: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    origin: Mapped[str] = mapped_column(Text)
    bin: Mapped[int] = mapped_column(Integer)
    hits: Mapped[int] = mapped_column(Integer)
    misses: Mapped[int] = mapped_column(Integer)
