"""Read delimited text in chunks: fast where it is regular, forgiving and exact where it is not.

Each block of the file is measured with NumPy first: where records end, how many fields each has. Those that fit the
header go to the Polars reader; ragged ones and those with a stray quote go one by one through a splitter that keeps
every field and says in FAULT what is wrong with the row. So a broken row is neither cut nor lost, and a sound file
costs little more than the Polars reader alone.

Rows are numbered as a spreadsheet numbers them: every record counts, also blank ones and those above the header,
and a line break inside quotes does not. Records without any value are left out; the numbers of the others stay.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import IO, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

from core.engine.batch import FAULT, ROW
from core.engine.sources.characters.decoding import ERRORS
from core.engine.sources.limits.cells import LONGEST_CELL, cell_refusal
from core.errors import InvalidInputError

BLOCK = 16 << 20
_PIECE = 256 << 10
_LOOK_AHEAD = 1 << 20  # a quoted field may be this long before its quote counts as a stray character
_LONGEST_RECORD = 64 << 20
_QUOTE, _NEWLINE, _RETURN = 34, 10, 13
_DAMAGED = "it is damaged or was cut off; export it again, or set the file's encoding."

Positions: TypeAlias = npt.NDArray[np.int64]
Codes: TypeAlias = npt.NDArray[np.uint8]


@dataclass(slots=True)
class _Finder:
    """A search for a byte among many. The buffer of comparisons is reused: new memory would be cleared first."""

    equal: npt.NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, np.bool_))

    def positions(self, codes: Codes, byte: int) -> Positions:
        return np.flatnonzero(self._compared(codes, byte))

    def count(self, data: bytes, byte: int) -> int:
        return int(np.count_nonzero(self._compared(np.frombuffer(data, np.uint8), byte)))

    def _compared(self, codes: Codes, byte: int) -> npt.NDArray[np.bool_]:
        if len(self.equal) < len(codes):
            self.equal = np.empty(2 * len(codes), np.bool_)
        compared: npt.NDArray[np.bool_] = np.equal(codes, byte, out=self.equal[: len(codes)])
        return compared


@dataclass(frozen=True, slots=True)
class Table:
    """The layout of a table in its file. header_row counts from 1; 0 means that there is none."""

    file: str
    encoding: str
    delimiter: str
    header_row: int
    columns: tuple[str, ...]


def utf8_blocks(file: IO[bytes], encoding: str, name: str) -> Iterator[bytes]:
    """Yield the file's bytes in blocks, as UTF-8 without a byte-order mark, old Mac line ends replaced by new ones.

    Bytes that do not fit the encoding become decoding.MARK. Raises InvalidInputError for a NUL, which no table has.
    """
    to_utf8, finder = _to_utf8(encoding), _Finder()
    returns_only = first = True
    lines = 1
    while True:
        raw = file.read(BLOCK)
        block = to_utf8(raw)
        if first:
            first = not block
            block = block.removeprefix(codecs.BOM_UTF8)
            returns_only = b"\r" in block and b"\n" not in block
        if b"\0" in block:
            lines += block[: block.index(b"\0")].count(b"\n")
            raise InvalidInputError(
                f"{name} holds a NUL character in line {lines}: it is not a text table.",
                hint=f"Save it as CSV in UTF-8; {_DAMAGED}",
                file=name,
                row=lines,
            )
        lines += finder.count(block, _NEWLINE)
        yield block.replace(b"\r", b"\n") if returns_only else block
        if not raw:
            return


def _to_utf8(encoding: str) -> Callable[[bytes], bytes]:
    """Turn one block after the other into UTF-8, an empty one at the end; a character cut in two goes to the next.

    What is UTF-8 already is only looked through, in pieces (perf 6), and given as it is, up to
    the first byte that does not fit.
    """
    decoder, lenient = (
        codecs.getincrementaldecoder(encoding)(),
        codecs.getincrementaldecoder(encoding)(ERRORS),
    )
    if codecs.lookup(encoding).name != "utf-8":
        return lambda raw: lenient.decode(raw, final=not raw).encode()
    pending, fits = b"", True

    def looked_through(raw: bytes) -> bytes:
        nonlocal pending, fits
        if not fits:
            return lenient.decode(raw, final=not raw).encode()
        if raw and not pending and raw.isascii():
            return raw
        try:
            for start in range(0, max(1, len(raw)), _PIECE):
                decoder.decode(raw[start : start + _PIECE], final=not raw)
        except UnicodeDecodeError:
            fits = False
            return lenient.decode(pending + raw, final=not raw).encode()
        cut = decoder.getstate()[0]
        block, pending = (pending + raw).removesuffix(cut), cut
        return block

    return looked_through


def split_records(data: bytes, delimiter: str) -> list[list[str]]:
    """Split data into records, each a list of fields; what follows the last line end is left out.

    A quote that does not open and close a whole field is an ordinary character, as in 5" pipe.
    """
    records: list[list[str]] = []
    fields: list[str] = []
    for match in _patterns(delimiter)[0].finditer(data):
        quoted, plain, end = match.groups()
        if quoted is not None:
            fields.append(quoted.replace(b'""', b'"').decode())
        else:
            fields.append((plain.removesuffix(b"\r") if end == b"\n" else plain).decode())
        if end.endswith(b"\n"):
            records.append(fields)
            fields = []
    return records


def records_of(blocks: Iterable[bytes], delimiter: str) -> Iterator[list[str]]:
    """Yield every record as its fields, also blank ones; ends where read_frames ends them."""
    buffer, finder = b"", _Finder()
    for block, final in _with_last(blocks):
        buffer += block
        if final and buffer and not buffer.endswith(b"\n"):
            buffer += b"\n"
        codes = np.frombuffer(buffer, dtype=np.uint8)
        quotes, newlines = finder.positions(codes, _QUOTE), finder.positions(codes, _NEWLINE)
        ends, _ = _ends(buffer, codes, newlines, quotes, delimiter, final=final)
        start = 0
        for end in ends.tolist():
            yield split_records(buffer[start:end], delimiter)[0]
            start = end
        buffer = buffer[start:]


def read_frames(
    blocks: Iterable[bytes],
    table: Table,
    chunk_rows: int,
    finish: Callable[[pl.DataFrame, bytes], pl.DataFrame] = lambda frame, _: frame,
) -> Iterator[pl.DataFrame]:
    """Yield frames of at most `chunk_rows` rows: ROW, then every column as text, null where empty.

    `finish` makes of each frame and the UTF-8 it was read from the frame that is given.

    Frames with broken rows have FAULT as their last column; a row with too many fields keeps the surplus there.
    """
    buffer, number, finder = b"", 1, _Finder()
    for block, final in _with_last(blocks):
        buffer += block
        if final and buffer and not buffer.endswith(b"\n"):
            buffer += b"\n"
        codes = np.frombuffer(buffer, dtype=np.uint8)
        quotes = finder.positions(codes, _QUOTE) if b'"' in buffer else np.empty(0, np.int64)
        newlines = finder.positions(codes, _NEWLINE)
        ends, counted = _ends(buffer, codes, newlines, quotes, table.delimiter, final=final)
        _require_short_cells(buffer, ends, number, table)
        widths: Positions | None = None
        skipped = min(max(0, table.header_row - number + 1), len(ends))
        record_count = len(ends) if final else skipped + (len(ends) - skipped) // chunk_rows * chunk_rows
        if not len(ends) and len(buffer) > _LONGEST_RECORD:
            raise InvalidInputError(
                f"{table.file}: the record in row {number} does not end.",
                hint="Check the delimiter and the quotes; " + _DAMAGED,
                file=table.file,
                row=number,
            )
        for first in range(skipped, record_count, chunk_rows):
            last = min(first + chunk_rows, record_count)
            start = int(ends[first - 1]) if first else 0
            segment = buffer[start : ends[last - 1]]
            frame = None if len(quotes) else _regular(segment, last - first, number + first, table, finder)
            if frame is None:
                if widths is None:
                    marks = finder.positions(codes, ord(table.delimiter))
                    widths = _widths(codes, marks, quotes, ends, table.delimiter, counted=counted)
                frame = _frame(segment, ends[first:last] - start, widths[first:last], number + first, table)
            if frame.height:
                yield finish(frame, segment)
        number += record_count
        buffer = buffer[ends[record_count - 1] :] if record_count else buffer


def _require_short_cells(data: bytes, ends: Positions, number: int, table: Table) -> None:
    """Refuse a value beyond LONGEST_CELL; only records that are longer are looked into. `number` is the first one's."""
    lengths = np.diff(ends, prepend=0)
    for index in np.flatnonzero(lengths > LONGEST_CELL).tolist():
        record = split_records(
            data[int(ends[index]) - int(lengths[index]) : int(ends[index])], table.delimiter
        )[0]
        for column, value in enumerate(record):
            if len(value) * 4 > LONGEST_CELL and (size := len(value.encode())) > LONGEST_CELL:
                name = table.columns[column] if column < len(table.columns) else str(column + 1)
                raise cell_refusal(table.file, number + index, name, size)


