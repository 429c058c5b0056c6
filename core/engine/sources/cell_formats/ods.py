"""Find the numbers of an ODS document that its cells show as another text: percentages, numbers with leading zeros.

OpenDocument keeps beside each number the text that is shown (1.3, 19.385: `office:value`, `text:p`).
"""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from core.engine.sources.cell_formats.stretches import SheetFormats
from core.engine.sources.cell_formats.xlsx import attribute

_MATTERS = re.compile(
    rb"value-type\s*=\s*[\"']percentage|min-integer-digits\s*=\s*[\"'](?:[2-9]|[1-9][0-9])|number:embedded-text"
)
_TOKEN = re.compile(
    rb"<(/?)table:(table|table-row|table-cell|covered-table-cell)(?=[\s/>])([^>]*)>|<text:p(?=[\s>])[^>]*>(.*?)</text:p>",
    re.DOTALL,
)
_TAGS = re.compile(rb"<[^>]*>")
_MAX_REPEATED = 20_000
_SEPARATORS = frozenset("-()/ ")


def formats_of_document(archive: zipfile.ZipFile) -> Iterator[SheetFormats]:
    """Yield, for each table of the document, the texts its numbers are shown as; nothing where all are plain."""
    content = archive.read("content.xml")
    styles = archive.read("styles.xml") if "styles.xml" in archive.namelist() else b""
    if not _MATTERS.search(content) and not _MATTERS.search(styles):
        return
    reader = _Reader()
    for token in _TOKEN.finditer(content):
        closes, name, tag = token[1] == b"/", token[2], token[3] or b""
        if name == b"table":
            if closes and reader.depth == 1:
                yield reader.sheet
            reader.change_depth(opens=not closes)
        elif name is None:
            reader.read_text(token[4])
        elif not closes and name == b"table-row":
            reader.read_row(tag)
        elif not closes:
            reader.read_cell(tag)


class _Reader:
    """Read the cells of one table after the other."""

    def __init__(self) -> None:
        self.depth = 0
        self.sheet = SheetFormats()
        self._clear()

    def _clear(self) -> None:
        self.row = self.next_row = self.column = self.next_column = 1
        self.number: tuple[str, str] | None = None

    def change_depth(self, *, opens: bool) -> None:
        """Enter or leave a table; one within a table does not count."""
        self.depth += 1 if opens else -1
        if opens and self.depth == 1:
            self.sheet = SheetFormats()
            self._clear()

    def read_row(self, tag: bytes) -> None:
        """Begin a row, which may stand for several equal ones."""
        self.row, self.next_row = self.next_row, self.next_row + _count(tag, b"table:number-rows-repeated")
        self.column = self.next_column = 1

    def read_cell(self, tag: bytes) -> None:
        """Begin a cell, which may stand for several equal ones; a percentage needs no text."""
        count = _count(tag, b"table:number-columns-repeated")
        self.column, self.next_column = self.next_column, self.next_column + count
        kind, value = attribute(tag, b"office:value-type"), attribute(tag, b"office:value")
        self.number = (kind, value) if kind in {"float", "percentage"} and value else None
        if self.number and kind == "percentage":
            self._show(percent_text(value))

    def read_text(self, text: bytes) -> None:
        """Take the text of a cell as its value where it shows more than the number."""
        if self.number and self.number[0] == "float":
            label = html.unescape(_TAGS.sub(b"", text).decode(errors="replace")).strip()
            self._show(label if shows_more(label, self.number[1]) else "")
        self.number = None

    def _show(self, text: str) -> None:
        if not text:
            return
        rows = range(self.row, min(self.next_row, self.row + _MAX_REPEATED))
        columns = range(self.column, min(self.next_column, self.column + _MAX_REPEATED))
        if len(rows) * len(columns) <= _MAX_REPEATED:
            self.sheet.texts |= {(row, column): text for row in rows for column in columns}


def _count(tag: bytes, name: bytes) -> int:
    text = attribute(tag, name)
    return int(text) if text.isdigit() and len(text) < 9 else 1


def percent_text(value: str) -> str:
    """Write a fraction as a percentage: '0.0625' is '6.25%'; '' where it is no number."""
    try:
        number = Decimal(f"{float(value):.15g}") * 100
    except (ValueError, InvalidOperation, OverflowError):
        return ""
    text = f"{number:f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text}%"


def shows_more(text: str, value: str) -> bool:
    """Tell whether a text shows a whole number with leading zeros, or with signs between its digits."""
    try:
        number = float(value)
    except ValueError:
        return False
    digits = re.sub(r"\D", "", text)
    if number < 0 or number != int(number) or not digits or not digits.isascii():
        return False
    if digits.lstrip("0") != (str(int(number)) if number else ""):
        return False
    inside = text[text.index(digits[0]) : text.rindex(digits[-1])]
    return len(digits) > len(str(int(number))) or bool(set(inside) & (_SEPARATORS - {" "}))
