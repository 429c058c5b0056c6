"""Find the hidden parts of a workbook: sheets, and in XLSX and ODS also rows and columns.

Attributes are those of ECMA-376 (row and col: `hidden`, row: `ht`) and of OpenDocument 1.3 (`table:visibility`). XLS and
XLSB name their hidden sheets only. Used in the child process that reads workbooks, so nothing but the standard library.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

_PIECE = 4 << 20
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*?\br:id\s*=\s*[\"']([^\"']+)")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
_HIDDEN_TAG = re.compile(
    rb"<(?:\w+:)?(row|col)\s(?=[^>]*?\b(?:hidden\s*=\s*[\"'](?:1|true)|ht\s*=\s*[\"']0(?:\.0*)?[\"']))([^>]*)>"
)
_MAY_BE_HIDDEN = re.compile(rb"hidden\s*=|\bht\s*=\s*[\"']0")
_ODS_TAG = re.compile(rb"<table:table-row\b([^>]*)>|<(/?)table:table(?=[\s>])")


@dataclass(frozen=True, slots=True)
class Hidden:
    """The hidden parts of a sheet: the sheet itself, numbers of rows, numbers of columns; all count from 1."""

    sheet: bool = False
    rows: tuple[int, ...] = ()
    columns: tuple[int, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the parts as JSON holds them."""
        return asdict(self)

    @classmethod
    def from_json(cls, facts: dict[str, Any]) -> Hidden:
        """Build the value from what `to_json` returned."""
        return cls(bool(facts["sheet"]), tuple(facts["rows"]), tuple(facts["columns"]))


NOTHING_HIDDEN = Hidden()


@dataclass(slots=True)
class _Marks:
    rows: list[int] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)


def hidden_parts(workbook: Path, visible: list[bool]) -> list[Hidden]:
    """List the hidden parts of each sheet in order; `visible` says which sheets are shown."""
    marks: list[_Marks] = []
    if zipfile.is_zipfile(workbook):
        with zipfile.ZipFile(workbook) as archive:
            names = set(archive.namelist())
            if "xl/workbook.xml" in names:
                marks = [_of_sheet(archive, part) for part in sheet_parts(archive, names)]
            elif "content.xml" in names:
                marks = list(_of_document(archive))
    if len(marks) != len(visible):
        marks = [_Marks() for _ in visible]
    return [
        Hidden(not is_visible, tuple(sorted(set(mark.rows))), tuple(sorted(set(mark.columns))))
        for is_visible, mark in zip(visible, marks, strict=True)
    ]


def sheet_parts(archive: zipfile.ZipFile, names: set[str]) -> Iterator[str]:
    """Yield the path in the archive of each sheet, in the order of the workbook; '' where it is unknown."""
    relations = archive.read("xl/_rels/workbook.xml.rels") if "xl/_rels/workbook.xml.rels" in names else b""
    targets = {
        _attribute(tag[0], "Id"): _attribute(tag[0], "Target") for tag in _RELATION.finditer(relations)
    }
    for sheet in _SHEET.finditer(archive.read("xl/workbook.xml")):
        target = targets.get(sheet[1].decode(errors="replace"), "")
        path = target.removeprefix("/") if target.startswith("/") else str(PurePosixPath("xl", target))
        yield path if path in names else ""


def _attribute(tag: bytes, name: str) -> str:
    match = re.search(rb"\s%b\s*=\s*[\"']([^\"']*)" % name.encode(), tag)
    return match[1].decode(errors="replace") if match else ""


def _of_sheet(archive: zipfile.ZipFile, part: str) -> _Marks:
    marks = _Marks()
    if not part:
        return marks
    with archive.open(part) as file:
        tail = b""
        while piece := file.read(_PIECE):
            data = tail + piece
            end = data.rfind(b">") + 1
            tail = data[end:] if end else data[-_PIECE:]
            if not _MAY_BE_HIDDEN.search(data):
                continue
            for tag in _HIDDEN_TAG.finditer(data, 0, end):
                if tag[1] == b"row":
                    number = _attribute(b" " + tag[2], "r")
                    marks.rows += [int(number)] if number.isdigit() else []
                else:
                    first, last = (_attribute(b" " + tag[2], name) for name in ("min", "max"))
                    if first.isdigit() and last.isdigit():
                        marks.columns += range(int(first), min(int(last), int(first) + 100) + 1)
    return marks


def _of_document(archive: zipfile.ZipFile) -> Iterator[_Marks]:
    """Yield the marks of each table of an ODS document."""
    marks, number = _Marks(), 0
    data = archive.read("content.xml")
    if b"table:visibility" not in data:
        return
    for tag in _ODS_TAG.finditer(data):
        if tag[1] is None:
            if tag[2]:
                yield marks
            marks, number = _Marks(), 0
            continue
        repeated = _attribute(tag[1], "table:number-rows-repeated")
        count = int(repeated) if repeated.isdigit() else 1
        if _attribute(tag[1], "table:visibility") in {"collapse", "filter"} and count < _PIECE:
            marks.rows += range(number + 1, number + count + 1)
        number += count
