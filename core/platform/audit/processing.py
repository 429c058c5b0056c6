"""Look up what an operation is for, whose data it touches, by which legal basis, and how long that data is kept.

Declared in data/processing.yaml, once for all lines of the audit log. A reading keeps the purpose that the view names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from core.settings import ROOT

DECLARATION = ROOT / "data" / "processing.yaml"
READING = "personal.read"
"""The action of a line that tells of a reading of personal values."""

KEYS = ("purpose", "data_categories", "legal_basis", "retention_days")
"""The facts in which a line carries them."""

NO_ENTITY = frozenset({"", "all", "unknown"})
"""What a reading names instead of an entity."""

_RECORDS = "records"
_BUSINESS = "business records"


@dataclass(frozen=True, slots=True)
class Processing:
    """`data_categories` are of people ('guests'), of the customer ('business records') or of the console ('accounts')."""

    purpose: str
    data_categories: tuple[str, ...]
    legal_basis: str
    retention_days: int


class _Group(BaseModel):
    """A purpose with its operations and readings, each with its categories."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    purpose: str
    legal_basis: str
    retention_days: int = Field(ge=0)
    operations: dict[str, tuple[str, ...]] = {}
    readings: dict[str, tuple[str, ...]] = {}


UNDECLARED = Processing("operation of the console", (), "contract", 2557)
"""For an operation that the declaration does not name; a test keeps ours declared."""


@cache
def _declared() -> tuple[Mapping[str, str], Mapping[str, Processing], Mapping[str, Processing]]:
    """Read data/processing.yaml: entity -> category, operation -> processing, purpose of a reading -> processing."""
    with DECLARATION.open(encoding="utf-8") as file:
        document: dict[str, Any] = yaml.safe_load(file)
    categories = TypeAdapter(dict[str, str]).validate_python(document["categories"])
    groups = TypeAdapter(list[_Group]).validate_python(document["processings"])
    operations = {
        name: Processing(group.purpose, data, group.legal_basis, group.retention_days)
        for group in groups
        for name, data in group.operations.items()
    }
    readings = {
        purpose: Processing(purpose, data, group.legal_basis, group.retention_days)
        for group in groups
        for purpose, data in group.readings.items()
    }
    return categories, operations, readings


def is_declared(action: str) -> bool:
    """Tell whether the declaration names the operation, itself or by its family ('run.*')."""
    return _operation(action) is not None


def reading_purposes() -> frozenset[str]:
    """Return the purposes for which personal values may be read."""
    return frozenset(_declared()[2])


def processing_facts(action: str, facts: Mapping[str, object]) -> dict[str, object]:
    """Return the facts of a line with the four of its processing; a purpose that is named stays."""
    declared = _reading(facts) if action == READING else _operation(action)
    processing = declared or UNDECLARED
    data = sorted({category for name in processing.data_categories for category in _categories(name, facts)})
    declaration = {
        "purpose": processing.purpose,
        "data_categories": data,
        "legal_basis": processing.legal_basis,
        "retention_days": processing.retention_days,
    }
    return {**declaration, **facts}


def split_facts(facts: Mapping[str, Any]) -> tuple[dict[str, Any], Processing | None]:
    """Split a line's facts from its processing; None for a line from before the declaration."""
    if "legal_basis" not in facts:
        return dict(facts), None
    purpose, data, basis, days = (facts[key] for key in KEYS)
    details = {name: value for name, value in facts.items() if name not in KEYS}
    return details, Processing(purpose, tuple(data), basis, days)


def _operation(action: str) -> Processing | None:
    operations = _declared()[1]
    return operations.get(action) or operations.get(f"{action.partition('.')[0]}.*")


def _reading(facts: Mapping[str, object]) -> Processing | None:
    return _declared()[2].get(str(facts.get("purpose")))


def _categories(name: str, facts: Mapping[str, object]) -> Iterator[str]:
    """Yield the categories of the entities that the facts name, where the declaration leaves it to them."""
    if name != _RECORDS:
        yield name
        return
    by_entity = _declared()[0]
    entities = list(_entities(facts))
    yield from (by_entity.get(entity, _BUSINESS) for entity in entities)
    if not entities:
        yield _RECORDS


def _entities(facts: Mapping[str, object]) -> Iterator[str]:
    """Yield the entities that the facts name: in `entity`, in `entities`, and in the `data` of a reading."""
    for name in ("entity", "entities", "data"):
        value = facts.get(name)
        if isinstance(value, str):
            yield from (entity for part in value.split(",") if (entity := part.strip()) not in NO_ENTITY)
        elif isinstance(value, (list, tuple, Mapping)):
            yield from map(str, value)
