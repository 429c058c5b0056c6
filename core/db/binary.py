"""Rows as PostgreSQL's binary COPY format, encoded column by column by a library in Rust (pgpq).

Binary is read faster by the server (perf 3): nothing is parsed, encrypted bytes are not written as hex.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import polars as pl
import psycopg
from pgpq import ArrowToPostgresBinaryEncoder
from sqlalchemy import BigInteger, Boolean, Date, DateTime, LargeBinary, Numeric, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

_JSONB_VERSION = "\x01"
"""jsonb_recv in PostgreSQL's source: one byte of version, then the text."""


_ROWS = 2_000
"""Rows encoded at once: nobody holds a whole chunk's bytes."""


def binary_copy(frame: pl.DataFrame, types: Mapping[str, TypeEngine[Any]]) -> Iterator[bytes]:
    """Encode the frame's columns, in their order, for `copy … from stdin with (format binary)`; `types` are the table's.

    Ids are text, or 16 bytes already; lists of text become JSON arrays. polars.exceptions.InvalidOperationError where
    a value does not fit its column.
    """
    encoded = frame.select(_encoded(name, frame.schema[name], types[name]) for name in frame.columns)
    table = encoded.to_arrow(compat_level=pl.CompatLevel.oldest())  # the encoder does not know views of bytes
    encoder = ArrowToPostgresBinaryEncoder(table.schema)
    yield encoder.write_header()
    for batch in table.to_batches(max_chunksize=_ROWS):
        yield encoder.write_batch(batch)
    yield encoder.finish()


class UuidArray(bytes):
    """A parameter of type uuid[], as array_send in PostgreSQL's source writes it."""


class BigintArray(bytes):
    """A parameter of type bigint[], likewise."""


class _UuidArrays(psycopg.adapt.Dumper):
    format = psycopg.pq.Format.BINARY
    oid = 2951

    def dump(self, obj: UuidArray) -> bytes:
        return obj


class _BigintArrays(_UuidArrays):
    oid = 1016


def take_arrays(cursor: psycopg.Cursor[Any]) -> None:
    """Register the dumpers of both kinds of arrays with the cursor."""
    cursor.adapters.register_dumper(UuidArray, _UuidArrays)
    cursor.adapters.register_dumper(BigintArray, _BigintArrays)


def uuid_array(ids: pl.Series) -> UuidArray:
    """Encode ids of 16 bytes each, none of them null. As text the server would spend a microsecond on each."""
    return UuidArray(_array(2950, np.frombuffer(b"".join(ids.to_list()), np.uint8), 16))


def bigint_array(numbers: pl.Series) -> BigintArray:
    """Encode whole numbers, none of them null."""
    return BigintArray(_array(20, numbers.to_numpy().astype(">i8").view(np.uint8), 8))


def _array(oid: int, values: np.ndarray[Any, np.dtype[np.uint8]], size: int) -> bytes:
    """Encode one dimension without nulls: oid of the elements, count, lower bound 1; then each element behind its size."""
    count = len(values) // size
    if not count:
        return struct.pack(">iii", 0, 0, oid)
    cells = np.empty((count, 4 + size), np.uint8)
    cells[:, :4] = np.frombuffer(struct.pack(">i", size), np.uint8)
    cells[:, 4:] = values.reshape(count, size)
    return struct.pack(">iiiii", 1, 0, oid, count, 1) + cells.tobytes()


def uuid_bytes(column: pl.Expr) -> pl.Expr:
    """Convert ids as text to their 16 bytes."""
    return column.str.replace_all("-", "", literal=True).str.decode("hex")


def _encoded(name: str, kind: pl.DataType, column_type: TypeEngine[Any]) -> pl.Expr:
    column = pl.col(name)
    if isinstance(column_type, Uuid):
        return column if kind == pl.Binary else uuid_bytes(column).alias(name)
    if isinstance(column_type, JSONB):
        return (pl.lit(_JSONB_VERSION) + _json_list(column)).cast(pl.Binary).alias(name)
    polars_type = _polars_type(column_type)
    return column if kind == polars_type else column.cast(polars_type)


def _json_list(column: pl.Expr) -> pl.Expr:
    """Encode a list of texts as a JSON array, null where the list is."""
    encoded = pl.struct(column.alias("v")).struct.json_encode()
    return pl.when(column.is_null()).then(None).otherwise(encoded.str.slice(5).str.head(-1))


def _polars_type(column_type: TypeEngine[Any]) -> pl.DataType:
    if isinstance(column_type, Numeric):
        return pl.Decimal(column_type.precision, column_type.scale or 0)
    for kind, polars_type in (
        (BigInteger, pl.Int64()),
        (Boolean, pl.Boolean()),
        (Date, pl.Date()),
        (DateTime, pl.Datetime("us", "UTC")),
        (LargeBinary, pl.Binary()),
        (Text, pl.String()),
    ):
        if isinstance(column_type, kind):
            return polars_type
    raise TypeError(f"no binary form of {column_type!r} is known")
