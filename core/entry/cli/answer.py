"""Answers of commands: a document for machines and a text for people, made from the same facts."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from core.errors import InvalidInputError
from core.kit.printable import printable, printable_json, printable_lines


@dataclass(frozen=True, slots=True)
class Answer:
    """`document` may hold dataclasses, Decimals, moments and sets; `refusal` says why it is no success, if it is none."""

    document: object
    text: str
    refusal: str = ""

    def as_json(self) -> str:
        """Write the document as JSON; '' without one: the command has written its output itself."""
        if self.document is None:
            return ""
        return printable_json(json.dumps(self.document, default=_plain, ensure_ascii=False, indent=2))

    def as_text(self) -> str:
        """Return the text without anything that steers a terminal, whatever the names and values of an export hold."""
        return printable_lines(self.text)


def write_data(data: bytes, *, is_text: bool = True) -> None:
    """Write a file's content to stdout: byte for byte into a pipe or a file, escaped on a terminal.

    InvalidInputError where a terminal would get a binary file.
    """
    if not sys.stdout.isatty():
        sys.stdout.buffer.write(data)
    elif is_text:
        sys.stdout.write(printable_lines(data.decode(errors="backslashreplace")))
    else:
        raise InvalidInputError("This format is no text.", hint="Name a file with --out.")
    sys.stdout.flush()


def _plain(value: object) -> Any:
    """Convert to JSON: money as text, moments in ISO 8601, sets as sorted lists."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, set | frozenset):
        return sorted(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    raise TypeError(f"{type(value).__name__} has no place in a document")


def share(value: float | None) -> str:
    """Format a share of 1 as '84%', rounded down as on the screens; '–' for None."""
    return "–" if value is None else f"{int(value * 100)}%"


def table(
    header: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    widest: int = 60,
    empty: str = "Nothing to show",
) -> str:
    """Align columns: numbers to the right, everything else to the left, long texts cut; `empty` without rows."""
    lines = [[_cell(value, widest) for value in row] for row in rows]
    if not lines:
        return empty
    numeric = [all(_is_number(line[column]) for line in lines) for column in range(len(header))]
    widths = [max(len(line[column]) for line in [list(header), *lines]) for column in range(len(header))]

    def aligned(line: Sequence[str]) -> str:
        cells = zip(line, widths, numeric, strict=True)
        return "  ".join(
            cell.rjust(width) if right else cell.ljust(width) for cell, width, right in cells
        ).rstrip()

    rule = ["-" * width for width in widths]
    return "\n".join(aligned(line) for line in [list(header), rule, *lines])


def _cell(value: object, widest: int) -> str:
    if value is None:
        return "–"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M %Z}".rstrip()
    if isinstance(value, float):
        return f"{value:.2f}"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    text = printable(" ".join(str(value).split()))
    return text if len(text) <= widest else text[: widest - 1] + "…"


def _is_number(cell: str) -> bool:
    return cell in {"", "–"} or cell.lstrip("-$").replace(",", "").replace(".", "").replace("%", "").isdigit()
