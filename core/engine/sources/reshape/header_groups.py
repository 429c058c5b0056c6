"""Read a header of two rows: groups above, such as Contact 1 and Contact 2, and below each of them the same names."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from core.engine.sources.reshape.days import is_day

_FEWEST = 2


def grouped_names(records: Sequence[Sequence[str]], header_row: int) -> list[str] | None:
    """Return the names of the header's columns, each with its group before it; None where the row above groups nothing.

    The row above groups columns where names repeat below it, and only in different groups.
    """
    if header_row < _FEWEST or header_row > len(records):
        return None
    names = [" ".join(name.split()) for name in records[header_row - 1]]
    groups = _spread(records[header_row - 2], len(names))
    repeated = {name for name in names if name and names.count(name) > 1}
    if not repeated or len(set(groups) - {""}) < _FEWEST:
        return None
    pairs = list(zip(groups, names, strict=True))
    if any(pairs.count(pair) > 1 or not pair[0] for pair in pairs if pair[1] in repeated):
        return None
    return [f"{group} {name}" if group and name else name or group for group, name in pairs]


def is_group_row(records: Sequence[Sequence[str]], row: int) -> bool:
    """Tell whether a row, counted from 1, repeats its groups over the names of the next, as copied merged cells do."""
    if row >= len(records):
        return False
    groups = [cell.strip() for cell in records[row - 1]]
    below = [cell.strip() for cell in records[row]]
    runs = sum(first == second != "" for first, second in pairwise(groups))
    are_names = all(cell and any(map(str.isalpha, cell)) and not is_day(cell) for cell in below)
    return (
        runs * 3 >= len(groups)
        and len(below) == len(groups)
        and are_names
        and bool(set(below) - set(groups))
        and grouped_names(records, row + 1) is not None
    )


def _spread(cells: Sequence[str], width: int) -> list[str]:
    """Repeat each group over the blank cells to its right."""
    spread: list[str] = []
    for cell in cells[:width]:
        text = " ".join(cell.split())
        spread.append(text or (spread[-1] if spread else ""))
    return spread + [spread[-1] if spread else ""] * (width - len(spread))
