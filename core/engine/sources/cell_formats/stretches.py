"""Number formats of a sheet's cells, kept as stretches of rows: a column nearly always has one format from top to bottom"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

from core.engine.sources.cell_formats.codes import NumberFormat


@dataclass(slots=True)
class SheetFormats:
    """Formats that change what numbers say, and texts that stand for numbers; rows and columns count from 1."""

    columns: dict[int, list[tuple[int, int, NumberFormat]]] = field(default_factory=dict)
    texts: dict[tuple[int, int], str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.columns or self.texts)

    def add(self, row: int, column: int, number_format: NumberFormat) -> None:
        """Add the format of a cell; cells come row by row."""
        stretches = self.columns.setdefault(column, [])
        if stretches and stretches[-1][1] == row - 1 and stretches[-1][2] is number_format:
            stretches[-1] = (stretches[-1][0], row, number_format)
        else:
            stretches.append((row, row, number_format))

    def sort(self) -> None:
        """Put the stretches in order: a file may have its rows in any."""
        for stretches in self.columns.values():
            stretches.sort(key=lambda stretch: stretch[0])

    def show(self, row: int, column: int, number: float) -> str | None:
        """Write the number of a cell as the sheet shows it; None where it is a plain number."""
        if text := self.texts.get((row, column)):
            return text
        stretches = self.columns.get(column, [])
        index = bisect_right(stretches, row, key=lambda stretch: stretch[0]) - 1
        if index < 0 or stretches[index][1] < row:
            return None
        return stretches[index][2].show(number)
