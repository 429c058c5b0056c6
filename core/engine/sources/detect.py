"""Recognises what a file is: its kind, encoding, delimiter, header row, date order, and the source it came from.

Everything found here is evidence with a reason in words, and everything can be overruled by ReaderOptions: a
guess that cannot be seen or changed would be worse than a question.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from math import sqrt
from pathlib import Path
from typing import IO

import polars as pl

from core.engine.batch import NOTED, ROW
from core.engine.sources.characters.decoding import fit_of, readable
from core.engine.sources.contract import Source, StreamSpec
from core.engine.sources.tabular import FAULT, split_records
from core.errors import InvalidInputError

DELIMITERS = (",", ";", "\t", "|")
HEADER_SEARCH = 30
"""Rows in which a header is looked for."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FOREIGN = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"SQLite format 3", "a database"),
    (b"PAR1", "a Parquet file"),
)
_CP1252_HOLES = frozenset(b"\x81\x8d\x8f\x90\x9d")
_FEW = 8  # control characters that are the fault of a row, in a file however small
_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\r\f\v\x1a\x1b")
_SECRETS = re.compile(r"(?:export\s+)?[A-Z][A-Z0-9_]*=.*")
_DATA = re.compile(r"[-+(]?[$€£]?\d[\d.,:/ -]*(?:[ap]m|%|\))?|[^@\s]+@[^@\s]+\.\w+", re.IGNORECASE)
_DAY = r"^\s*(\d{1,4})[/.\-](\d{1,2})[/.\-](\d{1,4})(?:\D|$)"
_NAMED = {"mdy": "month first", "dmy": "day first", "ymd": "year first"}
_BLOCK = 256 << 10  # stays in the processor's cache while it is decoded


def refuse_foreign(path: Path, head: bytes, label: str = "") -> None:
    """Raises InvalidInputError for what is no export at all: empty files, programs, pictures, settings with secrets.

    `label` is what messages call the file, e.g. with its place in an archive.
    """
    label = label or path.name
    if not head.strip(b"\0\r\n\t \xef\xbb\xbf"):
        raise InvalidInputError(f"{label} is empty.", hint="Export it again.", file=label)
    lines = [
        line for line in head[:20_000].decode("latin-1").splitlines() if line and not line.startswith("#")
    ]
    if path.name.startswith(".env") or (lines and all(_SECRETS.fullmatch(line) for line in lines)):
        raise InvalidInputError(
            f"{label} is a settings file, not an export; it may hold passwords and was not read.",
            hint="Delete it where it was uploaded, and give the export of the source.",
            file=label,
        )
    what = next((name for magic, name in _FOREIGN if head.startswith(magic)), None)
    if what is None and re.match(rb"\s*<(?:!doctype|html|\?xml|table)", head, re.IGNORECASE):
        what = "a web page or XML"
    if what is not None:
        raise InvalidInputError(
            f"{label} is {what}, not a table or JSON.",
            hint="Export the data as CSV, XLSX or JSON.",
            file=label,
        )


