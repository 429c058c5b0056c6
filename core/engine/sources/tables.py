"""A migration, its files, and their rows as they were read.

Rows are stored in chunks: an Arrow IPC table of text columns, compressed and encrypted, so that every worker machine can
read any chunk by itself and nothing of a guest lies on a disk in the clear.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Float,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Table
from core.db.types import Id, Moment, TenantRow, child_of

GENERIC = "spreadsheet"
"""Name of the source of tables and documents without a declaration."""

TRUSTED = 0.6
"""The confidence from which a file is its source's, whose documentation counts; below it is read as GENERIC."""


class Migration(TenantRow, Table):
    """One customer's move, which the wizard goes through. `phase` is one of the seven phases:

    setup, analysis, mapping, validation, import, verification, completion.
    """

    __tablename__ = "migration"

    name: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    phase: Mapped[str] = mapped_column(Text)
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB)  # conflict strategy per entity, units by hand …
    created_by: Mapped[str] = mapped_column(Id)


class SourceFile(TenantRow, Table):
    """An uploaded file, its recognised source, and the reader options it was read with."""

    __tablename__ = "source_file"

    migration_id: Mapped[str] = mapped_column(Id)
    name: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    confidence: Mapped[float] = mapped_column(Float)
    reasons: Mapped[list[str]] = mapped_column(JSONB)
    options: Mapped[dict[str, Any]] = mapped_column(JSONB)
    zone: Mapped[str | None] = mapped_column(Text)
    currency: Mapped[str | None] = mapped_column(Text)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (child_of("migration", "migration_id"), Index(None, "tenant_id", "migration_id"))


class SourceFilePart(Table):
    """A part of the untouched file, compressed and encrypted, to be read again with other options."""

    __tablename__ = "source_file_part"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "file_id", "part_no"),
        child_of("source_file", "file_id"),
    )

    tenant_id: Mapped[str] = mapped_column(Id)
    file_id: Mapped[str] = mapped_column(Id)
    part_no: Mapped[int] = mapped_column(Integer)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class SourceStream(TenantRow, Table):
    """A kind of record in a file. `imported`: records of the target refer to its rows, or did."""

    __tablename__ = "source_stream"

    file_id: Mapped[str] = mapped_column(Id)
    migration_id: Mapped[str] = mapped_column(Id)
    name: Mapped[str] = mapped_column(Text)
    entity: Mapped[str | None] = mapped_column(Text)
    columns: Mapped[list[str]] = mapped_column(JSONB)
    rows: Mapped[int] = mapped_column(BigInteger)
    date_order: Mapped[str | None] = mapped_column(Text)
    why: Mapped[list[str]] = mapped_column(JSONB)
    facts: Mapped[dict[str, Any]] = mapped_column(  # column -> core.engine.sources.facts.columns.ColumnFacts
        JSONB, server_default=text("'{}'"), default=dict
    )
    sample: Mapped[bytes] = mapped_column(LargeBinary)  # the first 200 rows, encrypted like a chunk
    imported: Mapped[bool] = mapped_column(Boolean, server_default=false(), default=False)

    @classmethod
    def constraints(cls) -> tuple[object, ...]:
        return (child_of("source_file", "file_id"), Index(None, "tenant_id", "migration_id", "name"))


class SourceChunk(Table):
    """Rows of a stream as they were read. They outlive the stream where imported records refer to them."""

    __tablename__ = "source_chunk"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "stream_id", "chunk_no"),
        child_of("migration", "migration_id"),
    )

    tenant_id: Mapped[str] = mapped_column(Id)
    stream_id: Mapped[str] = mapped_column(Id)
    chunk_no: Mapped[int] = mapped_column(Integer)
    first_row: Mapped[int] = mapped_column(BigInteger)
    last_row: Mapped[int] = mapped_column(BigInteger)
    rows: Mapped[int] = mapped_column(Integer)
    migration_id: Mapped[str] = mapped_column(Id)
    data: Mapped[bytes] = mapped_column(LargeBinary)
    read_at: Mapped[datetime] = mapped_column(Moment)


class RecordShape(Table):
    """The column names of source records that are sealed in the target itself (before revision 0006)."""

    __tablename__ = "record_shape"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "id"),)

    tenant_id: Mapped[str] = mapped_column(Id)
    id: Mapped[str] = mapped_column(Text)  # fingerprint of the names
    columns: Mapped[list[str]] = mapped_column(JSONB)
