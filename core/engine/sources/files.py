"""Open an upload: tell its kind by its content, not by its name, and list its tables."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from io import FileIO
from pathlib import Path, PurePosixPath
from typing import IO

from core.engine.sources.characters.decoding import ERRORS, require_fit
from core.engine.sources.detect import find_encoding, refuse_foreign
from core.engine.sources.flatten import require_records
from core.engine.sources.hidden.sheets import NOTHING_HIDDEN, Hidden
from core.engine.sources.json_text import Json, parse
from core.engine.sources.limits.digits import Rounded
from core.engine.sources.workbook import Sheet, check_archive, sheets_of
from core.errors import InvalidInputError, NotFoundError

LARGEST_JSON = 512 << 20
"""Bytes. JSON is held in memory while it is read, about seven times its size."""

MOST_TABLES = 200
"""Tables of one archive or workbook. Each is opened, sampled and mapped by itself."""

_TABLES = frozenset({".csv", ".tsv", ".txt", ".tab"})
_WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"


class Kind(StrEnum):
    TABLE = "table"
    WORKBOOK = "workbook"
    ARCHIVE = "archive"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Member:
    """One table of an upload: the file itself, a sheet, or a file in an archive. `encoding` is None where unknown.

    `name` is what the table is called, distinct in its upload: the path in the archive where two files share a name.
    """

    name: str
    file: str
    suffix: str
    open: Callable[[], IO[bytes]]
    encoding: str | None = None
    hidden: Hidden = NOTHING_HIDDEN
    rounded: Rounded = field(default_factory=dict)
    day_system: int | None = None


def kind_of(path: Path) -> Kind:
    """Tell the kind of a file by its content. NotFoundError, or InvalidInputError for what cannot be an export."""
    if not path.is_file():
        raise NotFoundError(f"There is no file {path.name}.", hint="Upload it again.", file=path.name)
    with path.open("rb") as file:
        head = file.read(64 << 10)
    suffix = path.suffix.lower()
    if head.startswith(_OLE):
        return Kind.WORKBOOK
    if head.startswith(_ZIP):
        with check_archive(path) as archive:
            names = set(archive.namelist())
        is_workbook = bool(names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"})
        return Kind.WORKBOOK if is_workbook else Kind.ARCHIVE
    refuse_foreign(path, head)
    if suffix in _WORKBOOKS or suffix == ".zip":
        raise InvalidInputError(
            f"{path.name} is not what its name says: the content is no {suffix[1:].upper()} file.",
            hint="Save it again in this format, or rename it to .csv or .json if it is that.",
            file=path.name,
        )
    text = head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0")
    if suffix in {".json", ".jsonl", ".ndjson"} or (text[:1] in {b"{", b"["} and suffix not in _TABLES):
        return Kind.JSON
    return Kind.JSON if text[:1] in {b"{", b"["} and _looks_like_json(text) else Kind.TABLE


def _looks_like_json(text: bytes) -> bool:
    """Tell whether what follows the opening bracket is a key, an object or a closing bracket."""
    following = text[1:].lstrip(b" \t\r\n\0")[:1]
    return following in {b'"', b"{", b"}", b"]"}


@contextmanager
def tables_of(path: Path, kind: Kind) -> Iterator[list[Member]]:
    """Yield the upload's tables, readable inside the block."""
    if kind is Kind.TABLE:
        yield [Member(path.stem, path.name, path.suffix.lower(), partial(FileIO, path))]
    elif kind is Kind.WORKBOOK:
        with sheets_of(path) as sheets:
            _require_few(path, len(sheets), "sheets")
            names = _distinct([sheet.name for sheet in sheets])
            yield [_of_sheet(path, sheet, name) for sheet, name in zip(sheets, names, strict=True)]
    else:
        with check_archive(path) as archive:
            entries = [entry for entry in archive.infolist() if _is_export(entry)]
            _require_few(path, len(entries), "files")
            names = _table_names([PurePosixPath(entry.filename) for entry in entries])
            yield [_archived(path, archive, entry, name) for entry, name in zip(entries, names, strict=True)]


def _of_sheet(path: Path, sheet: Sheet, name: str) -> Member:
    """Return a sheet as a table of this name."""
    label, open_sheet = f"{path.name}, sheet {name}", partial(FileIO, sheet.file)
    return Member(name, label, ".csv", open_sheet, "utf-8", sheet.hidden, sheet.rounded, sheet.day_system)


def _require_few(path: Path, count: int, noun: str) -> None:
    if count > MOST_TABLES:
        raise InvalidInputError(
            f"{path.name} holds {count:,} {noun}; at most {MOST_TABLES} are read at once.",
            hint="Split it, or put tables with the same columns together in one file.",
            file=path.name,
            value=str(count),
        )


def _table_names(paths: Sequence[PurePosixPath]) -> list[str]:
    """Name each file of an archive distinctly: by its stem, or its path where another file has the same stem."""
    stems = Counter(path.stem for path in paths)
    return _distinct(
        [path.stem if stems[path.stem] == 1 else path.with_suffix("").as_posix() for path in paths]
    )


def _distinct(names: Sequence[str]) -> list[str]:
    """Add numbers to names that repeat: an archive may hold a path twice, or menu.csv beside menu.txt."""
    used: set[str] = set()
    distinct = []
    for base in names:
        name, count = base, 2
        while name in used or (name != base and name in names):
            name, count = f"{base} ({count})", count + 1
        used.add(name)
        distinct.append(name)
    return distinct


def _is_export(entry: zipfile.ZipInfo) -> bool:
    name = PurePosixPath(entry.filename)
    return not entry.is_dir() and "__MACOSX" not in name.parts and not name.name.startswith(".")


def _archived(path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> Member:
    """Open a file of an archive as a table. InvalidInputError, with its path in the archive, for one that is none."""
    inside = PurePosixPath(entry.filename)
    label = f"{inside} in {path.name}"
    if inside.suffix.lower() not in _TABLES:
        raise InvalidInputError(
            f"{label} is not a CSV file.",
            hint="Leave only CSV files in the archive, and give JSON and XLSX files by themselves.",
            file=path.name,
        )
    with archive.open(entry) as file:
        refuse_foreign(Path(inside.name), file.read(64 << 10), label)
    return Member(name, label, inside.suffix.lower(), partial(archive.open, entry))


def _sure_encoding(file: IO[bytes], name: str) -> str:
    """Find the encoding of a document; InvalidInputError where two fit about as well."""
    found_encoding = find_encoding(file, name)
    if found_encoding.rival:
        raise InvalidInputError(
            f"{name} is not UTF-8, and could be {found_encoding.encoding} or {found_encoding.rival}.",
            hint="Set its encoding, or export it again as UTF-8.",
            file=name,
        )
    return found_encoding.encoding


def load_json(path: Path, encoding: str | None) -> Json:
    """Parse a JSON file. InvalidInputError names the line at fault, also where there are no records."""
    size = path.stat().st_size
    if size > LARGEST_JSON:
        raise InvalidInputError(
            f"{path.name} has {size:,} bytes; JSON is read up to {LARGEST_JSON:,}.",
            hint="Export a shorter period at a time, or export CSV.",
            file=path.name,
        )
    with path.open("rb") as file:
        if encoding:
            require_fit([file.read()], encoding, path.name)
        text_encoding = encoding or _sure_encoding(file, path.name)
    document = parse(path.read_bytes().decode(text_encoding, ERRORS), path.name)
    require_records(document, path.name)
    return document
