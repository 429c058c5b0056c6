"""Read a prospect list with the readers of the engine: any delimiter, encoding and sheet, every cell as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from core.engine.batch import FAULT, MARK, ROW, notes_of
from core.engine.sources.contract import Source
from core.engine.sources.read import GENERIC, identify, read
from core.errors import InvalidInputError
from core.kit.printable import printable

MAX_ROWS = 20_000
MAX_BYTES = 20_000_000
_LIST = Source(GENERIC, "Prospect list", "restaurant", ())


@dataclass(frozen=True, slots=True)
class ListRow:
    """A row of the list: its number in the file, its cells by header, and what is wrong with its shape ('' for nothing)."""

    number: int
    cells: Mapping[str, str]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class ProspectListFile:
    """What a file holds: headers in their order, and every row that is not empty."""

    name: str
    headers: tuple[str, ...]
    rows: tuple[ListRow, ...]


def read_list(path: Path, name: str = "", *, country: str = "US") -> ProspectListFile:
    """Read a list. InvalidInputError for a file that cannot be read, has several tables, or more than MAX_ROWS rows."""
    name = name or path.name
    if path.stat().st_size > MAX_BYTES:
        raise InvalidInputError(
            f"{name} is larger than {MAX_BYTES // 1_000_000} MB.", hint="Split the list into several files."
        )
    identified = identify(path, [_LIST], country=country)
    if len(identified.streams) != 1:
        raise InvalidInputError(
            f"{name} has {len(identified.streams)} tables.", hint="Upload a file with one table of prospects."
        )
    headers = identified.streams[0].columns
    rows: list[ListRow] = []
    for _, frame in read(path, identified):
        notes = _notes(frame)
        rows += [_row(values, headers, notes) for values in frame.iter_rows(named=True)]
        if len(rows) > MAX_ROWS:
            raise InvalidInputError(
                f"{name} has more than {MAX_ROWS:,} rows.", hint="Split the list into several files."
            )
    return ProspectListFile(name, tuple(headers), tuple(rows))


def _notes(frame: pl.DataFrame) -> dict[int, str]:
    """Word what the reader doubts: row -> its notes."""
    notes: dict[int, list[str]] = {}
    for row, code, column, detail in notes_of(frame).iter_rows():
        text = str(detail or f"{code.replace('_', ' ')} in column {column!r}").rstrip(".")
        notes.setdefault(row, []).append(printable(text))
    return {row: "; ".join(texts) for row, texts in notes.items()}


def _row(values: Mapping[str, object], headers: tuple[str, ...], notes: Mapping[int, str]) -> ListRow:
    number = int(str(values[ROW]))
    cells = {header: str(values[header]) for header in headers if values.get(header) not in (None, "")}
    fault = printable(str(values.get(FAULT) or "")).rstrip(".")
    if not fault and (mark := values.get(MARK)):
        fault = f"it looks like a row that is no prospect ({mark})"
    return ListRow(number, cells, fault or notes.get(number, ""))
