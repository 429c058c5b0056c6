"""Find the delimiter of a table: what a 'sep=;' line names, else what cuts the rows into equal numbers of fields."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from operator import methodcaller

from core.engine.sources.tabular import split_records

DELIMITERS = (",", ";", "\t", "|")

_NAMED = re.compile(rb'"?sep=([^"\r\n])"?[,;\t| ]*\r?\n', re.IGNORECASE)
_QUOTED = methodcaller("startswith", '"')


def named_delimiter(data: bytes) -> str | None:
    """Return the delimiter that the first line names for Excel ('sep=;'), None where it is an ordinary line."""
    match = _NAMED.match(data)
    return match[1].decode() if match and match[1].isascii() else None


@dataclass(frozen=True, slots=True)
class _Division:
    """How a delimiter divides the records: the commonest number of fields, and the records that have it."""

    delimiter: str
    width: int
    count: int
    records: int
    fits_first: bool
    weight: int

    @property
    def share(self) -> float:
        return self.count / max(1, self.records)

    @property
    def is_even(self) -> bool:
        """Whether every record, the first one too, has this number of fields."""
        return self.count > 2 and self.count == self.records

    @property
    def score(self) -> tuple[bool, float]:
        return self.count > 1, self.share * (self.width - 1) * self.weight

    @property
    def reason(self) -> str:
        label = "tab" if self.delimiter == "\t" else self.delimiter
        return f"delimiter {label}: {self.count} of {self.records} sampled rows have {self.width} fields"


def find_delimiter(data: bytes, suffix: str) -> tuple[str, str]:
    """Find the delimiter that cuts most records into the same number of fields, with the reason.

    A record whose quotes it cuts through does not speak for it, and a single record speaks only where no two agree. A
    delimiter that divides every row alike goes before punctuation of the texts, which does not divide the header so.
    """
    divisions = [_division(data, mark, suffix) for mark in DELIMITERS]
    candidates = [division for division in divisions if division.width > 1 and division.share > 0.3]
    if any(division.is_even for division in candidates):
        candidates = [division for division in candidates if division.fits_first]
    best = max(candidates, key=lambda division: division.score, default=None)
    return (best.delimiter, best.reason) if best else (",", "one column: no delimiter divides the rows")


def _division(data: bytes, mark: str, suffix: str) -> _Division:
    records = [record for record in split_records(data, mark) if record != [""]]
    widths = Counter(len(record) for record in records if not any(map(_QUOTED, record)))
    width, count = max(widths.items(), key=lambda item: (item[0] > 1) * item[1], default=(1, 0))
    fits_first = bool(records) and len(records[0]) == width
    return _Division(
        mark, width, count, len(records), fits_first, 2 if mark == "\t" and suffix == ".tsv" else 1
    )
