"""Keeps what was read: chunks of rows and parts of files, compressed, encrypted, in the database.

Bytes travel in binary: as text each would be two on the way. Packing and unpacking need the tenant's key only, never
the session, so that a thread may do them beside the one that owns it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import astuple, dataclass
from itertools import groupby
from typing import IO, TypeVar

import polars as pl
import pyarrow as pa
from sqlalchemy import delete, select

from core.context import Context
from core.db.keys import tenant_key
from core.db.session import driver_connection
from core.engine.batch import ROW
from core.engine.sources.tables import SourceChunk, SourceFilePart, SourceStream
from core.errors import NotFoundError
from core.kit import crypto
from core.kit.ahead import ahead

T = TypeVar("T")
_AHEAD = 2
"""Chunks that wait at most: with one, a chunk that takes longer than most would keep the other thread waiting."""
_GONE = "This part of the upload is not there any more."
PART_BYTES = 4 * 1024 * 1024
_SQUEEZE = pa.Codec("zstd", compression_level=1)
_FAST = pa.ipc.IpcWriteOptions(compression=_SQUEEZE)
_ZSTD = b"\x28\xb5\x2f\xfd"  # how its frames begin


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
    return _closed(tenant_key(context.session), frame, _place(context, place))


def unpack(context: Context, data: bytes, place: str, columns: Sequence[str] | None = None) -> pl.DataFrame:
    return _opened(tenant_key(context.session), data, _place(context, place), columns)


def write_chunks(
    context: Context, migration_id: str, frames: Iterable[tuple[str, int, pl.DataFrame]]
) -> Iterator[ChunkHead]:
    """Adds chunks, given as (stream id, chunk number, frame), in the open transaction; the head of each.

    A frame has ROW and text columns, in the order of the rows. The next one is packed while the last is written.
    """
    key = tenant_key(context.session)

    def packed() -> Iterator[tuple[ChunkHead, bytes]]:
        for stream_id, chunk_no, frame in frames:
            head = ChunkHead(stream_id, chunk_no, frame[ROW][0], frame[ROW][-1], frame.height)
            yield head, _closed(key, frame, _place(context, _chunk_place(stream_id, chunk_no)))

    connection = driver_connection(context.session)
    for head, data in ahead(packed()):
        connection.execute(
            "insert into source_chunk (tenant_id, migration_id, stream_id, chunk_no, first_row, last_row, rows, data,"
            " read_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            (context.tenant.id, migration_id, *astuple(head), data, context.now),
        )
        yield head


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
    return unpack(context, _sealed(context, stream_id, chunk_no), _chunk_place(stream_id, chunk_no), columns)


def read_row(context: Context, stream_id: str, row: int) -> dict[str, str | None]:
    """One row as it was read: column -> text. NotFoundError when it is not kept any more."""
    number = context.session.scalar(
        select(SourceChunk.chunk_no).where(
            SourceChunk.stream_id == stream_id, SourceChunk.first_row <= row, SourceChunk.last_row >= row
        )
    )
    found = None if number is None else read_chunk(context, stream_id, number).filter(pl.col(ROW) == row)
    if found is None or found.is_empty():
        raise NotFoundError(_GONE, hint="Upload the file again.")
    return found.select(pl.exclude(f"^{ROW}$", "^_.*$")).row(0, named=True)


def remove_unreferred(context: Context, file_id: str) -> None:
    """Removes the chunks of a file that is about to go; those that imported records may refer to stay."""
    going = select(SourceStream.id).where(SourceStream.file_id == file_id, SourceStream.imported.is_(False))
    context.session.execute(delete(SourceChunk).where(SourceChunk.stream_id.in_(going)))


def read_chunks(
    context: Context, stream_id: str, numbers: Iterable[int], columns: Sequence[str] | None = None
) -> Iterator[pl.DataFrame]:
    """As read_chunk, one after the other; the next one is opened while the caller works on the one before."""
    return work_through(context, stream_id, numbers, lambda frame: frame, columns)


def work_through(
    context: Context,
    stream_id: str,
    numbers: Iterable[int],
    work: Callable[[pl.DataFrame], T],
    columns: Sequence[str] | None = None,
    *,
    at_once: int = 1,
) -> Iterator[T]:
    """What `work` makes of each chunk; it is done in a thread, ahead of the caller, and must not use the session.

    Another thread opens the chunks before that. Up to `at_once` neighbours that have the same columns are given as one
    frame: of many small ones the calls take longer than the rows.
    """
    key, left = tenant_key(context.session), list(numbers)
    waiting = _AHEAD if at_once == 1 else 1

    def opened(several: list[tuple[bytes, str]]) -> list[pl.DataFrame]:
        return _joined(_opened(key, data, place, columns) for data, place in several)

    with ThreadPoolExecutor(1) as opener, ThreadPoolExecutor(1) as worker:
        under_way: deque[Future[list[T]]] = deque()
        for start in range(0, len(left), at_once):
            several = [
                (_sealed(context, stream_id, number), _place(context, _chunk_place(stream_id, number)))
                for number in left[start : start + at_once]
            ]
            opening = opener.submit(opened, several)
            under_way.append(worker.submit(lambda given: [work(frame) for frame in given.result()], opening))
            del opening, several
            if len(under_way) > waiting:
                yield from under_way.popleft().result()
        while under_way:
            yield from under_way.popleft().result()


def _joined(frames: Iterable[pl.DataFrame]) -> list[pl.DataFrame]:
    """Neighbours with the same columns as one frame each."""
    return [pl.concat(list(alike)) for _, alike in groupby(frames, key=lambda frame: frame.columns)]


def _sealed(context: Context, stream_id: str, chunk_no: int) -> bytes:
    cursor = driver_connection(context.session).cursor(binary=True)
    found = cursor.execute(
        "select data from source_chunk where tenant_id = %s and stream_id = %s and chunk_no = %s",
        (context.tenant.id, stream_id, chunk_no),
    ).fetchone()
    if found is None:
        raise NotFoundError(_GONE, hint="Upload the file again.")
    data: bytes = found[0]
    return data


def _closed(key: bytes, frame: pl.DataFrame, place: str) -> bytes:
    # As the columns lie in memory, and fast: half of what lz4 makes of rows that are alike, in the same time.
    table, buffer = frame.to_arrow(compat_level=pl.CompatLevel.newest()), pa.BufferOutputStream()
    with pa.ipc.new_stream(buffer, table.schema, options=_FAST) as stream:
        stream.write_table(table)
    return crypto.seal(key, memoryview(buffer.getvalue()).cast("B"), place)


def _opened(key: bytes, data: bytes, place: str, columns: Sequence[str] | None) -> pl.DataFrame:
    """Read by Arrow, which opens the columns side by side and allocates once; Polars takes them over as they lie."""
    buffer = pa.py_buffer(crypto.unseal(key, data, place))
    wanted = None
    if columns is not None:
        with pa.ipc.open_stream(buffer) as stream:
            names = stream.schema.names
        wanted = pa.ipc.IpcReadOptions(
            included_fields=[names.index(column) for column in columns if column in names]
        )
    with pa.ipc.open_stream(buffer, options=wanted) as stream:
        frame = pl.DataFrame(stream.read_all())
    return frame if columns is None else frame.select(columns)


def _place(context: Context, place: str) -> str:
    return f"{context.tenant.id}|{place}"


def _chunk_place(stream_id: str, chunk_no: int) -> str:
    return f"source_chunk|{stream_id}|{chunk_no}"


def write_parts(context: Context, file_id: str, file: IO[bytes]) -> Generator[int]:
    """Adds the untouched file in parts in the open transaction, one at a time; the number of each.

    The next one is packed while the caller does something else.
    """
    key = tenant_key(context.session)

    def packed() -> Iterator[bytes]:
        for part_no, data in enumerate(iter(lambda: file.read(PART_BYTES), b"")):
            squeezed = len(data).to_bytes(8, "big") + _SQUEEZE.compress(data, asbytes=True)
            yield crypto.seal(key, squeezed, _place(context, _part_place(file_id, part_no)))

    connection = driver_connection(context.session)
    for part_no, sealed in enumerate(ahead(packed())):
        connection.execute(
            "insert into source_file_part (tenant_id, file_id, part_no, data) values (%s, %s, %s, %s)",
            (context.tenant.id, file_id, part_no, sealed),
        )
        yield part_no


def read_parts(context: Context, file_id: str) -> Iterator[bytes]:
    """The untouched file, part by part."""
    part_no = 0
    while True:
        cursor = driver_connection(context.session).cursor(binary=True)
        found = cursor.execute(
            "select data from source_file_part where tenant_id = %s and file_id = %s and part_no = %s",
            (context.tenant.id, file_id, part_no),
        ).fetchone()
        if found is None:
            return
        place = _place(context, _part_place(file_id, part_no))
        opened = crypto.unseal(tenant_key(context.session), found[0], place)
        packed, size = opened[8:], int.from_bytes(opened[:8], "big")
        codec = "zstd" if packed.startswith(_ZSTD) else "lz4"  # lz4 in what was kept before zstd was
        yield pa.decompress(packed, size, codec=codec, asbytes=True)
        part_no += 1


def remove_parts(context: Context, file_id: str) -> None:
    """Remove the kept bytes of a file."""
    context.session.execute(delete(SourceFilePart).where(SourceFilePart.file_id == file_id))


def _part_place(file_id: str, part_no: int) -> str:
    return f"source_file_part|{file_id}|{part_no}"
