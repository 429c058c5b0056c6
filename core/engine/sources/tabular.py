"""Reads delimited text in chunks: fast where it is regular, forgiving and exact where it is not.

Each block of the file is measured with NumPy first (where records end, how many fields each has). A run of records
that all fit the header goes to the Polars reader; a run with a ragged record or a stray quote goes through a slower
splitter that keeps every field and says in FAULT what is wrong with the row. So a broken row is neither cut nor
lost, and a sound file costs little more than the Polars reader alone.

Rows are numbered as a spreadsheet numbers them: every record counts, also blank ones and those above the header,
and a line break inside quotes does not. Records without any value are left out; the numbers of the others stay.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

from core.engine.batch import ROW
from core.errors import InvalidInputError

FAULT = "_fault"
"""Column that only frames with broken rows have: what is wrong with the row's shape, null where it is sound."""

BLOCK = 16 << 20
_LOOK_AHEAD = 1 << 20  # a quoted field may be this long before its quote counts as a stray character
_LONGEST_RECORD = 64 << 20
_QUOTE, _NEWLINE, _RETURN = 34, 10, 13
_DAMAGED = "it is damaged or was cut off; export it again, or set the file's encoding."

Positions: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Table:
    """How a table stands in its file. header_row counts from 1; 0 means that there is none."""

    file: str
    encoding: str
    delimiter: str
    header_row: int
    columns: tuple[str, ...]


def utf8_blocks(file: IO[bytes], encoding: str, name: str) -> Iterator[bytes]:
    """The file's bytes in blocks, as UTF-8 without a byte-order mark, old Mac line ends replaced by new ones.

    Raises InvalidInputError where the bytes do not fit the encoding or hold a NUL, which no table has.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    returns_only = first = True
    lines = 1
    while True:
        raw = file.read(BLOCK)
        try:
            text = decoder.decode(raw, final=not raw)
        except UnicodeDecodeError as error:
            raise InvalidInputError(
                f"{name} is not {encoding} text: {error.reason}.",
                hint=f"Set another encoding for the file, e.g. cp1252; or {_DAMAGED}",
                file=name,
                value=repr(error.object[error.start : error.end]),
            ) from None
        block = text.encode()
        if first:
            block = block.removeprefix(codecs.BOM_UTF8)
            returns_only = b"\r" in block and b"\n" not in block
            first = not text
        if b"\0" in block:
            lines += block[: block.index(b"\0")].count(b"\n")
            raise InvalidInputError(
                f"{name} holds a NUL character in line {lines}: it is not a text table.",
                hint=f"Save it as CSV in UTF-8; {_DAMAGED}",
                file=name,
                row=lines,
            )
        lines += block.count(b"\n")
        yield block.replace(b"\r", b"\n") if returns_only else block
        if not raw:
            return


def split_records(data: bytes, delimiter: str, *, final: bool = True) -> tuple[list[list[str]], list[int]]:
    """Every complete record as a list of fields, and where each ends.

    A quote that does not open and close a whole field is an ordinary character, as in 5" pipe. Unless `final`, a
    record whose quote may still close in data yet to come is left for later.
    """
    records: list[list[str]] = []
    ends: list[int] = []
    fields: list[str] = []
    start = 0
    for match in _field_pattern(delimiter).finditer(data):
        quoted, plain, end = match[1], match[2], match[3]
        if quoted is not None:
            fields.append(quoted.replace(b'""', b'"').decode())
        else:
            if not final and plain.startswith(b'"') and len(data) - start < _LOOK_AHEAD:
                break
            fields.append((plain.removesuffix(b"\r") if end == b"\n" else plain).decode())
        if end.endswith(b"\n"):
            records.append(fields)
            ends.append(match.end())
            fields, start = [], match.end()
    return records, ends


def read_frames(blocks: Iterable[bytes], table: Table, chunk_rows: int) -> Iterator[pl.DataFrame]:
    """Frames of at most `chunk_rows` rows: ROW, then every column as text, null where empty.

    Frames with broken rows have FAULT as their last column; a row with too many fields keeps the surplus there.
    """
    buffer, number = b"", 1
    for block, final in _with_last(blocks):
        buffer += block
        if final and buffer and not buffer.endswith(b"\n"):
            buffer += b"\n"
        ends, widths = _measure(buffer, table.delimiter, final=final)
        skipped = min(max(0, table.header_row - number + 1), len(ends))
        whole = len(ends) if final else skipped + (len(ends) - skipped) // chunk_rows * chunk_rows
        if not len(ends) and len(buffer) > _LONGEST_RECORD:
            raise InvalidInputError(
                f"{table.file}: the record in row {number} does not end.",
                hint="Check the delimiter and the quotes; " + _DAMAGED,
                file=table.file,
                row=number,
            )
        for first in range(skipped, whole, chunk_rows):
            last = min(first + chunk_rows, whole)
            segment = buffer[ends[first - 1] if first else 0 : ends[last - 1]]
            frame = _frame(segment, number + first, widths[first:last], table)
            if frame.height:
                yield frame
        number += whole
        buffer = buffer[ends[whole - 1] :] if whole else buffer


def _field_pattern(delimiter: str) -> re.Pattern[bytes]:
    mark = re.escape(delimiter.encode())
    return re.compile(rb'(?:"([^"]*+(?:""[^"]*+)*+)"(?=%b|\r?\n)|([^%b\n]*+))(\r?\n|%b)' % (mark, mark, mark))


def _with_last(blocks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Each block with whether it is the last; blocks end with an empty one."""
    for block in blocks:
        yield block, not block


