"""Show migrations, their files and streams, and their rows. Guests' values are masked for people who may not see them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import polars as pl
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import defer

from core.context import Context
from core.engine.batch import ROW
from core.engine.sources import store
from core.engine.sources.tables import Migration, SourceFile, SourceStream
from core.errors import NotFoundError
from core.kit.masking import PERSONAL_ENTITIES, PERSONAL_HEADER, mask
from core.platform.access.actions import view
from core.platform.audit.actions import note_reading

T = TypeVar("T")

_PERSONAL_VALUE = r"^[^@\s]+@[^@\s]+\.[^@\s]+$|^\+?[\d\s().-]{10,}$"
_PLAIN_HEADER = re.compile(r"(?i)(^|[\s._-])(id|guid|uuid|token)$|(Id|ID|Guid)$")


@view("migration.read")
def migrations(context: Context) -> list[Migration]:
    """List the tenant's migrations, the newest first."""
    return list(
        context.session.scalars(select(Migration).order_by(Migration.created_at.desc(), Migration.id.desc()))
    )


@view("migration.read")
def migration(context: Context, migration_id: str) -> Migration:
    """Return a migration by its id; NotFoundError where there is none, or none of this tenant."""
    return _only(context, Migration, Migration.id == migration_id, "migration")


@view("migration.read")
def files(context: Context, migration_id: str) -> list[SourceFile]:
    """List the files of a migration in the order they were added."""
    query = select(SourceFile).where(SourceFile.migration_id == migration_id)
    return list(context.session.scalars(query.order_by(SourceFile.created_at, SourceFile.id)))


@view("migration.read")
def file(context: Context, file_id: str) -> SourceFile:
    return _only(context, SourceFile, SourceFile.id == file_id, "file")


@view("migration.read")
def streams(context: Context, migration_id: str) -> list[SourceStream]:
    """List every stream of every file, in the order they were read; two files may hold streams of one name."""
    query = select(SourceStream).where(SourceStream.migration_id == migration_id)
    query = query.options(defer(SourceStream.sample))  # large, and rarely asked for: loaded on first use
    return list(context.session.scalars(query.order_by(SourceStream.created_at, SourceStream.id)))


@dataclass(frozen=True, slots=True)
class StreamDetail:
    """A stream of a file; columns as in SourceStream."""

    name: str
    entity: str | None
    columns: list[str]
    rows: int
    why: list[str]
    imported: bool


@dataclass(frozen=True, slots=True)
class FileDetail:
    """A file with its streams in the order they were read; columns as in SourceFile."""

    id: str
    name: str
    size: int
    created_at: datetime
    source: str
    confidence: float
    reasons: list[str]
    options: dict[str, Any]
    streams: tuple[StreamDetail, ...]

    @property
    def rows(self) -> int:
        return sum(stream.rows for stream in self.streams)


@view("migration.read")
def file_details(context: Context, migration_id: str) -> list[FileDetail]:
    """Return the files of a migration with their streams, in the order they were added."""
    by_file: dict[str, list[StreamDetail]] = {}
    for stream in streams(context, migration_id):
        by_file.setdefault(stream.file_id, []).append(
            StreamDetail(stream.name, stream.entity, stream.columns, stream.rows, stream.why, stream.imported)
        )
    return [
        FileDetail(
            file.id,
            file.name,
            file.size,
            file.created_at,
            file.source,
            file.confidence,
            file.reasons,
            file.options,
            tuple(by_file.get(file.id, ())),
        )
        for file in files(context, migration_id)
    ]


@dataclass(frozen=True, slots=True)
class TableRows:
    """One table (stream) of one file, and how many rows it has."""

    stream_id: str
    file: str
    table: str
    entity: str | None
    rows: int


@dataclass(frozen=True, slots=True)
class RowTotals:
    """The rows of a migration's files, table by table in the order they were read. Each row counts once, whatever it feeds."""

    tables: tuple[TableRows, ...]

    @property
    def total(self) -> int:
        return sum(table.rows for table in self.tables)

    @property
    def by_table(self) -> Mapping[str, int]:
        """Table name -> rows, over all files that have a table of that name."""
        counts: dict[str, int] = {}
        for table in self.tables:
            counts[table.table] = counts.get(table.table, 0) + table.rows
        return counts


@view("migration.read")
def row_totals(context: Context, migration_id: str) -> RowTotals:
    """Count the rows of a migration's files: the one number that every screen shows as "rows"."""
    query = (
        select(SourceStream.id, SourceFile.name, SourceStream.name, SourceStream.entity, SourceStream.rows)
        .join(
            SourceFile,
            (SourceFile.tenant_id == SourceStream.tenant_id) & (SourceFile.id == SourceStream.file_id),
        )
        .where(SourceStream.migration_id == migration_id)
        .order_by(SourceFile.created_at, SourceFile.id, SourceStream.created_at, SourceStream.id)
    )
    return RowTotals(tuple(TableRows(*row) for row in context.session.execute(query)))


@view("migration.read")
def sample(context: Context, stream_id: str) -> pl.DataFrame:
    """Return the stream's first 200 rows: ROW and text columns; masked without the permission personal.read."""
    stream = _only(context, SourceStream, SourceStream.id == stream_id, "stream")
    frame = store.decrypt_frame(context, stream.sample, f"source_stream|{stream.id}")
    hidden = list(personal_columns(frame.drop(ROW, strict=False), stream.entity))
    if context.may("personal.read"):
        if hidden:
            data = stream.entity or "unknown"
            note_reading(context, "source_stream", stream_id, data=data, purpose="preview of rows")
        return frame
    return frame.with_columns(pl.col(hidden).map_elements(mask, return_dtype=pl.String))


def looks_personal(column: pl.Series, entity: str | None) -> bool:
    """Tell whether a source column may hold people's own values, judged by its name, its values and the stream's entity.

    It rather hides too much: nothing is mapped yet, so a stream of people hides all but its ids.
    """
    return bool(personal_columns(column.to_frame(), entity))


def personal_columns(rows: pl.DataFrame, entity: str | None) -> frozenset[str]:
    """Return the names of the text columns of which `looks_personal` is true; the values of all are read in one pass."""
    personal = {name for name in rows.columns if PERSONAL_HEADER.search(name)}
    remaining = [name for name in rows.columns if name not in personal and not _PLAIN_HEADER.search(name)]
    if entity in PERSONAL_ENTITIES:
        return frozenset(personal.union(remaining))
    values = (
        rows.select(pl.col(remaining).unique().str.contains(_PERSONAL_VALUE).any()) if remaining else None
    )
    hits = values.row(0, named=True) if values is not None else {}
    return frozenset(personal.union(name for name, hit in hits.items() if hit))


def _only(context: Context, table: type[T], condition: ColumnElement[bool], noun: str) -> T:
    row = context.session.scalar(select(table).where(condition))
    if row is None:
        raise NotFoundError(
            f"There is no such {noun} here.", hint="It may have been removed; go back to the list."
        )
    return row
