"""Recalls what people decided about fields like a migration's, here and at other customers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from core.context import Context
from core.engine.mapping.memory.rules import (
    Recollection,
    Remembered,
    kept_name,
    kept_transform,
    recollect,
    signature,
)
from core.engine.mapping.shared import ground, is_scripted
from core.engine.mapping.tables import MappingMemory
from core.engine.sources.actions import TRUSTED
from core.engine.sources.read import GENERIC
from core.engine.sources.tables import SourceFile, SourceStream
from core.platform.access.actions import view
from core.platform.access.tables import Person
from core.schema import target_schema


@dataclass(frozen=True, slots=True)
class StreamKey:
    """Under what a stream's fields are remembered. `names`: column -> its name in memory, None where it has none."""

    source: str
    signature: str
    names: Mapping[str, str | None]


@view("migration.read")
def recall(context: Context, migration_id: str) -> dict[tuple[str, str], Recollection]:
    """(stream, source field) -> what memory says of it.

    A stream of the very same columns goes before the same field in other streams of the source.
    """
    if is_scripted(context):
        return {}
    keys = stream_keys(context, migration_id)
    found = _remembered(context, keys)
    domain = target_schema().fields(context.tenant.domain)
    valid = {field.key for field in domain} | {""}
    recalled: dict[tuple[str, str], Recollection] = {}
    for stream, key in keys.items():
        for column, name in key.names.items():
            rows = [row for row in found.get((key.source, name), ()) if row[1].target in valid]
            exact = recollect([one for where, one in rows if where == key.signature], exact=True)
            said = exact or recollect(_summed([one for _, one in rows]), exact=False)
            if said:
                recalled[stream, column] = said
    return recalled


def stream_keys(context: Context, migration_id: str) -> dict[str, StreamKey]:
    """Stream name -> its key in memory; files that are not recognised count as plain tables."""
    query = (
        select(SourceStream.name, SourceStream.columns, SourceFile.source, SourceFile.confidence)
        .join(SourceFile, SourceFile.id == SourceStream.file_id)
        .where(SourceStream.migration_id == migration_id)
        .order_by(SourceStream.created_at, SourceStream.id)
    )
    domain = context.tenant.domain
    sources: dict[str, str] = {}
    columns: dict[str, list[str]] = {}
    for row in context.session.execute(query):
        sources.setdefault(row.name, row.source if row.confidence >= TRUSTED else GENERIC)
        columns.setdefault(row.name, []).extend(row.columns)
    return {
        name: StreamKey(
            source, signature(columns[name], domain), {one: kept_name(one, domain) for one in columns[name]}
        )
        for name, source in sources.items()
    }


def _remembered(
    context: Context, keys: Mapping[str, StreamKey]
) -> dict[tuple[str, str | None], list[tuple[str, Remembered]]]:
    """(source, name) -> (signature, what was decided there), over all customers."""
    query = (
        select(MappingMemory, Person.name)
        .outerjoin(Person, Person.id == MappingMemory.last_by)
        .where(
            MappingMemory.domain == ground(context),
            MappingMemory.source.in_({key.source for key in keys.values()}),
            MappingMemory.source_field.in_(
                {name for key in keys.values() for name in key.names.values() if name}
            ),
        )
    )
    found: dict[tuple[str, str | None], list[tuple[str, Remembered]]] = {}
    for row, by in context.session.execute(query):
        one = Remembered(
            row.target,
            kept_transform(row.transform),
            row.decided,
            row.overturned,
            by or "a former colleague",
            row.last_at,
        )
        found.setdefault((row.source, row.source_field), []).append((row.signature, one))
    return found


def _summed(found: list[Remembered]) -> list[Remembered]:
    """One per target over all streams; who decided last is named."""
    targets: dict[str, list[Remembered]] = {}
    for one in found:
        targets.setdefault(one.target, []).append(one)
    summed = []
    for target, same in targets.items():
        last = max(same, key=lambda one: one.at)
        decided, overturned = sum(one.decided for one in same), sum(one.overturned for one in same)
        summed.append(Remembered(target, last.transform, decided, overturned, last.by, last.at))
    return summed
