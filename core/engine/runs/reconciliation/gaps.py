"""Describe what is missing at the end of a run: each gap names the entity, both counts and the remedy. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from core.kit.wording import counted
from core.schema import entity_count, entity_label, target_schema

_AGAIN = "Roll the import back and run it again."
_RESUME = "Resume the run to load them."


class Kind(StrEnum):
    """Which two sides differ."""

    CHUNKS = "chunks"  # of the plan: those that the ledger has
    ROWS = "rows"  # of the files: those that the ledger has, or that have a fate
    RECORDS = "records"  # that the ledger counts: those that stand in the target
    REFERENCES = "references"  # of records: those that lead to a record


@dataclass(frozen=True, slots=True)
class Gap:
    """`actual` of `expected` are there; `field` is the reference, only of Kind.REFERENCES."""

    kind: Kind
    entity: str
    expected: int
    actual: int
    field: str = ""

    @property
    def words(self) -> str:
        """'Orders: 2 of 60 chunks were not loaded. Resume the run to load them.'."""
        label = entity_label(self.entity)
        short = self.expected - self.actual
        if self.kind is Kind.CHUNKS:
            return f"{label}: {short:,} of {counted(self.expected, 'chunk')} were not loaded. {_RESUME}"
        if self.kind is Kind.ROWS:
            return f"{label}: {self.actual:,} of {counted(self.expected, 'row')} are accounted for. {_AGAIN}"
        if self.kind is Kind.RECORDS:
            return f"{entity_count(self.expected, self.entity)} written, {self.actual:,} in AuraConnect. {_AGAIN}"
        missing = "refers to a record" if short == 1 else "refer to records"
        return (
            f"{short:,} of {entity_count(self.expected, self.entity)} {missing} that AuraConnect does not have"
            f" ({target_schema().field(f'{self.entity}.{self.field}').label}). {_AGAIN}"
        )

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def gap_from_json(document: Mapping[str, Any]) -> Gap:
    return Gap(**{**document, "kind": Kind(document["kind"])})
