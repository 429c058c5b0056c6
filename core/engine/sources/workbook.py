"""Read spreadsheets: every sheet becomes a CSV file, made by a child process under limits.

A hostile workbook can exhaust memory or crash the library that reads it; then only the child is lost. Archives are
judged by their directory before anything is unpacked.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from core.engine.sources.hidden.sheets import Hidden
from core.engine.sources.limits.digits import Rounded
from core.engine.sources.limits.strings import MOST_MEMORY, require_strings
from core.errors import InvalidInputError

MOST_ENTRIES = 5_000
MOST_BYTES = 2 << 30
MOST_RATIO = 200
"""An archive that unpacks to more than this many times its size is a bomb (real sheets stay below 50)."""

SECONDS = 180
_SMALL = 10 << 20  # below this any ratio is harmless
_REMEDY = (
    "Open it in a spreadsheet program, delete stray cells far below or beside the table, and save it again as XLSX; "
    "or save the sheet as CSV."
)


def check_archive(path: Path) -> zipfile.ZipFile:
    """Open an archive if its directory is harmless; otherwise InvalidInputError."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise InvalidInputError(f"{path.name} is a damaged archive.", hint=_REMEDY, file=path.name) from None
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, path.stat().st_size)
    fault = None
    if len(entries) > MOST_ENTRIES:
        fault = f"holds {len(entries):,} entries (at most {MOST_ENTRIES:,})"
    elif unpacked > MOST_BYTES:
        fault = f"unpacks to {unpacked:,} bytes (at most {MOST_BYTES:,})"
    elif unpacked > _SMALL and unpacked > MOST_RATIO * packed:
        fault = f"unpacks to {unpacked // packed} times its size (at most {MOST_RATIO})"
    elif any(entry.flag_bits & 1 for entry in entries):
        fault = "is protected by a password"
    if fault:
        archive.close()
        raise InvalidInputError(f"{path.name} {fault}.", hint=_REMEDY, file=path.name)
    return archive


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as CSV in UTF-8 with commas; what of it is hidden, and which of its numbers the workbook has rounded.

    `day_system` is the year its workbook counts days from.
    """

    name: str
    file: Path
    hidden: Hidden
    rounded: Rounded
    day_system: int


@contextmanager
def sheets_of(path: Path) -> Iterator[list[Sheet]]:
    """Yield every sheet that is not empty; the files go at the end.

    Raises InvalidInputError where the workbook is damaged, protected, too large, or takes longer than SECONDS.
    """
    require_strings(path)
    with TemporaryDirectory(prefix="workbook-") as folder:
        command = [sys.executable, "-m", "core.engine.sources.workbook_child", str(path.resolve()), folder]
        try:
            done = subprocess.run(
                command,
                capture_output=True,
                timeout=SECONDS,
                check=False,
                text=True,
                env=os.environ | {"RUST_BACKTRACE": "0"},
            )
        except subprocess.TimeoutExpired:
            raise InvalidInputError(
                f"{path.name} takes longer than {SECONDS} seconds to read.",
                hint="Save each sheet as CSV and give these files.",
                file=path.name,
            ) from None
        if done.returncode and "memory" in done.stderr.lower():
            raise InvalidInputError(
                f"{path.name} cannot be read as a workbook within {MOST_MEMORY >> 20:,} MB of memory.",
                hint=_REMEDY,
                file=path.name,
            )
        if done.returncode:
            lines = done.stderr.strip().splitlines()  # the last names a Python error, the first a crash
            raise InvalidInputError(
                f"{path.name} cannot be read as a workbook.",
                hint=_REMEDY,
                file=path.name,
                detail=lines[-1 if done.returncode > 0 else 0][:200]
                if lines
                else f"the reader ended with code {done.returncode}",
            )
        yield [
            Sheet(
                sheet["name"],
                Path(folder, sheet["file"]),
                Hidden.from_json(sheet["hidden"]),
                dict(sheet["rounded"]),
                sheet["day_system"],
            )
            for sheet in json.loads(done.stdout)
        ]
