"""Find whole numbers of a workbook with more digits than it can hold: their last digits are lost.

A workbook keeps numbers as binary fractions of 64 bits (ECMA-376 part 1, 18.18.11; IEEE 754), exact for whole numbers
below 2^53. An id of 19 digits that was typed or written as a number is another number since.
Used in the child process that reads workbooks, so nothing but the standard library.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

EXACT = 1 << 53
"""Below it a binary fraction of 64 bits holds every whole number, those of 16 digits too."""

Rounded = Mapping[int, Sequence[tuple[int, int]]]
"""Column, counted from 0 -> first and last row of each stretch of rows whose number was rounded."""


def add_rounded(rounded: dict[int, list[tuple[int, int]]], row: int, values: Sequence[object]) -> None:
    """Add the places of a row whose values are whole numbers beyond EXACT."""
    for column, value in enumerate(values):
        if isinstance(value, float) and not -EXACT < value < EXACT:
            stretches = rounded.setdefault(column, [])
            if stretches and stretches[-1][1] == row - 1:
                stretches[-1] = (stretches[-1][0], row)
            else:
                stretches.append((row, row))
