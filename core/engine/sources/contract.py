"""What a source declares about itself. An adapter is one of these values and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Hint:
    """What the source's documentation says of one of its fields.

    `target` is 'entity.field', or None where nothing fits. `unit` is 'major' (dollars) or 'minor' (cents) for money
    as documented; it is evidence for the money proof, never applied unproved. `transform` as in FieldPlan.
    """

    target: str | None
    transform: str | None = None
    unit: str | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StreamSpec:
    """One kind of record that the source exports.

    entity     the target entity its rows mainly are
    headers    for tables: column names that mark it (its signature); matched without regard to case and spaces
    path       for JSON: where its records are, e.g. 'menus[].groups[].items[]' ('[]' alone for a bare list)
    where      for JSON lists of mixed objects: field and value that select it, e.g. ('type', 'ITEM')
    carry      for JSON: values of ancestors each record takes with it: new column -> path from the root, e.g.
               {'group.guid': 'menus[].groups[].guid'}
    hints      source field (as it stands in the flattened record) -> Hint
    """

    name: str
    entity: str
    headers: frozenset[str] = frozenset()
    path: str | None = None
    where: tuple[str, str] | None = None
    carry: Mapping[str, str] = field(default_factory=dict)
    hints: Mapping[str, Hint] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """A system data comes from. `marks` are top-level JSON keys that identify its own samples and API answers."""

    name: str
    label: str
    domain: str
    streams: tuple[StreamSpec, ...]
    certified: bool = False
    marks: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()
