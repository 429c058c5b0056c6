"""A Plan: what an import does, decided before it starts. Made from the mapping, read by validation and runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any, Self


class Conflict(StrEnum):
    """What happens to a record that is there already."""

    KEEP_EXISTING = "keep_existing"  # leave it, the row counts as merged
    OVERWRITE = "overwrite"  # every mapped field takes the source's value
    MERGE = "merge"  # only fields that are empty in the target take the source's value
    DUPLICATE = "duplicate"  # a second record beside it, with a new external id


KEEPING = (Conflict.KEEP_EXISTING, Conflict.MERGE)
"""Strategies under which a record that is there keeps its values."""


def conflict_of(chosen: Conflict | None, *, is_told: bool) -> Conflict:
    """Return what happens to existing records of an entity. One that rows only refer to has no more than an id: it replaces nothing."""
    conflict = chosen or Conflict.OVERWRITE
    return conflict if is_told or conflict is not Conflict.OVERWRITE else Conflict.KEEP_EXISTING


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """One target field: which source columns feed it, and how.

    `transform` is a call in the language of core.engine.transforms, e.g. 'divide(100)', or several joined
    by ' | '. With none, the value is read by the target's type. `target` is the field's name in its entity.
    """

    target: str
    sources: tuple[str, ...]
    transform: str | None = None


@dataclass(frozen=True, slots=True)
class RowRule:
    """Rows whose `column` holds one of `values` make no record of an entity plan; `reason` names the rule in words.

    Values are compared without the spaces around them and in any case. With `holds` nobody knows yet what such rows
    are: they are held back with an error until a person decides. With `only` the rule is about all other rows. With `ends`
    the source has deleted the records of such rows: one that is there already becomes inactive.
    """

    column: str
    values: tuple[str, ...]
    reason: str
    holds: bool = False
    only: bool = False
    ends: bool = False

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        return cls(**{**document, "values": tuple(document["values"])})


@dataclass(frozen=True, slots=True)
class EntityPlan:
    """One target entity fed from one stream. `primary` marks the entity a row of the stream mainly is:

    other entities of the same stream are picked out of it (the orders in a list of order lines), so equal
    rows among them are merged, not reported as duplicates. `place` says which location a row is of, where that
    decides its time zone and business day; `zone` is the column that names the time zone of each row, which goes first.
    `counters` are columns that only count rows: an id that is made from a row's
    content leaves them out. With None such an id holds the row's number too, as plans did before ids were made so.
    `rules` say which rows of the stream are not records of the entity.
    """

    stream: str
    entity: str
    fields: tuple[FieldPlan, ...]
    primary: bool = True
    conflict: Conflict = Conflict.OVERWRITE
    place: FieldPlan | None = None
    zone: FieldPlan | None = None
    counters: tuple[str, ...] | None = None
    rules: tuple[RowRule, ...] = ()

    def field(self, target: str) -> FieldPlan | None:
        return next((field for field in self.fields if field.target == target), None)

    def columns(self) -> list[str]:
        """List every source column the plan reads, once."""
        fields = (*self.fields, *filter(None, (self.place, self.zone)))
        columns = [column for field in fields for column in field.sources]
        return list(dict.fromkeys([*columns, *(rule.column for rule in self.rules)]))


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Records that are mapped and cannot be made: `columns` of the stream say nothing else, `missing` targets are not mapped.

    `missing` has external_id where nothing tells one record from another. `fields` are what is mapped; not stored.
    """

    stream: str
    entity: str
    columns: tuple[str, ...]
    missing: tuple[str, ...]
    fields: tuple[FieldPlan, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class LocationHours:
    """A location by its id or name (lower case), its IANA zone, and the hour before which the day before goes on."""

    location: str
    zone: str
    close_hour: int


@dataclass(frozen=True, slots=True)
class ImportSettings:
    """How the values of an import are read, whatever it maps. zone is IANA, currency ISO 4217, country ISO 3166.

    Hours before `close_hour` (0 to 23, local) belong to the business day before.
    """

    domain: str
    source: str
    zone: str = field(default="UTC", kw_only=True)
    currency: str = field(default="USD", kw_only=True)
    country: str = field(default="US", kw_only=True)
    date_order: str = field(default="mdy", kw_only=True)
    close_hour: int = field(default=0, kw_only=True)


@dataclass(frozen=True, slots=True)
class Plan(ImportSettings):
    """A whole import: its settings, and its entities in the order they must be loaded.

    `places` are the locations whose zone or close hour differs from those of the plan. `left_out`: what is mapped and
    does not become records. `strict`: targets ('entity.field') whose unreadable values hold the row, though optional;
    `lenient`: those whose unreadable values are left empty, though they hold the row by default.
    """

    entities: tuple[EntityPlan, ...]
    places: tuple[LocationHours, ...] = field(default=(), kw_only=True)
    left_out: tuple[LeftOut, ...] = field(default=(), kw_only=True)
    strict: tuple[str, ...] = field(default=(), kw_only=True)
    lenient: tuple[str, ...] = field(default=(), kw_only=True)

    @classmethod
    def under(cls, settings: ImportSettings, entities: tuple[EntityPlan, ...]) -> Self:
        """Build the plan that loads `entities` under the settings."""
        names = (setting.name for setting in fields(ImportSettings))
        return cls(**{name: getattr(settings, name) for name in names}, entities=entities)

    def of(self, entity: str) -> Iterator[EntityPlan]:
        return (plan for plan in self.entities if plan.entity == entity)

    @property
    def last_steps(self) -> frozenset[int]:
        """Return the step of the last entity plan of each table: a row it has gone through is done."""
        return frozenset({plan.stream: step for step, plan in enumerate(self.entities)}.values())
