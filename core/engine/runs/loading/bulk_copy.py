"""Brings a chunk's rows to the database: by COPY straight into the target, or beside it into a temporary table.

COPY refuses tables under row-level security. So each target table has a door: its rows lie in a partition of its own
(revision 0004) into which the app's role may add and nothing else, and a check of that partition refuses what is not
the session's tenant's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import polars as pl
import psycopg
from sqlalchemy import BigInteger

from core.db.binary import binary_copy, take_arrays, uuid_bytes
from core.db.session import driver_connection
from core.db.target import rows_of, target_table
from core.engine.batch import ROW

if TYPE_CHECKING:
    from core.engine.runs.loading.upsert import Loading

_SOURCE_ROW = "source_row"

Cursor = psycopg.Cursor[tuple[object, ...]]


def stage(loading: Loading, cursor: Cursor, frame: pl.DataFrame) -> None:
    """The rows into the temporary table `stage`, ROW as row; it goes with the transaction."""
    table = target_table(loading.entity)
    types = {"row": BigInteger(), **{column.name: column.type for column in table.c}}
    dialect = loading.context.session.get_bind().dialect
    rows = frame.rename({ROW: "row"})
    columns = ", ".join(f'"{name}" {types[name].compile(dialect=dialect)}' for name in rows.columns)
    cursor.execute("drop table if exists stage")
    cursor.execute(f"create temp table stage ({columns}) on commit drop")
    _copy(cursor, "stage", rows.columns, binary_copy(rows, types))
    cursor.execute("analyze stage (row, external_id)")


def encoded(loading: Loading, frame: pl.DataFrame) -> Iterator[bytes]:
    """The rows as `add` sends them."""
    rows = frame.select(
        *(value.alias(name) for name, value in _same(loading).items()),
        pl.col(ROW).alias(_SOURCE_ROW),
        pl.exclude(ROW),
    )
    return binary_copy(rows, {column.name: column.type for column in target_table(loading.entity).c})


def add(loading: Loading, cursor: Cursor, columns: list[str], sent: Iterable[bytes]) -> None:
    """New records of the target; `columns` of the frame that was encoded, without ROW.

    psycopg.errors.UniqueViolation when one of them is there already.
    """
    _copy(cursor, rows_of(loading.entity), [*_same(loading), _SOURCE_ROW, *columns], sent)


def _same(loading: Loading) -> dict[str, pl.Expr]:
    """What is the same in all rows of a chunk."""
    now = pl.lit(loading.context.now, pl.Datetime("us", "UTC"))
    return {
        "tenant_id": _id(loading.context.tenant.id),
        "source_name": pl.lit(loading.plan.source),
        "migration_id": _id(loading.migration_id),
        "run_id": _id(loading.run_id),
        "stream_id": _id(loading.stream_id),
        "created_at": now,
        "updated_at": now,
    }


def _id(value: str) -> pl.Expr:
    return uuid_bytes(pl.lit(value))


def _copy(cursor: Cursor, table: str, columns: list[str], sent: Iterable[bytes]) -> None:
    names = ", ".join(f'"{name}"' for name in columns)
    with cursor.copy(f'copy "{table}" ({names}) from stdin with (format binary)') as copy:
        for part in sent:
            copy.write(part)


def driver_cursor(loading: Loading) -> Cursor:
    """A cursor of the driver in the session's transaction."""
    cursor: Cursor = driver_connection(loading.context.session).cursor()
    take_arrays(cursor)
    return cursor
