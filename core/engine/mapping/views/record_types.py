"""Shows what record type each table of a migration is taken for, how sure that is, and what a person chose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.context import Context
from core.engine.mapping.views.fields import field_rows
from core.engine.sources import views as sources
from core.engine.sources.tables import Migration
from core.platform.access.actions import view
from core.schema import entity_label

RECORD_TYPES = "record_types"
"""Setting: table -> {entity, batch, before}: what a person chose, the decisions made with it, the choice before."""

RECORD_TYPE_CHANCES = "record_type_chances"
"""Setting: table -> [entity or null, chance], likeliest first, as the matcher saw the table."""

NONE_LABEL = "None of these"


@dataclass(frozen=True, slots=True)
class TableType:
    """The record type of a table; `entity` None where its rows are none of the schema's.

    `chance` is None where the matcher did not weigh it. `ranked` are the likeliest, with None for none of them.
    """

    stream: str
    entity: str | None
    chance: float | None
    ranked: tuple[tuple[str | None, float], ...]
    fields: int
    is_chosen: bool
    is_documented: bool

    @property
    def runner_up(self) -> tuple[str | None, float] | None:
        """The likeliest record type besides the one it is taken for."""
        return next((pair for pair in self.ranked if pair[0] != self.entity), None)


def record_type_label(entity: str | None) -> str:
    return entity_label(entity) if entity else NONE_LABEL


def chosen_record_types(migration: Migration) -> dict[str, str | None]:
    """Return table -> the record type a person chose for it."""
    stored: Mapping[str, Mapping[str, Any]] = migration.settings.get(RECORD_TYPES, {})
    return {stream: choice["entity"] for stream, choice in stored.items()}


@view("migration.read")
def record_types(context: Context, migration_id: str) -> list[TableType]:
    """List the tables that have fields, in the order they were read."""
    migration = sources.migration(context, migration_id)
    chosen = chosen_record_types(migration)
    chances = migration.settings.get(RECORD_TYPE_CHANCES, {})
    documented: dict[str, str | None] = {}
    for stream in sources.streams(context, migration_id):
        documented[stream.name] = documented.get(stream.name) or stream.entity
    columns: dict[str, set[str]] = {}
    targets: dict[str, Counter[str]] = {}
    for row in field_rows(context, migration_id):
        columns.setdefault(row.stream, set()).add(row.source_field)
        if row.target:
            targets.setdefault(row.stream, Counter())[row.target.partition(".")[0]] += 1
    types = []
    for name, known in documented.items():
        if name not in columns:
            continue
        ranked = tuple((entity, float(chance)) for entity, chance in chances.get(name, []))
        commonest = next((entity for entity, _ in targets.get(name, Counter()).most_common(1)), None)
        entity = chosen[name] if name in chosen else known or (ranked[0][0] if ranked else commonest)
        chance = dict(ranked).get(entity)
        is_chosen = name in chosen
        types.append(
            TableType(
                name, entity, chance, ranked, len(columns[name]), is_chosen, bool(known) and not is_chosen
            )
        )
    return types
