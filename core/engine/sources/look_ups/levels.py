"""Derive the level a record has reached among those of the record it refers to: a member's tier of a program."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation

from core.engine.sources.contract import Level, StreamSpec
from core.engine.sources.json_text import Json
from core.engine.sources.look_ups.values import objects_at, places_of

_Steps = tuple[tuple[Decimal, str], ...]
"""Threshold and name of each level, the highest first."""


class Levels:
    """The levels of one stream's records, indexed once for the document."""

    def __init__(self, document: Json, spec: StreamSpec, specs: Sequence[StreamSpec] | None) -> None:
        self.columns = spec.levels
        self.steps: dict[str, dict[str, _Steps]] = {}
        by_name = {stream.name: stream for stream in specs or ()}
        for column, level in spec.levels.items():
            steps = self.steps.setdefault(column, {})
            for pattern in places_of(by_name[level.stream], document):
                for node in objects_at(document, pattern):
                    key = str(node.get(level.match))
                    steps[key] = (
                        () if key in steps else _steps(node, level)
                    )  # an id that repeats refers to neither

    def values(self, node: dict[str, Json]) -> dict[str, Json]:
        """Return new column -> name of the level; no column where amounts are missing or reach different levels."""
        extra: dict[str, Json] = {}
        for column, level in self.columns.items():
            steps = self.steps[column].get(str(node.get(level.key)), ())
            amounts = [_number(node.get(amount)) for amount in level.amounts]
            reached = {_reached(steps, amount) for amount in amounts}
            name = reached.pop()
            if name is not None and not reached:
                extra[column] = name
        return extra


def _steps(node: dict[str, Json], level: Level) -> _Steps:
    """Read the levels of a record; none unless all can be read, differ, and begin at 0, which levels to buy do not."""
    steps = list(_read(node, level))
    thresholds = {threshold for threshold, _ in steps if threshold is not None}
    if (
        len(thresholds) < len(steps)
        or min(thresholds, default=None) != 0
        or not all(name for _, name in steps)
    ):
        return ()
    return tuple(
        sorted(((threshold, name) for threshold, name in steps if threshold is not None), reverse=True)
    )


def _read(node: dict[str, Json], level: Level) -> Iterator[tuple[Decimal | None, str]]:
    for step in (step for name_of_list in level.lists for step in _members(node.get(name_of_list))):
        name = step.get(level.value)
        threshold = next((step[key] for key in level.thresholds if key in step), None)
        yield _number(threshold), name if isinstance(name, str) else ""


def _members(value: Json) -> Iterator[dict[str, Json]]:
    yield from (
        member if isinstance(member, dict) else {} for member in (value if isinstance(value, list) else ())
    )


def _reached(steps: _Steps, amount: Decimal | None) -> str | None:
    if amount is None:
        return None
    return next((name for threshold, name in steps if threshold <= amount), None)


def _number(value: Json) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (int, str, Decimal)):
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
