"""Copy a chunk's rows into the database: with COPY into the target, or into a temporary staging table.

COPY refuses tables under row-level security. So each target table has an insert partition (revision 0004), into which
the app's role may add and nothing else, and a check of that partition refuses what is not
the session's tenant's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import polars as pl
import psycopg
from sqlalchemy import BigInteger

from core.db.binary import binary_copy, take_arrays, uuid_bytes
from core.db.personal import PersonalValues, stored_columns
from core.db.session import driver_connection
from core.db.target import insert_partition, target_table
from core.engine.batch import ROW
from core.engine.runs.loading.write_context import WriteContext

_SOURCE_ROW = "source_row"

Cursor = psycopg.Cursor[tuple[object, ...]]


def copy_to_staging(write_context: WriteContext, cursor: Cursor, frame: pl.DataFrame) -> None:
    """Copy the rows into the temporary table `stage`, as they are stored, ROW as row; it ends with the transaction."""
    table = target_table(write_context.entity)
    types = {"row": BigInteger(), **{column.name: column.type for column in table.c}}
    dialect = write_context.context.session.get_bind().dialect
    rows = _as_stored(write_context, frame).rename({ROW: "row"})
    columns = ", ".join(f'"{name}" {types[name].compile(dialect=dialect)}' for name in rows.columns)
    cursor.execute("drop table if exists stage")
    cursor.execute(f"create temp table stage ({columns}) on commit drop")
    copy_encoded(cursor, "stage", rows.columns, binary_copy(rows, types))
    cursor.execute("analyze stage (row, external_id)")


def encode_rows(write_context: WriteContext, frame: pl.DataFrame) -> Iterator[bytes]:
    """Encode the rows as `copy_insert` sends them, personal values encrypted."""
    rows = _as_stored(write_context, frame).select(
        *(value.alias(name) for name, value in _constant_columns(write_context).items()),
        pl.col(ROW).alias(_SOURCE_ROW),
        pl.exclude(ROW),
    )
    return binary_copy(rows, {column.name: column.type for column in target_table(write_context.entity).c})


def copy_insert(
    write_context: WriteContext, cursor: Cursor, columns: list[str], encoded_rows: Iterable[bytes]
) -> None:
    """Insert encoded rows into the target; `columns` are those of the frame, without ROW.

    Raises psycopg.errors.UniqueViolation when one of them exists already.
    """
    stored = stored_columns(write_context.entity, columns)
    copy_encoded(
        cursor,
        insert_partition(write_context.entity),
        [*_constant_columns(write_context), _SOURCE_ROW, *stored],
        encoded_rows,
    )


def _as_stored(write_context: WriteContext, frame: pl.DataFrame) -> pl.DataFrame:
    return PersonalValues.of(write_context.context.session, write_context.entity).encrypt_frame(frame)


def _constant_columns(write_context: WriteContext) -> dict[str, pl.Expr]:
    """Build the columns with the same value in all rows of a chunk."""
    now = pl.lit(write_context.context.now, pl.Datetime("us", "UTC"))
    return {
        "tenant_id": _id(write_context.context.tenant.id),
        "source_name": pl.lit(write_context.run_plan.plan.source),
        "migration_id": _id(write_context.run_plan.migration_id),
        "run_id": _id(write_context.run_id),
        "stream_id": _id(write_context.stream_id),
        "created_at": now,
        "updated_at": now,
    }


def _id(value: str) -> pl.Expr:
    return uuid_bytes(pl.lit(value))


def copy_encoded(cursor: Cursor, table: str, columns: list[str], encoded_rows: Iterable[bytes]) -> None:
    """Copy encoded rows into a table."""
    names = ", ".join(f'"{name}"' for name in columns)
    with cursor.copy(f'copy "{table}" ({names}) from stdin with (format binary)') as copy:
        for part in encoded_rows:
            copy.write(part)


def driver_cursor(write_context: WriteContext) -> Cursor:
    """Open a cursor of the driver in the session's transaction."""
    cursor: Cursor = driver_connection(write_context.context.session).cursor()
    take_arrays(cursor)
    return cursor
