"""Keeps what was read: chunks of rows and parts of files, compressed, encrypted, in the database."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl
import pyarrow as pa
from sqlalchemy import insert, select

from core.context import Context
from core.db.keys import tenant_key
from core.db.session import driver_connection
from core.engine.batch import ROW
from core.engine.sources.tables import SourceChunk, SourceFilePart
from core.errors import NotFoundError
from core.kit import crypto

PART_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ChunkHead:
    """Which rows of a stream a chunk holds."""

    stream_id: str
    chunk_no: int
    first_row: int
    last_row: int
    rows: int


def pack(context: Context, frame: pl.DataFrame, place: str) -> bytes:
    """A frame as sealed Arrow IPC bytes; `place` binds them to where they belong."""
    buffer = io.BytesIO()
    frame.write_ipc_stream(buffer, compression="lz4")
    return crypto.seal(tenant_key(context.session), buffer.getvalue(), f"{context.tenant.id}|{place}")


def unpack(context: Context, data: bytes, place: str, columns: Sequence[str] | None = None) -> pl.DataFrame:
    opened = crypto.unseal(tenant_key(context.session), data, f"{context.tenant.id}|{place}")
    return pl.read_ipc_stream(io.BytesIO(opened), columns=list(columns) if columns is not None else None)


def write_chunk(context: Context, stream_id: str, chunk_no: int, frame: pl.DataFrame) -> ChunkHead:
    """Adds a chunk in the open transaction. `frame` has ROW and text columns, in the order of the rows."""
    head = ChunkHead(stream_id, chunk_no, frame[ROW][0], frame[ROW][-1], frame.height)
    context.session.execute(
        insert(SourceChunk).values(
            tenant_id=context.tenant.id,
            stream_id=stream_id,
            chunk_no=chunk_no,
            first_row=head.first_row,
            last_row=head.last_row,
            rows=head.rows,
            data=pack(context, frame, f"source_chunk|{stream_id}|{chunk_no}"),
            read_at=context.now,
        )
    )
    return head


def chunk_heads(context: Context, stream_id: str) -> list[ChunkHead]:
    """The chunks of a stream in order."""
    query = (
        select(SourceChunk.chunk_no, SourceChunk.first_row, SourceChunk.last_row, SourceChunk.rows)
        .where(SourceChunk.stream_id == stream_id)
        .order_by(SourceChunk.chunk_no)
    )
    return [
        ChunkHead(stream_id, row.chunk_no, row.first_row, row.last_row, row.rows)
        for row in context.session.execute(query)
    ]


def read_chunk(
    context: Context, stream_id: str, chunk_no: int, columns: Sequence[str] | None = None
) -> pl.DataFrame:
    """The chunk's rows: ROW, then every source column as text (or only the columns asked for)."""
    # In binary: text would double every byte on the way.
    cursor = driver_connection(context.session).cursor(binary=True)
    found = cursor.execute(
        "select data from source_chunk where tenant_id = %s and stream_id = %s and chunk_no = %s",
        (context.tenant.id, stream_id, chunk_no),
    ).fetchone()
    data = found and found[0]
    if data is None:
        raise NotFoundError("This part of the upload is not there any more.", hint="Upload the file again.")
    return unpack(context, data, f"source_chunk|{stream_id}|{chunk_no}", columns)


def write_part(context: Context, file_id: str, part_no: int, data: bytes) -> None:
    """Adds a part of the untouched file in the open transaction."""
    compressed = pa.compress(data, codec="lz4", asbytes=True)
    sealed = crypto.seal(
        tenant_key(context.session),
        len(data).to_bytes(8, "big") + compressed,
        f"{context.tenant.id}|source_file_part|{file_id}|{part_no}",
    )
    context.session.execute(
        insert(SourceFilePart).values(
            tenant_id=context.tenant.id, file_id=file_id, part_no=part_no, data=sealed
        )
    )


def read_parts(context: Context, file_id: str) -> Iterator[bytes]:
    """The untouched file, part by part."""
    part_no = 0
    while True:
        sealed = context.session.scalar(
            select(SourceFilePart.data).where(
                SourceFilePart.file_id == file_id, SourceFilePart.part_no == part_no
            )
        )
        if sealed is None:
            return
        opened = crypto.unseal(
            tenant_key(context.session), sealed, f"{context.tenant.id}|source_file_part|{file_id}|{part_no}"
        )
        yield pa.decompress(opened[8:], int.from_bytes(opened[:8], "big"), codec="lz4", asbytes=True)
        part_no += 1