def find_encoding(file: IO[bytes], name: str) -> tuple[str, str]:
    """The encoding and the reason for it, judged by the whole file; raises InvalidInputError for binary data."""
    head = file.read(_BLOCK)
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding, f"{encoding}: the file begins with its byte-order mark"
    sample = head[:4096]
    for encoding, zeros in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[0::2])):
        if zeros.count(0) > 0.7 * len(zeros) and zeros.count(0) > 0.9 * sample.count(0):
            return encoding, f"{encoding}: every second byte is zero"
    if b"\0" in sample or sum(byte in _CONTROLS for byte in sample) > max(_FEW, len(sample) // 50):
        raise InvalidInputError(
            f"{name} is binary data (NUL or control characters), not text.",
            hint="Export the data as CSV, XLSX or JSON.",
            file=name,
        )
    encoding, reason = _narrow_encoding(chain([head], iter(partial(file.read, _BLOCK), b"")))
    if encoding == "utf-8":
        return encoding, reason
    file.seek(0)
    fit = fit_of(iter(partial(file.read, _BLOCK), b""), "utf-8")
    if not fit.fits:
        return encoding, reason
    return "utf-8", f"utf-8: {fit.faults:,} bytes do not fit; the rows that have them are held"


def _narrow_encoding(blocks: Iterable[bytes]) -> tuple[str, str]:
    """utf-8 if every byte fits, else the encoding of Western spreadsheets that has a character for each byte."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    utf8, hole = True, False
    for block in chain(blocks, [b""]):
        plain = block.isascii()
        if utf8 and not (plain and block and not decoder.getstate()[0]):
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError:
                utf8 = False
        hole = hole or (not plain and any(byte in block for byte in _CP1252_HOLES))
        if hole and not utf8:
            break
    if utf8:
        return "utf-8", "utf-8: every byte fits"
    if hole:
        return "latin-1", "latin-1: neither utf-8 nor cp1252 fits; check the accented letters"
    return "cp1252", "cp1252: the bytes are not utf-8; check the accented letters"


def find_delimiter(data: bytes, suffix: str) -> tuple[str, str]:
    """The delimiter that cuts most records into the same number of fields, and the reason."""
    best, score, reason = ",", 0.0, "one column: no delimiter divides the rows"
    for mark in DELIMITERS:
        widths = Counter(len(record) for record in split_records(data, mark) if record != [""])
        width, count = max(widths.items(), key=lambda item: (item[0] > 1) * item[1], default=(1, 0))
        share = count / max(1, widths.total())
        value = share * (width - 1) * (2 if mark == "\t" and suffix == ".tsv" else 1)
        if width > 1 and share > 0.3 and value > score:
            shown = "tab" if mark == "\t" else mark
            best, score = mark, value
            reason = f"delimiter {shown}: {count} of {widths.total()} sampled rows have {width} fields"
    return best, reason


def find_header(records: Sequence[Sequence[str]], known: Sequence[frozenset[str]]) -> tuple[int, str]:
    """The header's row number from 1, and the reason: the row a known source marks, else the first full row of names."""
    rows = list(enumerate(records[:HEADER_SEARCH], start=1))
    hits = [(_most_known(row, known), -n) for n, row in rows]
    most, number = max(hits, default=(0, -1))
    if most >= 3:
        return -number, f"header in row {-number}: {most} of its names belong to a known export"
    filled = {n: sum(bool(cell.strip()) for cell in row) for n, row in rows}
    common = Counter(count for count in filled.values() if count)
    width = max(common, key=lambda count: (common[count] * count, count), default=1)
    for n, row in rows:
        cells = [cell.strip() for cell in row if cell.strip()]
        data = sum(_DATA.fullmatch(cell) is not None for cell in cells)
        if cells and filled[n] * 2 >= width and data * 3 <= len(cells):
            return n, f"header in row {n}: the first row that is filled with names"
    first = next((n for n, count in filled.items() if count * 2 >= width and count), 1)
    return first, f"header in row {first}: the first full row (no row holds names only)"


def _most_known(row: Sequence[str], known: Sequence[frozenset[str]]) -> int:
    """The most names of one known source that stand in the row."""
    cells = {folded(cell) for cell in row}
    return max((len(names & cells) for names in known), default=0)


def name_columns(header: Sequence[str], width: int) -> tuple[str, ...]:
    """One distinct name per column: 'Column 3' where there is none, 'Name (2)' where one comes again or is_pattern."""
    names: list[str] = []
    taken = {ROW, FAULT, NOTED}
    for place in range(max(width, len(header))):
        text = readable(" ".join(header[place].split())) if place < len(header) else ""
        name = base = text or f"Column {place + 1}"
        count = 2
        while name in taken or is_pattern(name):
            name, count = f"{base} ({count})", count + 1
        taken.add(name)
        names.append(name)
    return tuple(names)


def is_pattern(name: str) -> bool:
    """Whether Polars takes the name for all columns ('*') or for those that match ('^b.*$')."""
    return name == "*" or (name.startswith("^") and name.endswith("$"))


def find_date_order(frame: pl.DataFrame) -> tuple[str | None, list[str]]:
    """The order of day, month and year: 'mdy', 'dmy', 'ymd', or None where no value decides; with the rows that decide."""
    orders: dict[str, str] = {}
    why: list[str] = []
    for column in _dated(frame):
        order, reason = _column_order(frame, column)
        if order:
            orders[column] = order
        if reason:
            why.append(f"{column}: {reason}")
    found = set(orders.values())
    decided = found - {"ymd"} or found
    if len(decided) == 1:
        return decided.pop(), why
    if decided:
        why.append("the columns disagree on the order of day and month: set the date order")
    return None, why


def _dated(frame: pl.DataFrame) -> list[str]:
    """The columns whose filled rows are days for at least one half."""
    columns = [name for name in frame.columns if name not in {ROW, FAULT, NOTED}]
    counts = frame.lazy().select(
        *(pl.col(name).count().alias(f"filled {place}") for place, name in enumerate(columns)),
        *(pl.col(name).str.contains(_DAY).sum().alias(f"days {place}") for place, name in enumerate(columns)),
    )
    row = counts.collect().row(0, named=True) if columns else {}
    return [
        name
        for place, name in enumerate(columns)
        if row[f"days {place}"] and row[f"days {place}"] * 2 >= row[f"filled {place}"]
    ]


def _column_order(frame: pl.DataFrame, column: str) -> tuple[str | None, str]:
    values = frame.select(ROW, text=pl.col(column)).drop_nulls()
    parts = values.with_columns(
        pl.col("text").str.extract_groups(_DAY).struct.rename_fields(["a", "b", "c"]).alias("part")
    ).unnest("part")
    days = parts.drop_nulls("a").with_columns(pl.col("a", "b").cast(pl.Int64), pl.col("c").str.len_chars())
    year = days.filter(pl.col("a") > 31)
    if year.height:
        return "ymd", _because(year, "ymd", "the year comes first")
    days = days.filter(pl.col("c").is_in([2, 4]))
    day_first, month_first = days.filter(pl.col("a") > 12), days.filter(pl.col("b") > 12)
    if day_first.height and month_first.height:
        return None, (
            f"rows {day_first[ROW][0]} and {month_first[ROW][0]} contradict each other "
            f"({day_first['text'][0]!r}, {month_first['text'][0]!r}): set the date order"
        )
    if day_first.height:
        return "dmy", _because(day_first, "dmy", "the first number is over 12")
    if month_first.height:
        return "mdy", _because(month_first, "mdy", "the second number is over 12")
    return (
        None,
        "no value is over 12 in either place: day and month cannot be told apart" if days.height else "",
    )


def _because(rows: pl.DataFrame, order: str, reason: str) -> str:
    return f"{_NAMED[order]}, row {rows[ROW][0]} has {rows['text'][0]!r} ({reason})"


def folded(name: str) -> str:
    """A header without regard to case, spaces and a numbering of ours."""
    return "".join(name.split()).casefold()


@dataclass(frozen=True, slots=True)
class Match:
    """A declared table and how like it a header is: the geometric mean of the shares of its names found, each way."""

    source: Source
    spec: StreamSpec
    confidence: float
    reason: str


def match_table(columns: Sequence[str], sources: Sequence[Source]) -> Match | None:
    """The declared table whose header is most like this one; None where none shares any name."""
    names = {folded(column) for column in columns}
    matches = [
        match for source in sources for spec in source.streams for match in _match(names, source, spec)
    ]
    return max(matches, key=lambda match: match.confidence, default=None)


def _match(names: set[str], source: Source, spec: StreamSpec) -> Iterator[Match]:
    if spec.path is not None or not spec.headers:
        return
    marks = {folded(header) for header in spec.headers}
    found = len(marks & names)
    if found:
        reason = f"{found} of {len(marks)} columns of {source.label}'s {spec.name}"
        if found < len(names):
            reason += f", and {len(names) - found} of its own"
        yield Match(source, spec, sqrt(found / len(marks) * found / len(names)), reason)
