"""Find the number formats of a workbook's sheets that change what its numbers say: XLSX and ODS"""

from __future__ import annotations

import zipfile
from pathlib import Path

from core.engine.sources.cell_formats.ods import formats_of_document
from core.engine.sources.cell_formats.stretches import SheetFormats
from core.engine.sources.cell_formats.xlsx import formats_of_sheet, formats_of_styles
from core.engine.sources.hidden.sheets import sheet_parts


def sheet_formats(workbook: Path, count: int) -> list[SheetFormats]:
    """Return the formats of each of `count` sheets in order; none where the file keeps them in another way."""
    sheets: list[SheetFormats] = []
    if zipfile.is_zipfile(workbook):
        with zipfile.ZipFile(workbook) as archive:
            names = set(archive.namelist())
            if "xl/workbook.xml" in names:
                formats = formats_of_styles(archive)
                sheets = [formats_of_sheet(archive, part, formats) for part in sheet_parts(archive, names)]
            elif "content.xml" in names:
                sheets = list(formats_of_document(archive))
    return sheets if len(sheets) == count else [SheetFormats() for _ in range(count)]
