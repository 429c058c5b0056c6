"""Tell from which day a workbook counts its days: 1900, or 1904 as those of older Macs do.

ECMA-376 part 1, 18.17.4.1. Used in the child process that reads workbooks, so nothing but the standard library.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

_PROPERTIES = re.compile(rb"<(?:\w+:)?workbookPr\b[^>]*\bdate1904\s*=\s*[\"'](?:1|true|on)[\"']")
_WORKBOOK = "xl/workbook.xml"
_MOST_BYTES = 1 << 20
"""Of the workbook's own part: its properties stand at the beginning."""


def day_system(workbook: Path) -> int:
    """Return the year the workbook counts days from: 1904 where it says so, else 1900."""
    if not zipfile.is_zipfile(workbook):
        return 1900
    with zipfile.ZipFile(workbook) as archive:
        if _WORKBOOK not in archive.namelist():
            return 1900
        with archive.open(_WORKBOOK) as part:
            return 1904 if _PROPERTIES.search(part.read(_MOST_BYTES)) else 1900
