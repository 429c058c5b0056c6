"""Store chunks of rows and parts of files in the database, compressed and encrypted.

Bytes travel in binary: as text each would be two. Serializing needs the tenant's key only, never the session, so that
a thread may do it beside the one that owns the session.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from itertools import groupby
from typing import IO, TypeVar

import polars as pl
import pyarrow as pa
from sqlalchemy import delete, select

from core.context import Context
from core.db.keys import tenant_key
from core.db.session import driver_connection
from core.engine.batch import MARK, ROW
from core.engine.sources.tables import SourceChunk, SourceFilePart, SourceStream
from core.errors import NotFoundError
from core.kit import crypto
from core.kit.pipelines import map_ahead, prefetch

T = TypeVar("T")
_MAX_WAITING = 2
"""Chunks that wait at most: with one, a chunk that takes longer than most would keep the other thread waiting."""
_REMOVED = "This part of the upload is not there any more."
PART_BYTES = 4 * 1024 * 1024
_CODEC = pa.Codec("zstd", compression_level=1)
_IPC_OPTIONS = pa.ipc.IpcWriteOptions(compression=_CODEC)
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"


@dataclass(frozen=True, slots=True)
class ChunkInfo:
    """The rows of a stream that a chunk holds: first, last and how many."""

    stream_id: str
    chunk_no: int
    first_row: int
    last_row: int
    rows: int


def encrypt_frame(context: Context, frame: pl.DataFrame, name: str) -> bytes:
    """Encrypt a frame as Arrow IPC bytes; `name` binds them to the row of the database they are for."""
    return _serialize(tenant_key(context.session), frame, _associated_data(context, name))


def decrypt_frame(
    context: Context, data: bytes, name: str, columns: Sequence[str] | None = None
) -> pl.DataFrame:
    """Decrypt a frame, whole or only some of its columns."""
    return _deserialize(tenant_key(context.session), data, _associated_data(context, name), columns)


def write_chunks(
    context: Context, migration_id: str, frames: Iterable[tuple[str, int, pl.DataFrame]]
) -> Iterator[ChunkInfo]:
    """Write chunks, given as (stream id, chunk number, frame), in the open transaction; yields each one's ChunkInfo.

    A frame has ROW and text columns, in the order of the rows. The next one is encrypted while the last is written.
    """
    key = tenant_key(context.session)

    def encrypted() -> Iterator[tuple[ChunkInfo, bytes]]:
        for stream_id, chunk_no, frame in frames:
            chunk = ChunkInfo(stream_id, chunk_no, frame[ROW][0], frame[ROW][-1], frame.height)
            associated_data = _associated_data(context, _chunk_name(stream_id, chunk_no))
            yield chunk, _serialize(key, frame, associated_data)

    connection = driver_connection(context.session)
    for chunk, data in prefetch(encrypted()):
        connection.execute(
            "insert into source_chunk (tenant_id, migration_id, stream_id, chunk_no, first_row, last_row, rows, data,"
            " read_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            (context.tenant.id, migration_id, *astuple(chunk), data, context.now),
        )
        yield chunk


def list_chunks(context: Context, stream_id: str) -> list[ChunkInfo]:
    """List the chunks of a stream in order."""
    query = (
        select(SourceChunk.chunk_no, SourceChunk.first_row, SourceChunk.last_row, SourceChunk.rows)
        .where(SourceChunk.stream_id == stream_id)
        .order_by(SourceChunk.chunk_no)
    )
    return [
        ChunkInfo(stream_id, row.chunk_no, row.first_row, row.last_row, row.rows)
        for row in context.session.execute(query)
    ]


def read_chunk(
    context: Context, stream_id: str, chunk_no: int, columns: Sequence[str] | None = None
) -> pl.DataFrame:
    """Read the rows of a chunk: ROW, then every source column as text, or only `columns`; MARK only where it has some."""
    data = _read_encrypted(context, stream_id, chunk_no)
    return decrypt_frame(context, data, _chunk_name(stream_id, chunk_no), columns)


def read_row(context: Context, stream_id: str, row: int) -> dict[str, str | None]:
    """Read one row of the file: column -> text. NotFoundError when its chunk was removed."""
    number = context.session.scalar(
        select(SourceChunk.chunk_no).where(
            SourceChunk.stream_id == stream_id, SourceChunk.first_row <= row, SourceChunk.last_row >= row
        )
    )
    rows = None if number is None else read_chunk(context, stream_id, number).filter(pl.col(ROW) == row)
    if rows is None or rows.is_empty():
        raise NotFoundError(_REMOVED, hint="Upload the file again.")
    return rows.select(pl.exclude(f"^{ROW}$", "^_.*$")).row(0, named=True)


def remove_unreferenced_chunks(context: Context, file_id: str) -> None:
    """Remove the chunks of a file before the file itself; those that imported records may refer to stay."""
    streams = select(SourceStream.id).where(SourceStream.file_id == file_id, SourceStream.imported.is_(False))
    context.session.execute(delete(SourceChunk).where(SourceChunk.stream_id.in_(streams)))


def read_chunks(
    context: Context, stream_id: str, numbers: Iterable[int], columns: Sequence[str] | None = None
) -> Iterator[pl.DataFrame]:
    """Read several chunks in turn; the next one is decrypted while the caller works on the one before."""
    return process_chunks(context, stream_id, numbers, lambda frame: frame, columns)


def process_chunks(
    context: Context,
    stream_id: str,
    numbers: Iterable[int],
    work: Callable[[pl.DataFrame], T],
    columns: Sequence[str] | None = None,
    *,
    chunks_per_frame: int = 1,
) -> Iterator[T]:
    """Yield what `work` returns for each chunk. It runs in a thread, ahead of the caller, and must not use the session.

    Another thread decrypts the chunks before that. Up to `chunks_per_frame` neighbours with the same columns are
    joined into one frame: for many small ones calls cost more than rows.
    """
    key, chunk_nos = tenant_key(context.session), list(numbers)

    def encrypted() -> Iterator[list[tuple[bytes, str]]]:
        for start in range(0, len(chunk_nos), chunks_per_frame):
            yield [
                (
                    _read_encrypted(context, stream_id, number),
                    _associated_data(context, _chunk_name(stream_id, number)),
                )
                for number in chunk_nos[start : start + chunks_per_frame]
            ]

    def decrypted(chunks: list[tuple[bytes, str]]) -> list[pl.DataFrame]:
        return _join_neighbours(
            _deserialize(key, data, associated_data, columns) for data, associated_data in chunks
        )

    def worked(frames: list[pl.DataFrame]) -> list[T]:
        return [work(frame) for frame in frames]

    depth = _MAX_WAITING if chunks_per_frame == 1 else 1
    for results in map_ahead(encrypted(), decrypted, worked, depth=depth):
        yield from results


def _join_neighbours(frames: Iterable[pl.DataFrame]) -> list[pl.DataFrame]:
    """Join neighbours that have the same columns."""
    return [pl.concat(list(alike)) for _, alike in groupby(frames, key=lambda frame: frame.columns)]


def _read_encrypted(context: Context, stream_id: str, chunk_no: int) -> bytes:
    cursor = driver_connection(context.session).cursor(binary=True)
    row = cursor.execute(
        "select data from source_chunk where tenant_id = %s and stream_id = %s and chunk_no = %s",
        (context.tenant.id, stream_id, chunk_no),
    ).fetchone()
    if row is None:
        raise NotFoundError(_REMOVED, hint="Upload the file again.")
    data: bytes = row[0]
    return data


def _serialize(key: bytes, frame: pl.DataFrame, associated_data: str) -> bytes:
    # In the layout of memory, and fast: half of what lz4 makes of similar rows, in the same time.
    table, buffer = frame.to_arrow(compat_level=pl.CompatLevel.newest()), pa.BufferOutputStream()
    with pa.ipc.new_stream(buffer, table.schema, options=_IPC_OPTIONS) as stream:
        stream.write_table(table)
    return crypto.encrypt(key, memoryview(buffer.getvalue()).cast("B"), associated_data)


def _deserialize(
    key: bytes, data: bytes, associated_data: str, columns: Sequence[str] | None
) -> pl.DataFrame:
    """Decrypt and read by Arrow, which decompresses columns in parallel; Polars takes them over without a copy."""
    buffer = pa.py_buffer(crypto.decrypt(key, data, associated_data))
    options = None
    if columns is not None:
        with pa.ipc.open_stream(buffer) as stream:
            names = stream.schema.names
        options = pa.ipc.IpcReadOptions(
            included_fields=[names.index(column) for column in columns if column in names]
        )
    with pa.ipc.open_stream(buffer, options=options) as stream:
        frame = pl.DataFrame(stream.read_all())
    if columns is None:
        return frame
    return frame.select(name for name in columns if name != MARK or MARK in frame.columns)


def _associated_data(context: Context, name: str) -> str:
    """Return the text that binds encrypted bytes to the tenant and the row of the database they are for."""
    return f"{context.tenant.id}|{name}"


def _chunk_name(stream_id: str, chunk_no: int) -> str:
    return f"source_chunk|{stream_id}|{chunk_no}"


def write_parts(context: Context, file_id: str, file: IO[bytes]) -> Generator[int]:
    """Write the untouched file in parts in the open transaction, one at a time; yields the number of each.

    The next part is encrypted while the caller does something else.
    """
    key = tenant_key(context.session)

    def encrypted() -> Iterator[bytes]:
        for part_no, data in enumerate(iter(lambda: file.read(PART_BYTES), b"")):
            compressed = len(data).to_bytes(8, "big") + _CODEC.compress(data, asbytes=True)
            yield crypto.encrypt(key, compressed, _associated_data(context, _part_name(file_id, part_no)))

    connection = driver_connection(context.session)
    for part_no, data in enumerate(prefetch(encrypted())):
        connection.execute(
            "insert into source_file_part (tenant_id, file_id, part_no, data) values (%s, %s, %s, %s)",
            (context.tenant.id, file_id, part_no, data),
        )
        yield part_no


def read_parts(context: Context, file_id: str) -> Iterator[bytes]:
    """Read the untouched file, part by part."""
    part_no = 0
    while True:
        cursor = driver_connection(context.session).cursor(binary=True)
        row = cursor.execute(
            "select data from source_file_part where tenant_id = %s and file_id = %s and part_no = %s",
            (context.tenant.id, file_id, part_no),
        ).fetchone()
        if row is None:
            return
        associated_data = _associated_data(context, _part_name(file_id, part_no))
        part = crypto.decrypt(tenant_key(context.session), row[0], associated_data)
        compressed, size = part[8:], int.from_bytes(part[:8], "big")
        codec = "zstd" if compressed.startswith(_ZSTD_MAGIC) else "lz4"  # lz4 in older parts
        yield pa.decompress(compressed, size, codec=codec, asbytes=True)
        part_no += 1


def remove_parts(context: Context, file_id: str) -> None:
    """Remove the stored bytes of a file."""
    context.session.execute(delete(SourceFilePart).where(SourceFilePart.file_id == file_id))


def _part_name(file_id: str, part_no: int) -> str:
    return f"source_file_part|{file_id}|{part_no}"
