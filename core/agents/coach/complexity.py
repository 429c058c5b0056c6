"""Estimate how complex a migration is, and the hours a person needs for it. Pure.

The rule is a weighted score: records once, their groups twice, what hangs on them three times, and 100 more where
columns that no documentation knows have no place in the target. Where neither groups nor hangers-on are known it would
be a count of records with a wrong scale, so the records are judged by themselves. Which of the two spoke is always said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

COUNTED: Mapping[str, tuple[str, str, str]] = {
    "restaurant": ("menu_item", "category", "modifier"),
    "school": ("student", "class_section", "enrollment"),
}
"""Domain -> the entities that count as items, as categories and as modifiers."""

WEIGHTED, BY_ITEMS, UNKNOWN = "weighted score", "item count", "unknown"

_CUSTOM_FIELDS = 100
_HOURS = {"simple": 2, "moderate": 4, "complex": 8, UNKNOWN: 8}


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of records; None where unknown. `custom_fields`: undocumented columns with values and no target."""

    items: int | None = None
    categories: int | None = None
    modifiers: int | None = None
    custom_fields: int = 0


@dataclass(frozen=True, slots=True)
class Complexity:
    """`complexity`: simple, moderate, complex, or unknown, for which the hours of a complex one are allowed.

    `complexity_score` is what `method` arrived at; 0 where it is unknown.
    """

    complexity: str
    estimated_hours: int
    complexity_score: int
    method: str
    factors: Counts


def estimate(counts: Counts) -> Complexity:
    """Estimate by the weighted score, else by the count of items.

    By score: simple below 500, moderate below 2,000. By items: simple up to 200, moderate up to 1,000.
    """
    if counts.categories is not None or counts.modifiers is not None:
        extra = _CUSTOM_FIELDS if counts.custom_fields else 0
        score = (counts.items or 0) + 2 * (counts.categories or 0) + 3 * (counts.modifiers or 0) + extra
        name, method = "simple" if score < 500 else "moderate" if score < 2000 else "complex", WEIGHTED
    elif counts.items is not None:
        score = counts.items
        name, method = "simple" if score <= 200 else "moderate" if score <= 1000 else "complex", BY_ITEMS
    else:
        name, score, method = UNKNOWN, 0, UNKNOWN
    return Complexity(name, _HOURS[name], score, method, counts)
