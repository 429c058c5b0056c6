"""Recognise what a file is: its kind, encoding, delimiter, header row, date order, and the source it came from.

Everything found here is evidence with a reason in words, and everything can be overruled by ReaderOptions: a
guess that cannot be seen or changed would be worse than a question.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from math import sqrt
from pathlib import Path
from typing import IO, Any, NamedTuple

import polars as pl

from core.engine.batch import COPY, FAULT, MARK, NOTED, ROW
from core.engine.sources.characters.decoding import fit_of, readable
from core.engine.sources.characters.encodings import judge_encoding
from core.engine.sources.contract import Source, StreamSpec, folded
from core.engine.sources.header.row import is_without_header, series_cells
from core.errors import InvalidInputError
from core.kit.masking import PERSONAL_HEADER
from core.kit.wording import counted, listed

HEADER_SEARCH = 30
"""Rows in which a header is looked for."""

NO_HEADER = (
    "no header: the first row holds values like the rows below it, so the columns are called by their place and judged by "
    "their values; if it is a header, set the header row to 1"
)
"""Says why no row of a table is read as its header."""

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
_ISO_2022_JP = (b"\x1b$B", b"\x1b$@", b"\x1b(J")
_MAX_CONTROLS = 8  # control characters that may be one row's fault, however small the file
_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\r\f\v\x1a\x1b")
_SECRETS = re.compile(r"(?:export\s+)?[A-Z][A-Z0-9_]*=.*")
_DATA = re.compile(r"[-+(]?[$€£]?\d[\d.,:/ -]*(?:[ap]m|%|\))?|[^@\s]+@[^@\s]+\.\w+", re.IGNORECASE)
_DAY = r"^\s*(\d{1,4})[/.\-](\d{1,2})[/.\-](\d{1,4})(?:\D|$)"
_ORDER_OF = {"year": "ymd", "day": "dmy", "month": "mdy"}
_COLUMNS_AT_ONCE = 500
_ORDER_LABELS = {"mdy": "month first", "dmy": "day first", "ymd": "year first"}
_BLOCK = 256 << 10  # perf 6


def refuse_foreign(path: Path, head: bytes, label: str = "") -> None:
    """Refuse files that are no export with InvalidInputError: empty ones, programs, pictures, settings with secrets.

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
    kind = next((name for magic, name in _FOREIGN if head.startswith(magic)), None)
    if kind is None and re.match(rb"\s*<(?:!doctype|html|\?xml|table)", head, re.IGNORECASE):
        kind = "a web page or XML"
    if kind is not None:
        raise InvalidInputError(
            f"{label} is {kind}, not a table or JSON.",
            hint="Export the data as CSV, XLSX or JSON.",
            file=label,
        )


class FoundEncoding(NamedTuple):
    """The encoding of a file and the reason. `rival`: another that fits about as well, '' where there is none."""

    encoding: str
    reason: str
    rival: str = ""


