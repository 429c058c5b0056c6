"""A run and its proofs: chunks loaded, the fate of every row, a before-image of every change, differences of money."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    Date,
    Float,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Table
from core.db.types import Id, Moment, Money, TenantRow, child_of


class Run(TenantRow, Table):
    """One dry run or import. `state` is a key of STATES in rules.py; `phase` one of the seven phases of a migration.

    rows_total    rows of the migration's files when it was started, each once; rows_done counts those a dry run has
                  gone through (an import's stand in run_chunk)
    totals        "tables": [TableAccount] noted at its start, with outcomes at its end; then also "entities": {entity:
                  {fate: n, "read": n, "changed": n}}, "target_rows": {entity: n}, "differing": [entity]
    attempt       the queue's id of the try that carries the run out: no other may; None where none was asked for yet
    checksums     {"before": {entity: hex}, "after": …} of the tenant's target tables, taken over "columns": {entity: [name]};
                  "encrypted" where personal values were encrypted by then, and so went in as they were stored
    """

    __tablename__ = "run"

    migration_id: Mapped[str] = mapped_column(Id)
    validation_id: Mapped[str] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(Text)  # dry_run | import
    state: Mapped[str] = mapped_column(Text)
    phase: Mapped[str] = mapped_column(Text)
    step: Mapped[str] = mapped_column(Text)  # what it does now, in words
    plan: Mapped[dict[str, Any]] = mapped_column(JSONB)
    plan_hash: Mapped[str] = mapped_column("digest", Text, key="plan_hash")
    rows_total: Mapped[int] = mapped_column(BigInteger)
    rows_done: Mapped[int] = mapped_column(BigInteger)
    totals: Mapped[dict[str, Any]] = mapped_column(JSONB)
    checksums: Mapped[dict[str, Any]] = mapped_column("digests", JSONB, key="checksums")
    error: Mapped[str | None] = mapped_column(Text)
    attempt: Mapped[str | None] = mapped_column(Text)
    worked_seconds: Mapped[float] = mapped_column(Float)  # without pauses
    created_by: Mapped[str] = mapped_column(Id)
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (
            child_of("migration", "migration_id"),
            Index(None, "tenant_id", "migration_id", "created_at"),
            # True exclusion, whatever the queue does: one run at work per tenant.
            Index(
                "uq_run_at_work",
                "tenant_id",
                unique=True,
                postgresql_where=text("state in ('running', 'paused', 'verifying', 'rolling_back')"),
            ),
        )


class RunChunk(Table):
    """The proof that a chunk was loaded: it commits with the chunk's data."""

    __tablename__ = "run_chunk"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "run_id", "step_no", "stream_id", "chunk_no"),
        child_of("run", "run_id"),
    )

    tenant_id: Mapped[str] = mapped_column(Id)
    run_id: Mapped[str] = mapped_column(Id)
    step_no: Mapped[int] = mapped_column(Integer)  # the place of its EntityPlan in the plan
    stream_id: Mapped[str] = mapped_column(Id)
    chunk_no: Mapped[int] = mapped_column(Integer)
    entity: Mapped[str] = mapped_column(Text)
    rows: Mapped[int] = mapped_column(Integer)
    changed: Mapped[int] = mapped_column(Integer)
    fates: Mapped[dict[str, int]] = mapped_column(JSONB)
    last_item: Mapped[str | None] = mapped_column(Text)  # what stood last in it, masked where personal
    loaded_at: Mapped[datetime] = mapped_column(Moment)


class RowFate(Table):
    """The rows of one chunk that met one fate for one reason: starts[i]..ends[i] each, first_row is starts[1].

    A line per row, or per range, would cost more than writing the rows: in a list of order lines every other row is
    one more of its order.
    """

    __tablename__ = "row_fate"
    # No foreign key, as with Change.
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "run_id", "entity", "stream_id", "first_row"),)

    tenant_id: Mapped[str] = mapped_column(Id)
    run_id: Mapped[str] = mapped_column(Id)
    entity: Mapped[str] = mapped_column(Text)
    stream_id: Mapped[str] = mapped_column(Id)
    first_row: Mapped[int] = mapped_column(BigInteger)
    starts: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    ends: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    rows: Mapped[int] = mapped_column(Integer)
    fate: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)  # '' for migrated rows; else a code or a short text


