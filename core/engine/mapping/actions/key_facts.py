"""Reads from the database what decides about ids: whether columns together tell all rows apart, ids in use, ids of imports before."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import polars as pl
from sqlalchemy import literal, select, union_all

from core.context import Context
from core.db.target import target_table
from core.engine.batch import COPY, hash_columns
from core.engine.mapping.bands import AMBER_FROM
from core.engine.mapping.proposal import FormerId
from core.engine.mapping.review import is_asked
from core.engine.mapping.tables import MappingField
from core.engine.sources import store
from core.engine.sources.tables import Migration, SourceStream
from core.schema import target_schema

_MOST_ROWS = 1_000_000
"""Rows up to which columns are compared together: a table of more has an id, or its rows are recognised by content."""


def are_unique_together(
    context: Context, streams: Sequence[SourceStream], columns: Sequence[str], *, equal_rows_once: bool = True
) -> bool:
    """Whether the columns are filled in every row and differ between all rows of each stream.

    `equal_rows_once`: rows that are equal in every column are one record.
    """
    if sum(stream.rows for stream in streams) > _MOST_ROWS:
        return False
    return all(_tell_apart(context, stream, columns, equal_rows_once=equal_rows_once) for stream in streams)


def _tell_apart(
    context: Context, stream: SourceStream, columns: Sequence[str], *, equal_rows_once: bool
) -> bool:
    if not set(columns) <= set(stream.columns):
        return False
    parts: list[pl.Series] = []
    for head in store.list_chunks(context, stream.id):
        frame = store.read_chunk(context, stream.id, head.chunk_no)
        if not set(columns) <= set(frame.columns):
            return False
        if equal_rows_once and COPY in frame.columns:
            frame = frame.filter(pl.col(COPY).is_null())
        if frame.select(pl.any_horizontal(pl.col(name).is_null() for name in columns).any()).item():
            return False
        parts.append(frame.select(hash_columns(map(pl.col, columns)).alias("hash")).to_series())
    return bool(parts) and pl.concat(parts).n_unique() == sum(map(len, parts))


def entities_by_name(context: Context, source: str) -> frozenset[str]:
    """List the entities of which the target has records from this source that are known by their names."""
    queries = []
    for entity in target_schema().domain(context.tenant.domain):
        table = target_table(entity)
        has_named_records = (table.c.source_name == source) & table.c.external_id.startswith("name:")
        if "name" in table.c:
            queries.append(
                select(literal(entity).label("entity")).where(
                    select(table.c.id).where(has_named_records).exists()
                )
            )
    return frozenset(context.session.scalars(union_all(*queries)))


def pupils_with_ids(context: Context) -> bool:
    """Tell whether the target has pupils whose ids stood in a file, and were not made of number and name."""
    if "student" not in target_schema().domain(context.tenant.domain):
        return False
    table = target_table("student")
    return bool(
        context.session.scalar(
            select(select(table.c.id).where(~table.c.external_id.startswith("pupil:")).exists())
        )
    )


def former_ids(
    context: Context, migration: Migration, streams: Mapping[str, Sequence[SourceStream]]
) -> dict[str, dict[str, FormerId]]:
    """Return for each stream (name -> those of its files) the IDs by which the import before knows its entities.

    The import before is the newest one of the same source system that is not rolled back, with a table of the same columns,
    else of the same name but for digits.
    """
    query = (
        select(SourceStream)
        .join(
            Migration,
            (Migration.tenant_id == SourceStream.tenant_id) & (Migration.id == SourceStream.migration_id),
        )
        .where(
            SourceStream.imported,
            Migration.source == migration.source,
            SourceStream.migration_id != migration.id,
        )
        .order_by(SourceStream.created_at.desc(), SourceStream.id.desc())
        .limit(_MOST_STREAMS)
    )
    earlier = context.session.scalars(query).all()
    former: dict[str, dict[str, FormerId]] = {}
    for name, members in streams.items():
        columns = {column for stream in members for column in stream.columns}
        same_columns = (stream for stream in earlier if set(stream.columns) == columns)
        same_name = (stream for stream in earlier if _plain(stream.name) == _plain(name))
        if match := next(same_columns, None) or next(same_name, None):
            former[name] = _ids_of(context, match)
    return former


_MOST_STREAMS = 200


def _plain(name: str) -> str:
    return re.sub(r"\d+", "#", name.casefold())


def _ids_of(context: Context, stream: SourceStream) -> dict[str, FormerId]:
    """Return the ID of each entity that the fields of an imported stream were mapped onto."""
    query = (
        select(MappingField)
        .where(
            MappingField.migration_id == stream.migration_id,
            MappingField.stream == stream.name,
            MappingField.target.is_not(None),
            MappingField.status != "ignored",
        )
        .order_by(MappingField.position, MappingField.slot)
    )
    fields = [
        field
        for field in context.session.scalars(query)
        if field.status != "suggested" or (not is_asked(field) and (field.confidence or 0) >= AMBER_FROM)
    ]
    ids: dict[str, FormerId] = {}
    for entity in dict.fromkeys((field.target or "").partition(".")[0] for field in fields):
        keys = [field for field in fields if field.target == f"{entity}.external_id"]
        columns = tuple(dict.fromkeys(field.source_field for field in keys))
        ids[entity] = FormerId(columns, keys[0].transform if keys else None, frozenset(stream.columns))
    return ids
