"""Limit the columns of a table, the kinds of records of a document, and the length of their names."""

from __future__ import annotations

from collections.abc import Sequence

from core.errors import InvalidInputError

MOST_COLUMNS = 10_000
"""Columns of one table or kind of record. Each is profiled, matched and shown as a field of its own."""

MOST_STREAMS = 200
"""Kinds of records of one document. Each is sampled and mapped by itself."""

LONGEST_NAME = 1_000
"""Bytes in UTF-8 of a column's or a table's name: both are part of one key of a database index, 2,704 bytes at most."""


def require_columns(count: int, label: str) -> None:
    """Refuse more than MOST_COLUMNS columns with InvalidInputError; `label` names the table and its file."""
    if count > MOST_COLUMNS:
        raise InvalidInputError(
            f"{label} has {count:,} columns; at most {MOST_COLUMNS:,} are read.",
            hint="Delete the columns that are not needed, or split the table into several with fewer columns each.",
            file=label,
            value=str(count),
        )


def require_names(names: Sequence[str], label: str, row: int | None = None) -> None:
    """Refuse names of columns that are longer than LONGEST_NAME; `row` is the header's."""
    for number, name in enumerate(names, start=1):
        if len(name) * 4 > LONGEST_NAME and (size := len(name.encode(errors="replace"))) > LONGEST_NAME:
            where = f"column {number} in row {row}" if row else f"column {number}"
            raise InvalidInputError(
                f"{label}: the name of {where} has {size:,} bytes; at most {LONGEST_NAME:,} are read.",
                hint="Shorten the name, or set the header row if this row is not the header.",
                file=label,
                field=f"{name[:40]}…",
                value=str(size),
            )


def require_streams(count: int, label: str) -> None:
    """Refuse a document with more than MOST_STREAMS kinds of records."""
    if count > MOST_STREAMS:
        raise InvalidInputError(
            f"{label} has more than {MOST_STREAMS} kinds of records.",
            hint="Export records of one kind as one list, not as one list per id.",
            file=label,
            value=str(count),
        )


def require_stream_name(name: str, label: str) -> None:
    """Refuse a table's or a kind of record's name that is longer than LONGEST_NAME."""
    if (size := len(name.encode(errors="replace"))) > LONGEST_NAME:
        raise InvalidInputError(
            f"{label}: the name of the table {name[:40]}… has {size:,} bytes; at most {LONGEST_NAME:,} are read.",
            hint="Shorten the names of the folders and files, or of the keys around the records.",
            file=label,
            value=str(size),
        )
