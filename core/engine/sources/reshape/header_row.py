"""Tell a header of days or numbers from a row of data: 01/09/2025, 02/09/2025 … or 1, 2, 3 … beside names."""

from __future__ import annotations

from collections.abc import Sequence

from core.engine.sources.reshape.days import is_day

_FEWEST = 3
_MOST_NAMES = 12


def series_cells(row: Sequence[str], below: Sequence[str]) -> int:
    """Count the cells of a row that are a series of headers: distinct days, or numbers that rise by one.

    A series stands beside at least one name, and the cells below it are no such series.
    """
    cells = [cell.strip() for cell in row]
    positions = [position for position, cell in enumerate(cells) if is_day(cell)]
    if len(positions) < _FEWEST:
        positions = _rising(cells)
    texts = {cells[position] for position in positions}
    has_names = any(
        any(map(str.isalpha, cell)) for position, cell in enumerate(cells) if position not in positions
    )
    cells_below = [below[position].strip() for position in positions if position < len(below)]
    if len(positions) < _FEWEST or len(texts) < len(positions) or not has_names:
        return 0
    return (
        0
        if len(positions) == len(_rising(cells_below)) or sum(map(is_day, cells_below)) * 2 > len(cells_below)
        else len(positions)
    )


def _rising(cells: Sequence[str]) -> list[int]:
    """Return the places of the longest run of neighbouring cells that count 1, 2, 3 …"""
    best: list[int] = []
    run: list[int] = []
    for position, cell in enumerate(cells):
        number = int(cell) if cell.isdecimal() and len(cell) <= 2 else 0
        run = [*run, position] if number and number == len(run) + 1 else ([position] if number == 1 else [])
        best = max(best, run, key=len)
    return best
