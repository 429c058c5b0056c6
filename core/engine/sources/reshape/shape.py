"""Values of reshaping: the streams that come of a table, and what their columns mean by its shape."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self, TypeAlias

import polars as pl

from core.engine.batch import FAULT, MARK, NOTED, ROW
from core.engine.sources.contract import SEPARATOR

__all__ = [
    "OWN",
    "SEPARATOR",
    "Frames",
    "Reading",
    "StreamShape",
    "free_name",
    "own_columns",
    "unchanged",
    "unmapped",
]

Frames: TypeAlias = Iterator[pl.DataFrame]

OWN = (ROW, FAULT, MARK, NOTED)
"""Columns of frames that are the reader's own."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a column means by the shape of its table.

    target    'entity.field'; None for a column that must not be mapped by itself
    reason    one sentence that says why, as evidence of the mapping
    transform, also  as in contract.Hint
    question  what a person must decide before the column is used, '' for nothing
    entity    the entity of a group that the column is about, where the mapping finds the field; '' for any
    is_open   whether the mapping's own suggestion stands, with the question
    """

    target: str | None
    reason: str
    transform: str | None = None
    also: tuple[str, ...] = ()
    question: str = ""
    entity: str = ""
    is_open: bool = False

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        return cls(**{**document, "also": tuple(document["also"])})

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def unchanged(frames: Frames) -> Frames:
    """Return the frames as they are."""
    return frames


@dataclass(frozen=True, slots=True)
class StreamShape:
    """A stream made of a table. `convert` makes its frames of the table's, `columns` are those behind ROW.

    `suffix` is what its name has behind the table's, '' for the stream that stands for the table itself.
    """

    columns: tuple[str, ...]
    suffix: str = ""
    entity: str | None = None
    why: tuple[str, ...] = ()
    readings: Mapping[str, Reading] = field(default_factory=dict)
    convert: Callable[[Frames], Frames] = field(default=unchanged, compare=False)


def own_columns(frame: pl.DataFrame) -> list[str]:
    """List the reader's own columns that a frame has beside ROW."""
    return [name for name in (FAULT, MARK, NOTED) if name in frame.columns]


def free_name(name: str, taken: Iterable[str]) -> str:
    """Return the name, with a number behind it where a column has it already."""
    names = set(taken)
    free, count = name, 2
    while free in names:
        free, count = f"{name} ({count})", count + 1
    return free


def unmapped(columns: Iterable[str], reason: str, question: str = "") -> dict[str, Reading]:
    """Build the readings of columns that must not be mapped by themselves."""
    return {column: Reading(None, reason, question=question) for column in columns}