class NewRecords(Table):
    """The target rows that one chunk of a run made, by their ids; they are as they were made while their revision is 0.

    Kept as a set per chunk: a line per row would cost as much as writing the row. `after_hashes` only where the run
    itself changed a record it had made: what its content should hash to.
    """

    __tablename__ = "new_records"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "run_id", "entity", "seq"),
        child_of("run", "run_id"),
    )

    tenant_id: Mapped[str] = mapped_column(Id)
    run_id: Mapped[str] = mapped_column(Id)
    entity: Mapped[str] = mapped_column(Text)
    seq: Mapped[int] = mapped_column(BigInteger, Identity())
    target_ids: Mapped[list[str]] = mapped_column(ARRAY(Id))
    after_hashes: Mapped[list[int] | None] = mapped_column(ARRAY(BigInteger))


class Change(Table):
    """One target row that was there and that a run changed: its image before, a hash of it after."""

    __tablename__ = "change"
    # No foreign key: it would be checked row by row, a million times in a large run.
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "run_id", "entity", "target_id"),)

    tenant_id: Mapped[str] = mapped_column(Id)
    run_id: Mapped[str] = mapped_column(Id)
    entity: Mapped[str] = mapped_column(Text)
    target_id: Mapped[str] = mapped_column(Id)
    before: Mapped[dict[str, Any]] = mapped_column(JSONB)
    after_hash: Mapped[int] = mapped_column(BigInteger)


class RunDiff(Table):
    """What a dry run would do, row by row: new and held rows, and changed ones field by field.

    Where anything of it is personal, `personal` has it encrypted: {"id": external id, "fields": …}. Then `fields` names
    those fields without their values, and external_id is as it is stored with the record.
    """

    __tablename__ = "run_diff"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "run_id", "seq"),
        child_of("run", "run_id"),
        Index(None, "tenant_id", "run_id", "entity", "kind"),
    )

    tenant_id: Mapped[str] = mapped_column(Id)
    run_id: Mapped[str] = mapped_column(Id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity())
    entity: Mapped[str] = mapped_column(Text)
    external_id: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)  # new | changed
    fields: Mapped[dict[str, Any]] = mapped_column(JSONB)  # {field: [before, after]}
    personal: Mapped[bytes | None] = mapped_column(LargeBinary)


class Difference(Table):
    """Source against target for one measure of one location and business day. Only `cause` explains an amount."""

    __tablename__ = "difference"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "run_id", "seq"), child_of("run", "run_id"))

    tenant_id: Mapped[str] = mapped_column(Id)
    run_id: Mapped[str] = mapped_column(Id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity())
    location: Mapped[str] = mapped_column(Text)
    business_date: Mapped[date | None] = mapped_column(Date)
    measure: Mapped[str] = mapped_column(Text)
    source_amount: Mapped[Decimal] = mapped_column(Money)
    target_amount: Mapped[Decimal] = mapped_column(Money)
    difference: Mapped[Decimal] = mapped_column(Money)
    cause: Mapped[str] = mapped_column("name", Text, key="cause")  # in words, '' while open


class RunEvent(Table):
    """Something worth telling: type is progress, phase_change, error, warning or completion."""

    __tablename__ = "run_event"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "run_id", "seq"), child_of("run", "run_id"))

    tenant_id: Mapped[str] = mapped_column(Id)
    run_id: Mapped[str] = mapped_column(Id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity())
    type: Mapped[str] = mapped_column(Text)
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
    at: Mapped[datetime] = mapped_column(Moment)


class WorkerBeat(Table):
    """A worker's heartbeat, by the database's clock. Not a tenant's: it names processes only."""

    __tablename__ = "worker_beat"

    executor_id: Mapped[str] = mapped_column(Text, primary_key=True)
    host: Mapped[str] = mapped_column(Text)
    process: Mapped[int] = mapped_column(Integer)
    process_started: Mapped[float] = mapped_column(
        Float
    )  # tells a process from a later one of the same number
    started_at: Mapped[datetime] = mapped_column(Moment)
    beat_at: Mapped[datetime] = mapped_column(Moment)


class RollbackRequest(TenantRow, Table):
    """A person's wish to roll back a completed import, which another person confirms before `expires_at`.

    entities          names of the entities to roll back, None for all
    discard_edits_of  target ids of records that go although they were edited since
    outcome           confirmed | withdrawn | expired, None while it is open
    """

    __tablename__ = "rollback_request"

    run_id: Mapped[str] = mapped_column(Id)
    asked_by: Mapped[str] = mapped_column(Id)
    reason: Mapped[str] = mapped_column(Text)
    entities: Mapped[list[str] | None] = mapped_column(JSONB(none_as_null=True))
    discard_edits_of: Mapped[list[str]] = mapped_column(JSONB)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    outcome: Mapped[str | None] = mapped_column(Text)
    closed_by: Mapped[str | None] = mapped_column(Id)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (
            child_of("run", "run_id"),
            Index(
                "uq_rollback_request_open",
                "tenant_id",
                "run_id",
                unique=True,
                postgresql_where=text("outcome is null"),
            ),
        )