def find_encoding(file: IO[bytes], name: str, country: str = "US") -> FoundEncoding:
    """Find the encoding by the whole file, with the reason; InvalidInputError for binary data.

    `country`: ISO 3166, the customer's; it tells which encodings are usual.
    """
    head = file.read(_BLOCK)
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return FoundEncoding(encoding, f"{encoding}: the file begins with its byte-order mark")
    sample = head[:4096]
    for encoding, zeros in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[0::2])):
        if zeros.count(0) > 0.7 * len(zeros) and zeros.count(0) > 0.9 * sample.count(0):
            return FoundEncoding(encoding, f"{encoding}: every second byte is zero")
    if b"\0" in sample or sum(byte in _CONTROLS for byte in sample) > max(_MAX_CONTROLS, len(sample) // 50):
        raise InvalidInputError(
            f"{name} is binary data (NUL or control characters), not text.",
            hint="Export the data as CSV, XLSX or JSON.",
            file=name,
        )
    if _is_utf8(chain([head], _blocks(file))):
        if any(mark in sample for mark in _ISO_2022_JP):
            return FoundEncoding("iso2022_jp", "iso2022_jp: the file changes to Japanese by its escapes")
        return FoundEncoding("utf-8", "utf-8: every byte fits")
    file.seek(0)
    fit = fit_of(_blocks(file), "utf-8")
    if fit.fits:
        reason = f"utf-8: {counted(fit.faults, 'byte')} not fitting; the rows that have them are held"
        return FoundEncoding("utf-8", reason)
    file.seek(0)
    return _judged(_blocks(file), country)


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    return iter(partial(file.read, _BLOCK), b"")


def _is_utf8(blocks: Iterable[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    for block in chain(blocks, [b""]):
        if block and block.isascii() and not decoder.getstate()[0]:
            continue
        try:
            decoder.decode(block, final=not block)
        except UnicodeDecodeError:
            return False
    return True


def _judged(blocks: Iterable[bytes], country: str) -> FoundEncoding:
    """Judge bytes that are not UTF-8 by the words they decode into."""
    judgement = judge_encoding(blocks, country)
    if judgement is None:
        return FoundEncoding(
            "latin-1", "latin-1: no known encoding fits; check the accented letters", "cp1252"
        )
    encoding, rival = judgement.encoding, judgement.rival
    if rival:
        reason = (
            f"{encoding} or {rival}: both fit about as well; rows with other letters than A to Z are held until the"
            " encoding is set"
        )
        return FoundEncoding(encoding, reason, rival)
    return FoundEncoding(encoding, f"{encoding}: the bytes are not utf-8, and read as words in it")


def find_header(records: Sequence[Sequence[str]], signatures: Sequence[frozenset[str]]) -> tuple[int, str]:
    """Find the header's row number from 1, with the reason: the row a known source marks, else the first row of names."""
    rows = list(enumerate(records[:HEADER_SEARCH], start=1))
    hits = [(_most_matches(row, signatures), -n) for n, row in rows]
    most, number = max(hits, default=(0, -1))
    if most >= 3:
        return -number, f"header in row {-number}: {most} of its names belong to a known export"
    filled = {n: sum(bool(cell.strip()) for cell in row) for n, row in rows}
    common = Counter(count for count in filled.values() if count)
    width = max(common, key=lambda count: (common[count] * count, count), default=1)
    first_filled = next((n for n, count in filled.items() if count), 1)
    if filled.get(first_filled, 0) * 2 >= width and is_without_header(records[:HEADER_SEARCH]):
        return 0, NO_HEADER
    for n, row in rows:
        cells = [cell.strip() for cell in row if cell.strip()]
        data = sum(_DATA.fullmatch(cell) is not None for cell in cells)
        data -= series_cells(row, records[n] if n < len(records) else ())
        if cells and filled[n] * 2 >= width and data * 3 <= len(cells):
            return n, f"header in row {n}: the first row that is filled with names"
    first = next((n for n, count in filled.items() if count * 2 >= width and count), 1)
    return first, f"header in row {first}: the first full row (no row holds names only)"


def _most_matches(row: Sequence[str], signatures: Sequence[frozenset[str]]) -> int:
    """Count the names of the known source that has most of them in the row."""
    cells = {folded(cell) for cell in row}
    return max((len(names & cells) for names in signatures), default=0)


def name_columns(header: Sequence[str], width: int) -> tuple[str, ...]:
    """Name each column distinctly: 'Column 3' where the header is empty, 'Name (2)' where a name repeats or is_pattern."""
    names: list[str] = []
    used = {ROW, FAULT, MARK, NOTED, COPY}
    counts: dict[str, int] = {}  # base -> the next number to try, so that thousands of equal names stay cheap
    for index in range(max(width, len(header))):
        text = readable(" ".join(header[index].split())) if index < len(header) else ""
        name = base = text or f"Column {index + 1}"
        count = counts.get(base, 2)
        while name in used or is_pattern(name):
            name, count = f"{base} ({count})", count + 1
        counts[base] = count
        used.add(name)
        names.append(name)
    return tuple(names)


def repeated_names(header: Sequence[str], columns: Sequence[str]) -> list[str]:
    """Word one sentence per name that repeats in the header, with the names its columns have."""
    columns_by_name: dict[str, list[str]] = {}
    for text, column in zip(header, columns, strict=False):
        if text.strip():
            columns_by_name.setdefault(" ".join(text.split()), []).append(column)
    return [
        f"{counted(len(names), 'column')} of the header are called {name!r}; they are read apart, as {listed(names)}"
        for name, names in columns_by_name.items()
        if len(names) > 1
    ]


def is_pattern(name: str) -> bool:
    """Tell whether Polars takes the name for all columns ('*') or for those that match ('^b.*$')."""
    return name == "*" or (name.startswith("^") and name.endswith("$"))


def find_date_order(frame: pl.DataFrame) -> tuple[str | None, list[str]]:
    """Find the order of day, month and year: 'mdy', 'dmy', 'ymd', or None; with the rows that decide."""
    orders: set[str] = set()
    why: list[str] = []
    columns = _dated(frame)
    for start in range(0, len(columns), _COLUMNS_AT_ONCE):
        for column, order, reason in _column_orders(frame, columns[start : start + _COLUMNS_AT_ONCE]):
            if order:
                orders.add(order)
            if reason:
                why.append(f"{column}: {reason}")
    candidates = orders - {"ymd"} or orders
    if len(candidates) == 1:
        return candidates.pop(), why
    if candidates:
        why.append("the columns disagree on the order of day and month: set the date order")
    return None, why


def _dated(frame: pl.DataFrame) -> list[str]:
    """List the columns at least half of whose filled rows are days."""
    columns = [name for name in frame.columns if name not in {ROW, FAULT, MARK, NOTED, COPY}]
    filled = frame.select(pl.col(columns).count()).row(0) if columns else ()
    dated = []
    for start in range(0, len(columns), _COLUMNS_AT_ONCE):
        part = columns[start : start + _COLUMNS_AT_ONCE]
        days = frame.select(pl.col(part).str.contains(_DAY).sum()).row(0)
        dated += [
            name
            for name, count, all_values in zip(part, days, filled[start:], strict=False)
            if count and count * 2 >= all_values
        ]
    return dated


def _column_orders(frame: pl.DataFrame, columns: Sequence[str]) -> Iterator[tuple[str, str | None, str]]:
    """Yield (column, its order or None, the reason), for all columns in one pass: thousands take little longer than one."""
    part = pl.col("text").str.extract_groups(_DAY).struct.rename_fields(["a", "b", "c"])
    days = (
        frame.select(ROW, *(pl.col(name).alias(str(index)) for index, name in enumerate(columns)))
        .unpivot(index=ROW, variable_name="place", value_name="text")
        .drop_nulls("text")
        .with_columns(part.alias("part"))
        .unnest("part")
        .drop_nulls("a")
        .with_columns(pl.col("place", "a", "b").cast(pl.Int64), pl.col("c").str.len_chars())
    )
    year, first, second = pl.col("a") > 31, pl.col("a") > 12, pl.col("b") > 12
    with_year = pl.col("c").is_in([2, 4])
    signs = {"year": year, "day": with_year & first, "month": with_year & second, "any": with_year}
    firsts = days.group_by("place").agg(
        *(pl.col(ROW, "text").filter(rows).first().name.suffix(f" {name}") for name, rows in signs.items())
    )
    for facts in firsts.sort("place").iter_rows(named=True):
        column = columns[facts["place"]]
        yield column, *_order_of(_without_digits(facts) if PERSONAL_HEADER.search(column) else facts)


def _without_digits(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts with days as '9999-99-99': a birthday is not to be read in a reason."""
    return {
        name: re.sub(r"\d", "9", value) if isinstance(value, str) else value for name, value in facts.items()
    }


def _order_of(facts: Mapping[str, Any]) -> tuple[str | None, str]:
    """Derive a column's order and the reason from the first row and text of each sign: year, day or month first, any day."""
    if facts["text year"] is not None:
        return "ymd", _because(facts, "year", "the year comes first")
    if facts["text day"] is not None and facts["text month"] is not None:
        return None, (
            f"rows {facts[f'{ROW} day']} and {facts[f'{ROW} month']} contradict each other "
            f"({_beginning(facts['text day'])!r}, {_beginning(facts['text month'])!r}): set the date order"
        )
    if facts["text day"] is not None:
        return "dmy", _because(facts, "day", "the first number is over 12")
    if facts["text month"] is not None:
        return "mdy", _because(facts, "month", "the second number is over 12")
    ambiguous = "no value is over 12 in either place: day and month cannot be told apart"
    return None, ambiguous if facts["text any"] is not None else ""


def _because(facts: Mapping[str, Any], sign: str, reason: str) -> str:
    label = _ORDER_LABELS[_ORDER_OF[sign]]
    beginning = _beginning(facts[f"text {sign}"], 1 if sign == "year" else 2)
    return f"{label}, row {facts[f'{ROW} {sign}']} has {beginning!r} ({reason})"


def _beginning(text: str, numbers: int = 2) -> str:
    """Quote a day by its first numbers, which decide: the whole may be a birthday, and reasons are stored in clear."""
    quoted = re.match(rf"\s*(?:\d+\D){{{numbers}}}", text)
    return f"{quoted[0].strip()}…" if quoted else "…"


@dataclass(frozen=True, slots=True)
class Match:
    """A declared table and a header's likeness to it: the geometric mean of two shares.

    Of the names that mark the table, those the header has; of the header's names, those the declaration knows.
    """

    source: Source
    spec: StreamSpec
    confidence: float
    reason: str


def match_table(columns: Sequence[str], sources: Sequence[Source]) -> Match | None:
    """Find the declared table whose header is most like this one; None where none shares any name."""
    names = {folded(column) for column in columns}
    matches = [
        match for source in sources for spec in source.streams for match in _match(names, source, spec)
    ]
    return max(matches, key=lambda match: match.confidence, default=None)


def match_sheet(name: str, columns: Sequence[str], source: Source) -> Match | None:
    """Find the small table of a source that a sheet is, by its name and at least half of the declared columns."""
    names = {folded(column) for column in columns}
    for spec in source.streams:
        marks = {folded(header) for header in spec.headers}
        matches = len(marks & names)
        is_named = bool(spec.sheet) and folded(spec.sheet) == folded(name)
        if is_named and spec.turned[0]:
            is_named = bool(columns) and folded(columns[0]) == folded(spec.turned[0])
        if is_named and matches * 2 >= len(marks):
            reason = f"{matches} of {len(marks)} columns of {source.label}'s sheet {spec.sheet}"
            return Match(source, spec, 1.0, reason)
    return None


def has_no_others(spec: StreamSpec, columns: Sequence[str]) -> bool:
    """Whether a table has all the columns that mark a declared one, and none that the declaration does not know."""
    names = {folded(column) for column in columns}
    marks = {folded(header) for header in spec.headers}
    return marks <= names <= marks | {folded(name) for name in spec.hints_of(names)}


def _match(names: set[str], source: Source, spec: StreamSpec) -> Iterator[Match]:
    if spec.path is not None or spec.sheet or not spec.headers:
        return
    marks = {folded(header) for header in spec.headers}
    matches = len(marks & names)
    if matches and names.issuperset(map(folded, spec.needs)):
        hinted = len({folded(name) for name in spec.hints_of(names)} | (marks & names))
        reason = f"{matches} of {len(marks)} columns of {source.label}'s {spec.name}"
        if hinted > matches:
            reason += f", {hinted - matches} more that it may have"
        if hinted < len(names):
            reason += f", and {len(names) - hinted} of its own"
        yield Match(source, spec, sqrt(matches / len(marks) * hinted / len(names)), reason)
