"""Shows what record type each table of a migration is taken for, how sure that is, and what a person chose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, text

from core.context import Context
from core.engine.mapping.bands import GREEN_ABOVE
from core.engine.mapping.review import SUGGESTED
from core.engine.mapping.tables import MappingField
from core.engine.sources import views as sources
from core.engine.sources.tables import Migration, SourceStream
from core.platform.access.actions import view
from core.schema import entity_label

RECORD_TYPES = "record_types"
"""Setting: table -> {entity, batch, before}: what a person chose, the decisions made with it, the choice before."""

RECORD_TYPE_CHANCES = "record_type_chances"
"""Setting: table -> [entity or null, chance], likeliest first, as the matcher saw the table."""

NO_RECORD_TYPE = "The table holds none of the record types."
"""Reason of the fields of a table that a person excluded."""


@dataclass(frozen=True, slots=True)
class TableType:
    """The record type of a table; `entity` None where nothing of it is mapped.

    `chance` is None where the matcher did not weigh it. `ranked` are the likeliest, with None for none of them.
    `undecided` counts the columns that nobody has decided, of `fields`.
    """

    stream: str
    entity: str | None
    chance: float | None
    ranked: tuple[tuple[str | None, float], ...]
    fields: int
    is_chosen: bool
    is_documented: bool
    undecided: int

    @property
    def is_reviewed(self) -> bool:
        """Whether every column is decided."""
        return not self.undecided

    @property
    def runner_up(self) -> tuple[str | None, float] | None:
        """The likeliest record type besides the one it is taken for."""
        return next((pair for pair in self.ranked if pair[0] != self.entity), None)

    @property
    def is_settled(self) -> bool:
        """Whether nobody has to look: a person or the documentation says it, or its chance is high."""
        is_said = self.is_chosen or self.is_documented or self.is_reviewed
        return is_said or (self.chance or 0.0) > GREEN_ABOVE


def record_type_label(entity: str | None) -> str:
    return entity_label(entity) if entity else "No record type"


def chosen_record_types(migration: Migration) -> dict[str, str | None]:
    """Return table -> the record type a person chose for it."""
    stored: Mapping[str, Mapping[str, Any]] = migration.settings.get(RECORD_TYPES, {})
    return {stream: choice["entity"] for stream, choice in stored.items()}


@view("migration.read")
def record_types(context: Context, migration_id: str) -> list[TableType]:
    """List the tables that have fields, in the order they were read."""
    migration = sources.migration(context, migration_id)
    choices = chosen_record_types(migration)
    chances = migration.settings.get(RECORD_TYPE_CHANCES, {})
    mapped = _mapped_tables(context, migration_id)
    return [
        _table_type(name, documented, mapped[name], chances.get(name, []), choices)
        for name, documented in _documented_types(context, migration_id).items()
        if name in mapped
    ]


@dataclass(slots=True)
class _MappedTable:
    """What a table's fields say: its columns, those that nobody decided, and how many targets each entity has."""

    columns: int
    undecided: int
    targets: Counter[str]


def _table_type(
    name: str,
    documented: str | None,
    mapped: _MappedTable,
    chances: list[tuple[str | None, float]],
    choices: Mapping[str, str | None],
) -> TableType:
    ranked = tuple((entity, float(chance)) for entity, chance in chances)
    entity = choices[name] if name in choices else documented or _mapped_type(mapped, ranked)
    return TableType(
        name,
        entity,
        dict(ranked).get(entity),
        ranked,
        mapped.columns,
        is_chosen=name in choices,
        is_documented=bool(documented) and name not in choices,
        undecided=mapped.undecided,
    )


def _mapped_type(mapped: _MappedTable, ranked: tuple[tuple[str | None, float], ...]) -> str | None:
    """Return what the mapping makes of a table: its likeliest record type with a target, else the commonest."""
    if ranked and ranked[0][0] in mapped.targets:
        return ranked[0][0]
    return next((entity for entity, _ in mapped.targets.most_common(1)), None)


def _documented_types(context: Context, migration_id: str) -> dict[str, str | None]:
    """Return table -> the record type that its source's documentation names, in the order they were read."""
    documented: dict[str, str | None] = {}
    query = select(SourceStream.name, SourceStream.entity).where(SourceStream.migration_id == migration_id)
    for name, entity in context.session.execute(query.order_by(SourceStream.created_at, SourceStream.id)):
        documented[name] = documented.get(name) or entity
    return documented


def _mapped_tables(context: Context, migration_id: str) -> dict[str, _MappedTable]:
    entity = func.split_part(MappingField.target, ".", 1).label("entity")
    query = (
        select(
            MappingField.stream,
            entity,
            func.count(),
            func.count().filter(MappingField.slot == 0),
            func.count().filter(MappingField.slot == 0, MappingField.status == SUGGESTED),
        )
        .where(MappingField.migration_id == migration_id)
        .group_by(MappingField.stream, text("entity"))
    )
    tables: dict[str, _MappedTable] = {}
    for stream, target_entity, targets, columns, undecided in context.session.execute(query):
        table = tables.setdefault(stream, _MappedTable(0, 0, Counter()))
        table.columns += columns
        table.undecided += undecided
        if target_entity:
            table.targets[target_entity] += targets
    return tables
