"""Shows the plan with the order of day and month where a field's transform does not say it"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
from sqlalchemy import select

from core.context import Context
from core.engine.batch import ROW
from core.engine.mapping.dates import orderless_columns, plan_with_orders
from core.engine.mapping.days.orders import DatedColumn, decide_orders, has_decimal_comma
from core.engine.plan import ImportSettings, Plan
from core.engine.sources import store
from core.engine.sources.days.facts import DayFacts, count_days, day_columns
from core.engine.sources.facts.columns import ColumnFacts
from core.engine.sources.tables import SourceFile, SourceStream


def with_orders(context: Context, migration_id: str, plan: Plan, settings: ImportSettings) -> Plan:
    """Return the plan whose fields say the order of day and month that their columns prove, or what stands around them."""
    orderless = set(orderless_columns(plan))
    if not orderless:
        return plan
    columns = list(_dated_columns(context, migration_id, {name for name, _ in orderless}))
    if not any(column.key in orderless for column in columns):
        return plan
    return plan_with_orders(plan, decide_orders(columns, settings))


def _dated_columns(context: Context, migration_id: str, read: set[str]) -> Iterator[DatedColumn]:
    """Yield the columns of days of all streams; with values where the stream is one of `read`."""
    query = (
        select(SourceStream, SourceFile.source)
        .join(SourceFile, SourceFile.id == SourceStream.file_id)
        .where(SourceStream.migration_id == migration_id)
        .order_by(SourceStream.created_at, SourceStream.id)
    )
    merged: dict[tuple[str, str], DatedColumn] = {}
    for stream, source in context.session.execute(query):
        rows = _rows(context, stream) if stream.name in read or not stream.facts else None
        has_comma = rows is not None and has_decimal_comma(rows)
        for name, days in _days_of(stream, rows).items():
            key, values = (stream.name, name), pl.DataFrame(schema={ROW: pl.Int64, "text": pl.String})
            if rows is not None and name in rows.columns:
                values = rows.select(ROW, pl.col(name).alias("text")).drop_nulls()
            before = merged[key].facts if key in merged else DayFacts()
            merged[key] = DatedColumn(
                *key,
                stream.file_id,
                source,
                before + days,
                values,
                stream.date_order,
                has_comma,
                is_personal=True,
            )
    yield from merged.values()


def _days_of(stream: SourceStream, rows: pl.DataFrame | None) -> dict[str, DayFacts]:
    """Return how the days of each column are written; of a stream that was read before there were such facts, by its first rows."""
    if stream.facts:
        facts = {name: ColumnFacts.from_json(document) for name, document in stream.facts.items()}
        return {name: fact.days for name, fact in facts.items() if fact.days}
    if rows is None:
        return {}
    return count_days(rows, day_columns(rows, [name for name in rows.columns if not name.startswith("_")]))


def _rows(context: Context, stream: SourceStream) -> pl.DataFrame | None:
    head = next(iter(store.list_chunks(context, stream.id)), None)
    return store.read_chunk(context, head.stream_id, head.chunk_no).head(2_000) if head else None
