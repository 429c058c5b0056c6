"""A proposal: one source field with the target it is suggested for, and the sample of a stream it is judged by"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import polars as pl

from core.engine.mapping.match import Candidate, Evidence
from core.engine.sources.contract import Hint, StreamSpec
from core.engine.sources.facts.columns import ColumnFacts
from core.engine.sources.profile import FieldProfile
from core.engine.sources.reshape.shape import Reading

MEMORY = "memory"
"""The feature of the evidence that says what people decided before, and the origin of what follows from it."""


class ColumnsTellApart(Protocol):
    """Tell whether the columns are filled in every row of a stream and differ between all of them."""

    def __call__(self, columns: Sequence[str], *, equal_rows_once: bool = True) -> bool:
        """`equal_rows_once`: rows that are equal in every column are one record."""


@dataclass(frozen=True, slots=True)
class FormerId:
    """The ID of an entity's records in the import before: `columns` with their transform; none where it had no column.

    `stream_columns` are the columns that the table had then.
    """

    columns: tuple[str, ...]
    transform: str | None
    stream_columns: frozenset[str]


@dataclass(frozen=True, slots=True)
class StreamSample:
    """What a stream is judged by: some of its rows as text, and the documentation where its source is recognised.

    `is_known` is False for a record that a recognised source does not declare: it belongs to nothing and is left alone,
    for the reason `unknown_because`. `is_settled`: a person chose the `entity`.
    `file` joins streams whose amounts have one unit. `facts` are about all rows of the stream, not only those here;
    `readings` say what columns mean by the shape of their table.
    `system` is the recognised source, `date_order` that of its files, `day_system` the year its workbook counts days from.
    `is_unique_together` tells of several columns whether all rows differ in them. `named`: entities with records in the
    target that are known by their names; `former`: entity -> the ID that its records have from the import before.
    `has_pupils`: the target has pupils whose ids stood in a file.
    """

    name: str
    entity: str | None
    rows: pl.DataFrame
    hints: Mapping[str, Hint] = field(default_factory=dict)
    is_known: bool = True
    file: str = ""
    facts: Mapping[str, ColumnFacts] = field(default_factory=dict)
    readings: Mapping[str, Reading] = field(default_factory=dict)
    system: str = ""
    date_order: str | None = None
    day_system: int = 1900
    is_unique_together: ColumnsTellApart | None = None
    named: frozenset[str] = frozenset()
    has_pupils: bool = False
    former: Mapping[str, FormerId] = field(default_factory=dict)
    is_settled: bool = False
    unknown_because: str = "The source's documentation does not say what these records are."


@dataclass(frozen=True, slots=True)
class Proposal:
    """One source field and one target; a field that feeds several targets has several, slot 0, 1, …

    `confidence` is None where nothing fits. `profile` is what the column was judged by. `origin`: rules,
    documentation or memory. `question`: what a person must say before the field is part of a plan, '' for nothing.
    """

    stream: str
    source: str
    slot: int
    position: int
    target: str | None
    transform: str | None
    confidence: float | None
    evidence: tuple[Evidence, ...]
    alternatives: tuple[Candidate, ...]
    profile: FieldProfile
    origin: str = "rules"
    question: str = ""


def documented_hints(spec: StreamSpec | None, rows: pl.DataFrame) -> dict[str, Hint]:
    """Return what the documentation of a stream's source says of its columns; nothing where its source is not known."""
    filled = [name for name in rows.columns if rows[name].count()]
    return spec.hints_of(rows.columns, filled) if spec else {}


def without_target(proposal: Proposal, reason: Evidence) -> Proposal:
    """Return the proposal without its target, which stays among the alternatives; the reason stands first."""
    candidate = Candidate(proposal.target or "", proposal.confidence or 0.0, proposal.evidence)
    return replace(
        proposal,
        target=None,
        transform=None,
        confidence=None,
        question="",
        evidence=(reason, *proposal.evidence),
        alternatives=(candidate, *proposal.alternatives),
    )
