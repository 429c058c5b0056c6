"""Read a header of two rows: groups above, such as Contact 1 and Contact 2, and below each of them the names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import groupby, pairwise

from core.engine.sources.header.row import is_above_values
from core.engine.sources.reshape.days import is_day

_FEWEST = 2
_TECHNICAL = re.compile(r"[a-z][a-z0-9_.]*")


def grouped_names(records: Sequence[Sequence[str]], header_row: int) -> list[str] | None:
    """Return the names of the header's columns, each with its group before it; None where the row above groups nothing.

    The row above groups columns where names repeat below it, and only in different groups; or where it is half filled
    itself and the row below, filled where it is blank, holds names above values. A row of labels above one of technical
    names ('First name' above 'fname') names the columns alone.
    """
    if header_row < _FEWEST or header_row > len(records):
        return None
    above = [" ".join(cell.split()) for cell in records[header_row - 2]]
    names = [" ".join(name.split()) for name in records[header_row - 1]]
    width = max(len(above), len(names))
    above, names = above + [""] * (width - len(above)), names + [""] * (width - len(names))
    if _are_labels(above, names, records[header_row:]):
        return above
    groups = _spread(above)
    if _repeats_in_groups(groups, names) or _divides(above, names, records[header_row:]):
        return [_joined(group, name) for group, name in zip(groups, names, strict=True)]
    return None


def is_group_row(records: Sequence[Sequence[str]], row: int) -> bool:
    """Tell whether a row, counted from 1, groups the names of the next: merged cells, repeated or blank behind the first."""
    if not 0 < row < len(records):
        return False
    groups = [" ".join(cell.split()) for cell in records[row - 1]]
    below = [" ".join(cell.split()) for cell in records[row]]
    width = max(len(groups), len(below))
    groups, below = groups + [""] * (width - len(groups)), below + [""] * (width - len(below))
    if _are_labels(groups, below, records[row + 1 :]) or _divides(groups, below, records[row + 1 :]):
        return True
    runs = sum(first == second != "" for first, second in pairwise(groups))
    return (
        runs * 3 >= len(groups)
        and all(map(_is_name, below))
        and bool(set(below) - set(groups))
        and grouped_names(records, row + 1) is not None
    )


def _is_name(cell: str) -> bool:
    return any(map(str.isalpha, cell)) and not is_day(cell)


def _repeats_in_groups(groups: Sequence[str], names: Sequence[str]) -> bool:
    """Tell whether names repeat in different groups, and in none of them twice; one of them may stand in no group."""
    repeated = {name for name, count in Counter(names).items() if name and count > 1}
    spans = [sum(1 for _ in run) for group, run in groupby(groups) if group]
    pairs = Counter(zip(groups, names, strict=True))
    return (
        bool(repeated)
        and len(set(groups) - {""}) >= _FEWEST
        and max(spans, default=0) >= _FEWEST
        and not any(count > 1 for (_, name), count in pairs.items() if name in repeated)
    )


def _divides(above: Sequence[str], names: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether a half filled row divides the columns into groups, of which the names stand below.

    Where it is blank the row below has a name; each column has a cell in one of them; below the names stand values.
    """
    filled = [cell for cell in above if cell]
    named = [name for name in names if name]
    divided = [position for position, cell in enumerate(above) if not cell and names[position]]
    return (
        len(filled) * 2 >= len(above)
        and len(set(filled)) == len(filled) >= _FEWEST
        and bool(divided)
        and all(map(_is_name, filled))
        and all(map(_is_name, named))
        and all(cell or name for cell, name in zip(above, names, strict=True))
        and is_above_values(names, rows)
    )


def _are_labels(above: Sequence[str], names: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether a row of labels stands above one of technical names, and values below both."""
    return (
        len(names) >= _FEWEST
        and all(map(_is_name, above))
        and len(set(above)) == len(above)
        and all(_TECHNICAL.fullmatch(name) for name in names)
        and any("_" in name or name not in label.casefold() for name, label in zip(names, above, strict=True))
        and not all(_TECHNICAL.fullmatch(cell) for cell in above)
        and is_above_values(names, rows)
    )


def _joined(group: str, name: str) -> str:
    if not (group and name) or name.casefold().startswith(group.casefold()):
        return name or group
    return f"{group} {name}"


def _spread(cells: Sequence[str]) -> list[str]:
    """Repeat each group over the blank cells to its right."""
    spread: list[str] = []
    for text in cells:
        spread.append(text or (spread[-1] if spread else ""))
    return spread
