"""Find the columns of a sheet whose texts have a decimal comma: their numbers are written with one too, so that the column has one form.

A person who types '12,50 €' where the cell is text leaves a column of texts and numbers; the numbers are certain, whatever
the texts look like. Used in the child process that reads workbooks: the standard library only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_COMMA = re.compile(r"^[^\d,]{0,6}(?:\d[\d.'’\s]*)?,\d{1,2}[^\d,]{0,6}$|\d\.\d{3},\d")
_POINT = re.compile(r"^[^\d.]{0,6}(?:\d[\d,'’\s]*)?\.\d{1,2}[^\d.]{0,6}$|\d,\d{3}\.\d")
_EITHER = re.compile(r"^-?[1-9]\d{0,2}\.\d{3}$")


class DecimalSigns:
    """The decimal signs of the texts of each column; columns count from 0."""

    def __init__(self) -> None:
        self._commas: set[int] = set()
        self._points: set[int] = set()

    def add(self, cells: Sequence[object]) -> None:
        """Add the texts of a row."""
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                if "," in cell and _COMMA.search(cell):
                    self._commas.add(column)
                elif "." in cell and _POINT.search(cell):
                    self._points.add(column)

    def comma_columns(self) -> frozenset[int]:
        """Return the columns whose texts have a decimal comma and never a decimal point."""
        return frozenset(self._commas - self._points)


def beside_commas(text: str, *, has_comma: bool) -> str:
    """Write the number of a cell in a sheet with decimal commas: with one in their columns, elsewhere so that it has a point.

    '1.125' would be read as thousands there; '1.1250' cannot be.
    """
    if has_comma:
        return text.replace(".", ",")
    return f"{text}0" if _EITHER.match(text) else text
