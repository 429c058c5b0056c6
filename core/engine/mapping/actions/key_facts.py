"""Reads from the database what decides about ids: whether columns together tell all rows apart, and ids that are in use."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from sqlalchemy import literal, select, union_all

from core.context import Context
from core.db.target import target_table
from core.engine.batch import COPY, hash_columns
from core.engine.sources import store
from core.engine.sources.tables import SourceStream
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
