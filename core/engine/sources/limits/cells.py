"""Limit the length of a cell and of a line."""

from __future__ import annotations

from core.errors import InvalidInputError

LONGEST_CELL = 1 << 20
"""Bytes of one value. A field of the target takes far less; what is longer is a picture or a damaged file."""

LONGEST_HEADER = 4 << 20
"""Bytes at the beginning of a table within which its header row has to end."""


def cell_refusal(file: str, row: int, column: str, size: int) -> InvalidInputError:
    """Word the refusal of a value of `size` bytes; `row` is counted from 1, as the reader counts."""
    return InvalidInputError(
        f"{file}: column {column} of row {row:,} has {size:,} bytes; at most {LONGEST_CELL:,} are read.",
        hint="Check the quotes around it; leave out pictures and other files that stand in cells.",
        file=file,
        row=row,
        field=column,
        value=str(size),
    )


def line_refusal(file: str, row: int) -> InvalidInputError:
    """Word the refusal of a table whose first rows do not end within LONGEST_HEADER bytes."""
    return InvalidInputError(
        f"{file}: row {row} does not end within {LONGEST_HEADER:,} bytes, so no header can be read.",
        hint="Check that the file is a table with a header row; export it again with fewer columns.",
        file=file,
        row=row,
    )