def _measure(data: bytes, delimiter: str, *, final: bool) -> tuple[Positions, Positions]:
    """Where each complete record ends, and how many fields it has: 0 if blank, -1 if only the splitter can tell."""
    codes = np.frombuffer(data, dtype=np.uint8)
    quotes = np.flatnonzero(codes == _QUOTE)
    if _stray(codes, quotes, ord(delimiter), final=final):
        _, found = split_records(data, delimiter, final=final)
        return np.array(found, dtype=np.int64), np.full(len(found), -1, dtype=np.int64)
    ends = _unquoted(np.flatnonzero(codes == _NEWLINE), quotes)
    marks = _unquoted(np.flatnonzero(codes == ord(delimiter)), quotes)
    widths = np.diff(np.searchsorted(marks, ends), prepend=0) + 1
    lengths = np.diff(ends, prepend=-1) - 1
    widths[(lengths == 0) | ((lengths == 1) & (codes[np.maximum(ends - 1, 0)] == _RETURN))] = 0
    return ends + 1, widths


def _unquoted(positions: Positions, quotes: Positions) -> Positions:
    """Those with an even number of quotes before them."""
    if not len(quotes):
        return positions
    kept: Positions = positions[np.searchsorted(quotes, positions) % 2 == 0]
    return kept


def _stray(codes: npt.NDArray[np.uint8], quotes: Positions, mark: int, *, final: bool) -> bool:
    """Whether some quote does not open or close a whole field, so that counting quotes would mislead."""
    if not len(quotes):
        return False
    if len(quotes) % 2 and (final or len(codes) - quotes[-1] > _LOOK_AHEAD):
        return True
    opening, closing = quotes[0::2], quotes[1::2]
    before = codes[np.maximum(opening - 1, 0)]
    after = codes[np.minimum(closing + 1, len(codes) - 1)]
    doubled = np.zeros(len(opening), dtype=bool)
    doubled[1:] = opening[1:] == closing[: len(opening) - 1] + 1
    opens = (opening == 0) | (before == mark) | (before == _NEWLINE) | doubled
    closes = np.isin(after, (mark, _NEWLINE, _RETURN, _QUOTE)) | (closing == len(codes) - 1)
    return not (opens.all() and closes.all())


def _frame(segment: bytes, first: int, widths: Positions, table: Table) -> pl.DataFrame:
    """The rows of a run of records; `first` is the number of the first."""
    width = len(table.columns)
    frame: pl.DataFrame | None = None
    # Polars takes the number of columns from the first record, so that one must not be blank.
    if widths[0] and bool(((widths == width) | (widths == 0)).all()):
        frame = pl.read_csv(
            segment,
            has_header=False,
            schema=dict.fromkeys(table.columns, pl.String),
            separator=table.delimiter,
            raise_if_empty=False,
        )
        if b'""' in segment:
            frame = frame.with_columns(pl.when(pl.all() != "").then(pl.all()))
    if frame is None or frame.height != len(widths):
        frame = _split_frame(segment, table)
    numbers = pl.int_range(first, first + frame.height, dtype=pl.Int64, eager=True).alias(ROW)
    filled = ~pl.all_horizontal(pl.exclude(ROW).is_null())
    return frame.insert_column(0, numbers).filter(filled)


def _split_frame(segment: bytes, table: Table) -> pl.DataFrame:
    """The same, field by field, with FAULT where a record does not fit the header."""
    width = len(table.columns)
    records, _ = split_records(segment, table.delimiter)
    faults = [_fault(record, width) for record in records]
    rows = [
        [field or None for field in record[:width]] + [None] * (width - len(record)) for record in records
    ]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(table.columns, pl.String), orient="row")
    return frame.with_columns(pl.Series(FAULT, faults, pl.String)) if any(faults) else frame


def _fault(record: list[str], width: int) -> str | None:
    if len(record) == width or record == [""]:
        return None
    if len(record) < width:
        return f"{len(record)} fields where the header has {width}"
    surplus = [field for field in record[width:] if field]
    if not surplus:
        return None
    kept = ", ".join(f'"{field}"' for field in surplus)
    return f"{len(record)} fields where the header has {width}; beyond it stand {kept}"
