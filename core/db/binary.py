"""Rows as PostgreSQL's binary COPY format, encoded column by column by a library in Rust (pgpq).

Binary is read by the server five times as fast as text: nothing is parsed, sealed bytes are not written as hex.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl
from pgpq import ArrowToPostgresBinaryEncoder
from sqlalchemy import BigInteger, Boolean, Date, DateTime, LargeBinary, Numeric, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

_JSONB_VERSION = "\x01"
"""jsonb_recv in PostgreSQL's source: one byte of version, then the text."""


_ROWS = 2_000
"""Rows encoded at once: what is small stays in the processor's cache, and nobody holds a whole chunk's bytes."""


def binary_copy(frame: pl.DataFrame, types: Mapping[str, TypeEngine[Any]]) -> Iterator[bytes]:
    """The frame's columns, in their order, for `copy … from stdin with (format binary)`; `types` are the table's.

    Ids are text, or 16 bytes already; lists of text become JSON arrays. polars.exceptions.InvalidOperationError where
    a value does not fit its column.
    """
    sent = frame.select(_as_sent(name, frame.schema[name], types[name]) for name in frame.columns)
    table = sent.to_arrow(compat_level=pl.CompatLevel.oldest())  # the encoder does not know views of bytes
    encoder = ArrowToPostgresBinaryEncoder(table.schema)
    yield encoder.write_header()
    for batch in table.to_batches(max_chunksize=_ROWS):
        yield encoder.write_batch(batch)
    yield encoder.finish()


def uuid_bytes(column: pl.Expr) -> pl.Expr:
    """Ids as text to their 16 bytes."""
    return column.str.replace_all("-", "", literal=True).str.decode("hex")


def _as_sent(name: str, kind: pl.DataType, wanted: TypeEngine[Any]) -> pl.Expr:
    column = pl.col(name)
    if isinstance(wanted, Uuid):
        return column if kind == pl.Binary else uuid_bytes(column).alias(name)
    if isinstance(wanted, JSONB):
        return (pl.lit(_JSONB_VERSION) + _json_list(column)).cast(pl.Binary).alias(name)
    sent = _polars_type(wanted)
    return column if kind == sent else column.cast(sent)


def _json_list(column: pl.Expr) -> pl.Expr:
    """A list of texts as a JSON array, null where the list is."""
    encoded = pl.struct(column.alias("v")).struct.json_encode()
    return pl.when(column.is_null()).then(None).otherwise(encoded.str.slice(5).str.head(-1))


def _polars_type(wanted: TypeEngine[Any]) -> pl.DataType:
    if isinstance(wanted, Numeric):
        return pl.Decimal(wanted.precision, wanted.scale or 0)
    for kind, sent in (
        (BigInteger, pl.Int64()),
        (Boolean, pl.Boolean()),
        (Date, pl.Date()),
        (DateTime, pl.Datetime("us", "UTC")),
        (LargeBinary, pl.Binary()),
        (Text, pl.String()),
    ):
        if isinstance(wanted, kind):
            return sent
    raise TypeError(f"no binary form of {wanted!r} is known")
