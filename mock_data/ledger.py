"""What a generated export is known to contain: every defect planted in it, and how many records it holds.

A demo is only worth showing if the console's findings can be compared with the truth; this is the truth,
written beside the export as expected.json.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from core.engine.issues import CATALOGUE
from mock_data.writing import Json, dollars


@dataclass(frozen=True, slots=True)
class Defect:
    """One planted fault. `code` is a key of CATALOGUE; `cents` the signed money it touches, None where none."""

    code: str
    entity: str
    external_id: str
    field: str
    note: str
    cents: int | None = None

    def as_json(self) -> Json:
        return {
            "code": self.code,
            "level": CATALOGUE[self.code].level.value,
            "entity": self.entity,
            "external_id": self.external_id,
            "field": self.field,
            "amount": None if self.cents is None else str(dollars(self.cents)),
            "note": self.note,
        }


@dataclass(slots=True)
class Ledger:
    """Collects defects while an export is made, and the ids of its records, repeated ones included."""

    defects: list[Defect] = field(default_factory=list)
    ids: dict[str, list[str]] = field(default_factory=dict)

    def plant(
        self, code: str, entity: str, external_id: str, field: str, note: str, *, cents: int | None = None
    ) -> None:
        self.defects.append(Defect(code, entity, external_id, field, note, cents))

    def count(self, entity: str, ids: Iterable[str]) -> None:
        self.ids.setdefault(entity, []).extend(ids)

    def as_json(self, **facts: object) -> Json:
        """Count per target entity: `counts` are distinct records, `records` those in the file."""
        return {
            "demo": True,
            **facts,
            "counts": {entity: len(set(ids)) for entity, ids in self.ids.items()},
            "records": {entity: len(ids) for entity, ids in self.ids.items()},
            "defects_by_code": dict(sorted(Counter(defect.code for defect in self.defects).items())),
            "defects": [defect.as_json() for defect in self.defects],
        }
