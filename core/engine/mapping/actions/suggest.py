"""Suggests the mapping of a migration and keeps the suggestions for people to decide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict

import polars as pl
from sqlalchemy import delete, select

from core.context import Context
from core.db.keys import tenant_key
from core.engine.mapping import samples as kept_samples
from core.engine.mapping import stakes, views
from core.engine.mapping.memory.views import recall
from core.engine.mapping.proposals import Proposal, StreamSample, propose
from core.engine.mapping.tables import MappingField
from core.engine.plan import Plan
from core.engine.sources import views as sources_views
from core.engine.sources.actions import TRUSTED
from core.engine.sources.contract import Source, StreamSpec
from core.engine.sources.tables import Migration, SourceFile, SourceStream
from core.kit.ids import new_id
from core.platform.access.actions import action
from core.platform.audit.actions import record

_PROFILED_CHUNKS = 5


@action("migration.write")
def suggest_mapping(context: Context, migration_id: str, sources: Mapping[str, Source]) -> int:
    """Suggests every field that nobody has decided, anew; returns how many. The migration enters its mapping phase."""
    migration = sources_views.migration(context, migration_id)
    # Two files that arrive at once are suggested one after the other.
    context.session.execute(select(Migration.id).where(Migration.id == migration_id).with_for_update())
    samples = _samples(context, migration_id, sources)
    query = select(MappingField).where(
        MappingField.migration_id == migration_id, MappingField.status != views.SUGGESTED
    )
    kept = {(one.stream, one.source_field, one.slot): one for one in context.session.scalars(query)}
    columns = {place[:2] for place in kept}
    frame = views.plan_frame(context, migration_id)
    decided = views.planned_links(list(kept.values()), 1.0)
    proposals = propose(samples, frame, decided, recall(context, migration_id))
    context.session.execute(
        delete(MappingField).where(
            MappingField.migration_id == migration_id, MappingField.status == views.SUGGESTED
        )
    )
    by_stream = {sample.name: sample for sample in samples}
    totals = _rows_by_stream(context, migration_id)
    key = tenant_key(context.session)
    fresh = [
        _field(context, migration_id, one) for one in proposals if (one.stream, one.source) not in columns
    ]
    context.session.add_all(fresh)
    standing = kept | {(one.stream, one.source_field, one.slot): one for one in fresh}
    for one in proposals:
        if field := standing.get((one.stream, one.source, one.slot)):
            _weigh(field, one, by_stream[one.stream], totals[one.stream], frame, key)
    if migration.phase in ("setup", "analysis"):
        migration.phase = "mapping"
    record(context, "mapping.suggest", "migration", migration_id, fields=len(fresh), kept=len(kept))
    context.session.flush()
    return len(fresh)


def _samples(context: Context, migration_id: str, sources: Mapping[str, Source]) -> list[StreamSample]:
    files = {file.id: file for file in sources_views.files(context, migration_id)}
    named: dict[str, list[SourceStream]] = {}
    for stream in sources_views.streams(context, migration_id):
        named.setdefault(stream.name, []).append(stream)
    samples = []
    for name, streams in named.items():
        file = files[streams[0].file_id]
        source = sources.get(file.source) if file.confidence >= TRUSTED else None
        specs = [spec for spec in source.streams if spec.name == name] if source else []
        rows = views.stream_rows(context, streams, chunks=_PROFILED_CHUNKS)
        samples.append(
            StreamSample(
                name,
                next((stream.entity for stream in streams if stream.entity), None),
                rows.select(
                    *dict.fromkeys(column for stream in streams for column in stream.columns),
                    pl.col("^_row$"),
                ),
                {key: hint for spec in specs for key, hint in spec.hints.items()},
                _is_known(file, source, specs),
                file.id,
            )
        )
    return samples


def _is_known(file: SourceFile, source: Source | None, specs: Sequence[StreamSpec]) -> bool:
    """False for what a recognised source's document has beside its records, and for envelopes around records."""
    if specs:
        return all(spec.entity for spec in specs)
    is_document = file.options.get("header_row") is None
    return not (source and source.streams and is_document)


def _field(context: Context, migration_id: str, one: Proposal) -> MappingField:
    return MappingField(
        tenant_id=context.tenant.id,
        id=new_id(),
        created_at=context.now,
        migration_id=migration_id,
        stream=one.stream,
        source_field=one.source,
        slot=one.slot,
        position=one.position,
        target=one.target,
        transform=one.transform,
        suggested_target=one.target,
        confidence=one.confidence,
        evidence=[asdict(reason) for reason in one.evidence],
        alternatives=[{"target": other.target, "confidence": other.confidence} for other in one.alternatives],
        status=views.SUGGESTED,
        version=0,
        decided_by=None,
        decided_at=None,
        reason=None,
        origin=one.origin,
    )


def _weigh(
    field: MappingField, one: Proposal, sample: StreamSample, rows: int, frame: Plan, key: bytes
) -> None:
    """Adds what hangs on the field: rows with a value, money, statistics, a few values (sealed)."""
    column = sample.rows[one.source]
    personal = sources_views.looks_personal(column, sample.entity)
    field.rows = round(rows * one.profile.fill)
    field.money = stakes.money_touched(column, rows, field.target, field.transform, frame)
    field.profile = stakes.statistics(one.profile, personal=personal)
    field.samples = kept_samples.seal(key, field.tenant_id, field.id, column, personal=personal)


def _rows_by_stream(context: Context, migration_id: str) -> Counter[str]:
    rows: Counter[str] = Counter()
    for stream in sources_views.streams(context, migration_id):
        rows[stream.name] += stream.rows
    return rows
