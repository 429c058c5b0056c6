"""Tell a header from a row of data: days and numbers (01/09/2025 …, 1, 2, 3 …) may be one, and a table may have none."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from core.engine.sources.reshape.days import is_day
from core.engine.sources.reshape.periods import is_part_of_day

_FEWEST, _FEWEST_DAYS = 3, 2
_ENOUGH = 0.8
"""Share of a column's values from which on they are of one kind."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.\w+")
_NUMBER = re.compile(r"[-+(]?\s*[$€£¥]?\s*\d[\d.,  ]*\s*[%€)]?")
_DATE = re.compile(
    r"\d{1,4}[/.\-]\d{1,2}[/.\-]\d{1,4}(?:[T ].*)?|\d{1,2}:\d\d(?::\d\d)?(?:\s*[ap]m)?", re.IGNORECASE
)
_PHONE = re.compile(r"[+(]?\d[\d() .\-/]{5,}\d")
_CODE = re.compile(r"(?=[^\W_]*\d)(?=[\W\d_]*[^\W\d_])[\w.\-/]+")
_SINGLE_ROW = 0.3
"""Share of the cells of a file's only row that are values and no names, from which on it is no header."""


def series_cells(row: Sequence[str], below: Sequence[str]) -> int:
    """Count the cells of a row that are a series of headers: distinct days or years, or numbers that rise by one.

    A series stands beside at least one name, and the cells below it are no such series.
    """
    cells = [cell.strip() for cell in row]
    positions = [position for position, cell in enumerate(cells) if _is_period(cell)]
    if len(positions) < _FEWEST and not _are_above_values(positions, below):
        positions = _rising(cells)
        if len(positions) < _FEWEST:
            return 0
    texts = {cells[position] for position in positions}
    has_names = any(
        any(map(str.isalpha, cell)) for position, cell in enumerate(cells) if position not in positions
    )
    cells_below = [below[position].strip() for position in positions if position < len(below)]
    if len(texts) < len(positions) or not has_names:
        return 0
    return (
        0
        if len(positions) == len(_rising(cells_below))
        or sum(map(_is_period, cells_below)) * 2 > len(cells_below)
        else len(positions)
    )


def _is_period(cell: str) -> bool:
    return is_day(cell) or is_part_of_day(cell) or _YEAR.fullmatch(cell) is not None


def _are_above_values(positions: Sequence[int], below: Sequence[str]) -> bool:
    """Tell whether two cells or more stand above values that are no periods themselves."""
    cells = [text for position in positions if position < len(below) if (text := below[position].strip())]
    return len(positions) >= _FEWEST_DAYS and bool(cells) and not any(map(_is_period, cells))


def is_without_header(rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether the first row of a table is a record like those below it, and no header.

    Its cells are of the kinds of the columns below (numbers, days, e-mail addresses, codes), or the same words stand in
    the rows below; and no cell is a name above values of another kind.
    """
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    if not filled or (len(filled) > 1 and series_cells(filled[0], filled[1])):
        return False
    first, below = filled[0], [row for row in filled[1:] if list(row) != list(filled[0])]
    if len(filled) == 1:
        kinds = [_kind(cell) for cell in first if cell.strip()]
        values = sum(kind in {"email", "number", "date", "phone"} for kind in kinds)
        return "email" in kinds or values > _SINGLE_ROW * len(kinds)
    signs = [_sign(cell.strip(), _column(below, position)) for position, cell in enumerate(first)]
    return any(sign > 0 for sign in signs) and not any(sign < 0 for sign in signs)


def is_above_values(names: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether a row of names stands above values: one column is of another kind than its name, and none of the same."""
    below = [row for row in rows if any(cell.strip() for cell in row)]
    signs = [_sign(name.strip(), _column(below, position)) for position, name in enumerate(names)]
    return any(sign < 0 for sign in signs) and not any(sign > 0 for sign in signs)


def _column(rows: Sequence[Sequence[str]], position: int) -> list[str]:
    return [text for row in rows if position < len(row) if (text := row[position].strip())]


def _sign(cell: str, values: Sequence[str]) -> int:
    """Return 1 where a cell is one of the column's values, -1 where it is a name above values, 0 where it may be either."""
    if not cell or not values:
        return 0
    kind, count = Counter(map(_kind, values)).most_common(1)[0]
    if kind and count >= _ENOUGH * len(values):
        return 1 if _kind(cell) == kind else -1
    return int(cell.casefold() in {value.casefold() for value in values})


def _kind(cell: str) -> str:
    """Return the kind of a value; '' for words, which names are too. A code's kind is its form: 'S1' and 'S20' are alike."""
    text = cell.strip()
    for name, pattern in (("email", _EMAIL), ("date", _DATE), ("number", _NUMBER), ("phone", _PHONE)):
        if pattern.fullmatch(text):
            return "year" if name == "number" and _YEAR.fullmatch(text) else name
    return re.sub(r"\d+", "9", text) if _CODE.fullmatch(text) else ""


def _rising(cells: Sequence[str]) -> list[int]:
    """Return the places of the longest run of neighbouring cells that count 1, 2, 3 …"""
    best: list[int] = []
    run: list[int] = []
    for position, cell in enumerate(cells):
        number = int(cell) if cell.isdecimal() and len(cell) <= 2 else 0
        run = [*run, position] if number and number == len(run) + 1 else ([position] if number == 1 else [])
        best = max(best, run, key=len)
    return best
