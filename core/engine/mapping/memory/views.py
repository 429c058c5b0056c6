"""Recalls what people decided about fields like a migration's, here and at other customers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from core.context import Context
from core.db.keys import tenant_key
from core.engine.mapping.learning_scope import is_scripted, scope_of
from core.engine.mapping.memory.lessons import Lesson, MemoryKey
from core.engine.mapping.memory.rules import is_meaningful, kept_name, kept_transform, signature
from core.engine.mapping.memory.trust import Recollection, Remembered, recollect
from core.engine.mapping.tables import MappingField, MappingMemory
from core.engine.sources.tables import GENERIC, TRUSTED, SourceFile, SourceStream
from core.kit.crypto import fingerprints
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
    """(stream, source field) -> what memory says of it; how far each is trusted: core.engine.mapping.memory.trust."""
    if is_scripted(context):
        return {}
    keys = stream_keys(context, migration_id)
    rows = _remembered(context, keys)
    deciders_by_key = deciders(context, {key.source for key in keys.values()})
    domain = target_schema().fields(context.tenant.domain)
    valid = {field.key for field in domain} | {""}
    recalled: dict[tuple[str, str], Recollection] = {}
    for stream, key in keys.items():
        for column, name in key.names.items():
            remembered = [
                _from_row(row, key, customer_of(context, key.source, name), deciders_by_key)
                for row in rows.get((key.source, name), ())
                if name and row.target in valid
            ]
            if remembered and (recollection := recollect(remembered, meaningful=is_meaningful(column))):
                recalled[stream, column] = recollection
    return recalled


def customer_of(context: Context, source: str, name: str) -> str:
    """Return the customer's fingerprint in memory under the field; only the customer's own key leads from one to the other."""
    fingerprint_input = f"mapping memory|{scope_of(context)}|{source}|{name}"
    return fingerprints(tenant_key(context.session), [fingerprint_input.encode()])[0].hex()


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
            source,
            signature(columns[name], domain),
            {column: kept_name(column, domain) for column in columns[name]},
        )
        for name, source in sources.items()
    }


def own_lessons(context: Context, sources: set[str]) -> list[Lesson]:
    """Return the lessons of the customer's fields about the sources."""
    query = select(MappingField.taught).where(MappingField.taught["source"].as_string().in_(sources))
    return [lesson for taught in context.session.scalars(query) if (lesson := Lesson.read(taught))]


def newest_lessons(context: Context, sources: set[str]) -> dict[MemoryKey, Lesson]:
    """Place in memory -> the customer's own lesson that counts there last."""
    newest: dict[MemoryKey, Lesson] = {}
    for lesson in own_lessons(context, sources):
        key = lesson.key
        if key and (key not in newest or newest[key].at < lesson.at):
            newest[key] = lesson
    return newest


def deciders(context: Context, sources: set[str]) -> dict[MemoryKey, str]:
    """Place in memory -> the name of the customer's own person who decided it last."""
    newest = newest_lessons(context, sources)
    query = select(Person.id, Person.name).where(Person.id.in_({lesson.by for lesson in newest.values()}))
    names = {row.id: row.name for row in context.session.execute(query)}
    return {key: names[lesson.by] for key, lesson in newest.items() if lesson.by in names}


def _remembered(
    context: Context, keys: Mapping[str, StreamKey]
) -> dict[tuple[str, str | None], list[MappingMemory]]:
    """(source, name) -> what was decided about it, over all customers."""
    query = select(MappingMemory).where(
        MappingMemory.domain == scope_of(context),
        MappingMemory.source.in_({key.source for key in keys.values()}),
        MappingMemory.source_field.in_(
            {name for key in keys.values() for name in key.names.values() if name}
        ),
    )
    rows: dict[tuple[str, str | None], list[MappingMemory]] = {}
    for row in context.session.scalars(query.execution_options(populate_existing=True)):
        rows.setdefault((row.source, row.source_field), []).append(row)
    return rows


def _from_row(
    row: MappingMemory, key: StreamKey, customer: str, deciders_by_key: Mapping[MemoryKey, str]
) -> Remembered:
    is_own = row.customer == customer
    memory_key = MemoryKey(row.source, row.signature, row.source_field, row.target)
    return Remembered(
        row.target,
        kept_transform(row.transform),
        row.decided,
        row.overturned,
        row.customer,
        row.last_at,
        row.signature == key.signature,
        is_own,
        deciders_by_key.get(memory_key, "") if is_own else "",
    )
