"""Limit the texts that the cells of a workbook share: all are held in memory before its first row is read.

ECMA-376 part 1, 18.4: one part of the archive, xl/sharedStrings.xml (in XLSB .bin), with an element `si` for each text.
"""

from __future__ import annotations

import zipfile
import zlib
from contextlib import suppress
from pathlib import Path

from core.errors import InvalidInputError

LARGEST_STRINGS = 256 << 20
"""Bytes of the part that holds the texts; a sheet of a million rows with three texts each has about 150 MB."""

MOST_STRINGS = 5_000_000
"""Texts. Each takes memory even where it is empty."""

MOST_MEMORY = 3 << 30
"""Bytes of address space of the process that reads a workbook."""

_PARTS = frozenset({"xl/sharedstrings.xml", "xl/sharedstrings.bin"})
_PIECE = 4 << 20
_REMEDY = "Save each sheet as CSV and give these files, or split the workbook."


def require_strings(path: Path) -> None:
    """Refuse a workbook with more shared texts than the limits allow, judged before it is loaded.

    What cannot be read here is refused by the process that loads it.
    """
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            if entry.filename.lower() not in _PARTS:
                continue
            if entry.file_size > LARGEST_STRINGS:
                size = f"{entry.file_size / (1 << 20):,.0f} MB"
                limit = f"{LARGEST_STRINGS / (1 << 20):,.0f} MB"
                raise _refusal(path, f"the texts of its cells take {size}; at most {limit} are read", size)
            if _holds_more(archive, entry):
                limit = f"{MOST_STRINGS:,}"
                raise _refusal(path, f"it holds more than {limit} different texts", limit)


def _holds_more(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    """Tell whether the part may have more than MOST_STRINGS texts; read piece by piece, and no further than it takes."""
    if entry.file_size < MOST_STRINGS * len(b"<si/>"):
        return False
    count, tail = 0, b""
    with suppress(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError), archive.open(entry) as file:
        while piece := file.read(_PIECE):
            data = tail + piece
            count += data.count(b"<si") + data.count(b":si")
            if count > MOST_STRINGS:
                return True
            tail = data[-2:]
    return False


def _refusal(path: Path, fault: str, value: str) -> InvalidInputError:
    return InvalidInputError(f"{path.name}: {fault}.", hint=_REMEDY, file=path.name, value=value)
