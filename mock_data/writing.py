"""Small helpers the generators share: lists written as one line of text, money as text, JSON and CSV files."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson

Json = dict[str, Any]


def listed(text: str) -> tuple[str, ...]:
    """'a|b|c' as a tuple; keeps long lists of names readable."""
    return tuple(text.split("|"))


def dollars(cents: int) -> Decimal:
    """1895 -> Decimal('18.95'); exact."""
    return Decimal(cents).scaleb(-2).quantize(Decimal("0.01"))


def percent_of(cents: int, basis_points: int) -> int:
    """Return a share of a non-negative amount, rounded half up to the cent; 8 % is 800 basis points."""
    return (cents * basis_points + 5_000) // 10_000


def write_json(
    path: Path, document: Mapping[str, object] | Sequence[object], *, indent: bool = False
) -> Path:
    """Write UTF-8 JSON with a closing newline, Decimals as numbers; the same document gives the same bytes."""
    options = orjson.OPT_APPEND_NEWLINE | (orjson.OPT_INDENT_2 if indent else 0)
    path.write_bytes(orjson.dumps(document, default=float, option=options))
    return path


def write_table(path: Path, header: Iterable[str], rows: Iterable[Mapping[str, object]]) -> Path:
    """Return a CSV file; columns that a row does not name stay empty, those the header does not name raise ValueError."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(header), restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path
