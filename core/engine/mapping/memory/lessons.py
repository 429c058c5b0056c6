"""What a person's look at one field teaches memory and calibration, so that it can be taken back exactly. Pure.

A field teaches each of its targets at most once. The lesson is stored with the field; what the shared tables count is
the sum of the lessons, moved by the difference whenever a lesson changes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from core.engine.mapping.calibration.rules import Outcome, bin_of
from core.engine.mapping.memory.rules import EXCLUDED, kept_transform

MEMORY = "memory"


class MemoryKey(NamedTuple):
    """Where memory counts: source, signature, name of the column as remembered, target."""

    source: str
    signature: str
    name: str
    target: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a field has taught. `name` is None where memory does not keep it; then only calibration learns.

    chosen   the target decided last, EXCLUDED for none
    targets  target -> (decided, overturned), each 0 or 1
    outcome  (origin, bin, whether the suggestion was right), None where nothing was suggested
    waits    an exclusion counts only once an import of the migration is completed
    """

    source: str
    signature: str
    name: str | None
    chosen: str
    targets: Mapping[str, tuple[int, int]]
    transform: str | None
    at: str
    by: str
    outcome: tuple[str, int, bool] | None
    waits: bool

    @classmethod
    def read(cls, taught: Mapping[str, Any] | None) -> Lesson | None:
        """Return the lesson as the field stores it."""
        if not taught:
            return None
        outcome = taught["outcome"]
        targets = {str(name): (int(by[0]), int(by[1])) for name, by in taught["targets"].items()}
        return cls(**{**taught, "targets": targets, "outcome": tuple(outcome) if outcome else None})

    def to_json(self) -> dict[str, Any]:
        """Return the lesson as JSON."""
        return asdict(self)

    @property
    def counts(self) -> dict[MemoryKey, tuple[int, int]]:
        """Where it counts in memory and how much; nothing while it waits."""
        if self.waits or self.name is None:
            return {}
        return {
            MemoryKey(self.source, self.signature, self.name, target): by
            for target, by in self.targets.items()
            if any(by)
        }

    @property
    def outcomes(self) -> list[Outcome]:
        """What it says of the suggestion; nothing while it waits."""
        if self.waits or self.outcome is None:
            return []
        origin, number, right = self.outcome
        return [Outcome(self.source, origin, number, int(right), int(not right))]

    @property
    def key(self) -> MemoryKey | None:
        """Where the target decided last counts."""
        if self.name is None or self.waits:
            return None
        return MemoryKey(self.source, self.signature, self.name, self.chosen)


@dataclass(frozen=True, slots=True)
class Look:
    """A person's decision about one field: where it counts, what was suggested, what was chosen.

    `name` is None for what memory does not keep: names like values, and a field's further targets.
    """

    source: str
    signature: str
    name: str | None
    suggested: str | None
    confidence: float | None
    origin: str
    target: str | None
    transform: str | None
    by: str
    at: datetime


def learned(before: Lesson | None, look: Look) -> Lesson:
    """Return the field's lesson after the look. Accepting what memory suggested is no further decision of memory's."""
    choice = look.target or EXCLUDED
    was = before.targets if before and (before.source, before.name) == (look.source, look.name) else {}
    targets = {name: (by[0], 1) for name, by in was.items() if name != choice}
    suggested = look.suggested or EXCLUDED
    if suggested != choice and (look.suggested or look.origin == MEMORY):
        targets[suggested] = (targets.get(suggested, (0, 0))[0], 1)
    if not (look.origin == MEMORY and suggested == choice):
        targets[choice] = (1, 0)
    right = None if look.confidence is None else choice == suggested
    return Lesson(
        look.source,
        look.signature,
        look.name,
        choice,
        targets,
        kept_transform(look.transform),
        look.at.isoformat(),
        look.by,
        None if right is None or look.confidence is None else (look.origin, bin_of(look.confidence), right),
        choice == EXCLUDED,
    )


def imported(lesson: Lesson) -> Lesson:
    """Return the lesson once an import of its migration is completed."""
    return replace(lesson, waits=False)


def forgotten(lesson: Lesson, removed_targets: Collection[str]) -> Lesson:
    """Return the lesson without what memory learned of the targets removed; calibration still counts."""
    remaining = {target: by for target, by in lesson.targets.items() if target not in removed_targets}
    return replace(lesson, name=lesson.name if remaining else None, targets=remaining)


def moved(
    changes: list[tuple[Lesson | None, Lesson | None]],
) -> tuple[dict[MemoryKey, tuple[int, int]], list[Outcome]]:
    """Return the differences that lead from the first lesson of each pair to the second: of memory, of calibration."""
    counts: dict[MemoryKey, tuple[int, int]] = {}
    outcomes: list[Outcome] = []
    for before, after in changes:
        for lesson, sign in ((before, -1), (after, 1)):
            if lesson is None:
                continue
            for key, (decisions, overturned) in lesson.counts.items():
                present = counts.get(key, (0, 0))
                counts[key] = (present[0] + sign * decisions, present[1] + sign * overturned)
            outcomes += [
                outcome._replace(hits=sign * outcome.hits, misses=sign * outcome.misses)
                for outcome in lesson.outcomes
            ]
    return {key: by for key, by in counts.items() if any(by)}, outcomes