@cache
def _patterns(delimiter: str) -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    """Compile the patterns of one field with what ends it, and of one record.

    A field is atomic: the record pattern may not go back and take a quoted field for a plain one to grow over its
    line end, or it would end elsewhere than the fields do, and what lies between would be lost.
    """
    mark = re.escape(delimiter.encode())
    quoted, plain = rb'"([^"]*+(?:""[^"]*+)*+)"(?=%b|\r?\n)' % mark, rb"([^%b\n]*+)" % mark
    field = rb"(?>%b|%b)" % (quoted, plain)
    return re.compile(rb"%b(\r?\n|%b)" % (field, mark)), re.compile(
        rb"(?:%b%b)*+%b\r?\n" % (field, mark, field)
    )


def _with_last(blocks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Yield each block with whether it is the last; blocks end with an empty one."""
    for block in blocks:
        yield block, not block


def _ends(
    data: bytes, codes: Codes, newlines: Positions, quotes: Positions, delimiter: str, *, final: bool
) -> tuple[Positions, bool]:
    """Find where each complete record ends, and tell whether every quote is proper, so that counting them sufficed."""
    if not len(quotes):
        return newlines + 1, True
    ends: Positions = newlines[np.searchsorted(quotes, newlines) % 2 == 0] + 1
    unclosed = len(quotes) % 2 == 1 and (final or len(codes) - quotes[-1] > _LOOK_AHEAD)
    if not unclosed and _proper(codes, quotes, np.arange(len(quotes)), ord(delimiter)).all():
        return ends, True
    # Some quote is an ordinary character: counting misleads, so each record is matched as a whole.
    matched = (match.end() for match in _patterns(delimiter)[1].finditer(data))
    ends = np.fromiter(matched, dtype=np.int64)
    return (ends if final else ends[ends <= len(data) - _LOOK_AHEAD]), False


def _proper(codes: Codes, quotes: Positions, ordinals: Positions, mark: int) -> npt.NDArray[np.bool_]:
    """Tell whether each quote opens or closes a whole field, or is one of a doubled pair.

    `ordinals` count the quotes from the beginning of the record or of the data: even ones open.
    """
    last = len(codes) - 1
    before, after = codes[np.maximum(quotes - 1, 0)], codes[np.minimum(quotes + 1, last)]
    opens = (quotes == 0) | (before == mark) | (before == _NEWLINE) | ((before == _QUOTE) & (ordinals > 0))
    line_end = (after == _RETURN) & (codes[np.minimum(quotes + 2, last)] == _NEWLINE)
    closes = (after == mark) | (after == _NEWLINE) | (after == _QUOTE) | line_end | (quotes == last)
    proper: npt.NDArray[np.bool_] = np.where(ordinals % 2 == 0, opens, closes)
    return proper


def _widths(
    codes: Codes, marks: Positions, quotes: Positions, ends: Positions, delimiter: str, *, counted: bool
) -> Positions:
    """Count the fields of each record: 0 if it is blank, -1 if its quotes are not proper and only the splitter can tell.

    `marks` is where the delimiters are, also those inside quotes.
    """
    starts = np.concatenate([np.zeros(1, np.int64), ends])[: len(ends)]
    first, after = np.searchsorted(quotes, starts), np.searchsorted(quotes, ends)
    if len(quotes):
        rank = np.searchsorted(quotes, marks)
        if not counted and len(ends):
            rank = rank + (first % 2)[np.minimum(np.searchsorted(ends, marks, side="right"), len(ends) - 1)]
        marks = marks[rank % 2 == 0]
    counts = np.searchsorted(marks, ends)
    widths: Positions = np.diff(counts, prepend=0) + 1
    lengths = ends - starts
    widths[(lengths == 1) | ((lengths == 2) & (codes[starts] == _RETURN))] = 0
    if not counted and len(ends):
        owners = np.repeat(np.arange(len(ends)), after - first)
        record_quotes = quotes[: len(owners)]
        proper = _proper(codes, record_quotes, np.arange(len(record_quotes)) - first[owners], ord(delimiter))
        widths[owners[~proper]] = -1
        widths[(after - first) % 2 == 1] = -1
    return widths


def _regular(segment: bytes, rows: int, first: int, table: Table, finder: _Finder) -> pl.DataFrame | None:
    """Read the rows of a segment without quotes if each has as many fields as the header; None if one has not.

    None has more, or the reader would refuse it; so none has fewer, if there are as many delimiters as rows need.
    """
    width = len(table.columns)
    if width == 1 or finder.count(segment, ord(table.delimiter)) != rows * (width - 1):
        return None
    try:
        frame = _parsed(segment, table)
    except pl.exceptions.PolarsError:
        return None
    if frame.height != rows:
        return None
    return _filled(frame.insert_column(0, pl.Series(ROW, np.arange(first, first + rows), pl.Int64)))


def _frame(segment: bytes, ends: Positions, widths: Positions, first: int, table: Table) -> pl.DataFrame:
    """Read the rows of a run of records; `first` is the number of the first."""
    width = len(table.columns)
    numbers = np.arange(first, first + len(ends))
    sound = widths == width
    broken = ~sound & (widths != 0)
    if not sound.all():
        starts = np.concatenate([np.zeros(1, np.int64), ends[:-1]])
        pieces = [segment[start:end] for start, end in zip(starts[broken], ends[broken], strict=True)]
        segment = b"".join(segment[start:end] for start, end in _runs(starts, ends, sound))
    frame = _parsed(segment, table)
    if b'""' in segment:
        frame = frame.with_columns(pl.when(pl.all() != "").then(pl.all()))
    frame = frame.insert_column(0, pl.Series(ROW, numbers[sound], pl.Int64))
    if broken.any():
        frame = pl.concat([frame, _broken(pieces, numbers[broken], table)], how="diagonal").sort(ROW)
        if not frame[FAULT].count():
            frame = frame.drop(FAULT)
    return _filled(frame)


def _parsed(segment: bytes, table: Table) -> pl.DataFrame:
    return pl.read_csv(
        segment,
        has_header=False,
        schema=dict.fromkeys(table.columns, pl.String),
        separator=table.delimiter,
        raise_if_empty=False,
    )


def _filled(frame: pl.DataFrame) -> pl.DataFrame:
    """Drop rows that have no value at all."""
    if 0 in frame.null_count().row(0)[1:]:
        return frame
    return frame.filter(~pl.all_horizontal(pl.exclude(ROW).is_null()))


def _runs(starts: Positions, ends: Positions, included: npt.NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Yield the stretches of neighbours among the included records."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], included, [False]]).astype(np.int8)))
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        yield starts[begin], ends[end - 1]


def _broken(pieces: list[bytes], numbers: Positions, table: Table) -> pl.DataFrame:
    """Read records that do not fit the header, or have stray quotes, field by field and with FAULT."""
    width = len(table.columns)
    records = [split_records(piece, table.delimiter)[0] for piece in pieces]
    rows = [
        [field or None for field in record[:width]] + [None] * (width - len(record)) for record in records
    ]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(table.columns, pl.String), orient="row")
    faults = pl.Series(FAULT, [_fault(record, width) for record in records], pl.String)
    return frame.insert_column(0, pl.Series(ROW, numbers, pl.Int64)).with_columns(faults)


def _fault(record: list[str], width: int) -> str | None:
    if len(record) == width:
        return None
    if len(record) < width:
        return f"{len(record)} fields where the header has {width}"
    surplus = [field for field in record[width:] if field]
    if not surplus:
        return None
    surplus_text = ", ".join(f'"{field}"' for field in surplus)
    return f"{len(record)} fields where the header has {width}; beyond it stand {surplus_text}"
