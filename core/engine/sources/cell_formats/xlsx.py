"""Find the number formats of an XLSX workbook's cells: styles.xml names them, each cell of a sheet points to one (ECMA-376)"""

from __future__ import annotations

import html
import re
import zipfile

from core.engine.sources.cell_formats.codes import BUILT_IN, NumberFormat, format_of
from core.engine.sources.cell_formats.stretches import SheetFormats

_PIECE = 4 << 20
_STYLES = "xl/styles.xml"
_DECLARATION = re.compile(rb"<(?:\w+:)?numFmt\s([^>]*)>")
_CELL_STYLES = re.compile(rb"<(?:\w+:)?cellXfs[\s>].*?</(?:\w+:)?cellXfs>", re.DOTALL)
_STYLE = re.compile(rb"<(?:\w+:)?xf\s([^>]*)>")
_TAG = re.compile(rb"<(?:\w+:)?(row|c)(?=[\s/>])([^>]*)>")
_PLACE = re.compile(rb"\sr\s*=\s*[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")
_ROW = re.compile(rb"\sr\s*=\s*[\"']([0-9]{1,7})[\"']")
_FORMAT = re.compile(rb"\ss\s*=\s*[\"']([0-9]{1,6})[\"']")


def formats_of_styles(archive: zipfile.ZipFile) -> dict[int, NumberFormat]:
    """Return the formats that change what numbers say, by the index cells name them with."""
    if _STYLES not in archive.namelist():
        return {}
    styles = archive.read(_STYLES)
    codes = dict(BUILT_IN)
    for declaration in _DECLARATION.finditer(styles):
        number = attribute(declaration[1], b"numFmtId")
        if number.isdigit():
            codes[int(number)] = attribute(declaration[1], b"formatCode")
    block = _CELL_STYLES.search(styles)
    formats = {}
    for index, style in enumerate(_STYLE.finditer(block[0] if block else b"")):
        number = attribute(style[1], b"numFmtId")
        code = codes.get(int(number)) if number.isdigit() else None
        if code and (number_format := format_of(code)):
            formats[index] = number_format
    return formats


def attribute(tag: bytes, name: bytes) -> str:
    """Return the value of a tag's attribute, without the escapes of XML; '' where there is none."""
    match = re.search(rb"(?:^|\s)%b\s*=\s*(?:\"([^\"]*)\"|'([^']*)')" % re.escape(name), tag)
    return html.unescape((match[1] or match[2] or b"").decode(errors="replace")) if match else ""


def formats_of_sheet(archive: zipfile.ZipFile, part: str, formats: dict[int, NumberFormat]) -> SheetFormats:
    """Find the cells of a sheet that have one of the formats."""
    sheet = SheetFormats()
    if not part or not formats:
        return sheet
    marker = b"|".join(b"%d" % index for index in formats)
    cells = re.compile(
        rb"<(?:\w+:)?c\s(?=[^>]*?\br\s*=)(?=[^>]*?\bs\s*=\s*[\"'](?:%b)[\"'])([^>]*)>" % marker
    )
    reader = _Reader(sheet, formats)
    with archive.open(part) as file:
        remainder = b""
        while piece := file.read(_PIECE):
            data = remainder + piece
            end = data.rfind(b">") + 1
            remainder = data[end:] if end else data[-_PIECE:]
            reader.read(data[:end], cells)
    sheet.sort()
    return sheet


class _Reader:
    """Read cells one after the other; a file that leaves places out ('r') is counted through."""

    def __init__(self, sheet: SheetFormats, formats: dict[int, NumberFormat]) -> None:
        self.sheet, self.formats = sheet, formats
        self.row = self.column = 0
        self.has_places: bool | None = None

    def read(self, data: bytes, cells: re.Pattern[bytes]) -> None:
        if self.has_places is None and (first := re.search(rb"<(?:\w+:)?c(?=[\s/>])([^>]*)>", data)):
            self.has_places = _PLACE.search(first[1]) is not None
        if self.has_places:
            for tag in cells.finditer(data):
                if cell := _PLACE.search(b" " + tag[1]):
                    self._add(int(cell[2]), column_number(cell[1]), b" " + tag[1])
            return
        for tag in _TAG.finditer(data):
            if tag[1] == b"row":
                number = _ROW.search(tag[2])
                self.row, self.column = int(number[1]) if number else self.row + 1, 0
                continue
            cell = _PLACE.search(tag[2])
            self.column = column_number(cell[1]) if cell else self.column + 1
            self._add(self.row, self.column, tag[2])

    def _add(self, row: int, column: int, tag: bytes) -> None:
        style = _FORMAT.search(tag)
        number_format = self.formats.get(int(style[1])) if style else None
        if number_format:
            self.sheet.add(row, column, number_format)


def column_number(letters: bytes) -> int:
    """Return the number of a column by its letters: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
