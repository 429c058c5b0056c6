"""Define one kind of fault in data: its level, what a person can do about it, and where."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad: an error holds the row back, a warning lets it pass and is reported, info only informs."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Fix(StrEnum):
    """Where a fault is corrected: on the field's mapping, its values, or in the file's rows."""

    MAPPING = "mapping"
    VALUES = "values"
    ROWS = "rows"


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault: `title` for lists, `remedy` tells a person how to fix a row that has it.

    `fix` is where that is done; `outcome` is what an import does with such a row where it is not held.
    """

    code: str
    level: Level
    title: str
    remedy: str
    fix: Fix = Fix.ROWS
    outcome: str = "Imported as is"
