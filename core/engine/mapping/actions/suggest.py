"""Suggests the mapping of a migration and keeps the suggestions for people to decide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial

import polars as pl
from sqlalchemy import delete, select

from core.context import Context
from core.db.keys import tenant_key
from core.engine.batch import ROW
from core.engine.mapping import impact, views
from core.engine.mapping import samples as kept_samples
from core.engine.mapping.actions.fields import undecided_field
from core.engine.mapping.actions.key_facts import (
    are_unique_together,
    entities_by_name,
    former_ids,
    pupils_with_ids,
)
from core.engine.mapping.ambiguity.summaries import with_summaries
from core.engine.mapping.ambiguity.unlinked import with_links
from core.engine.mapping.identities.former import with_former_ids
from core.engine.mapping.match.record_types import MOST, rank_record_types
from core.engine.mapping.memory.views import recall
from core.engine.mapping.natural_keys import with_keys
from core.engine.mapping.proposal import Proposal, StreamSample, documented_hints
from core.engine.mapping.proposals import propose
from core.engine.mapping.tables import MappingField
from core.engine.plan import ImportSettings
from core.engine.sources import views as sources_views
from core.engine.sources.contract import Source, StreamSpec
from core.engine.sources.facts.columns import ColumnFacts, merge_facts
from core.engine.sources.non_data.facts import rows_of_data
from core.engine.sources.profile import FieldProfile
from core.engine.sources.table_streams.shaped import readings_of
from core.engine.sources.tables import TRUSTED, Migration, SourceFile, SourceStream
from core.platform.access.actions import action
from core.platform.audit.actions import record

_PROFILED_CHUNKS = 5


@action("mapping.edit")
def suggest_mapping(context: Context, migration_id: str, sources: Mapping[str, Source]) -> int:
    """Suggests every field that nobody has decided, anew; returns how many. The migration enters its mapping phase."""
    return suggest_fields(context, migration_id, sources)


def suggest_fields(context: Context, migration_id: str, sources: Mapping[str, Source]) -> int:
    """Suggest every undecided field anew, for actions with a permission of their own; return how many."""
    migration = sources_views.migration(context, migration_id)
    # Two files that arrive at once are suggested one after the other.
    context.session.execute(select(Migration.id).where(Migration.id == migration_id).with_for_update())
    samples = samples_of(context, migration_id, sources, views.chosen_record_types(migration))
    fields = _fields(context, migration_id)
    decided_fields = {key: field for key, field in fields.items() if field.status != views.SUGGESTED}
    columns = {key[:2] for key in decided_fields}
    settings = views.import_settings(context, migration_id)
    proposals = proposals_of(context, migration_id, samples, list(decided_fields.values()))
    keep_chances(migration, proposals, samples, settings.domain)
    open_proposals = [proposal for proposal in proposals if (proposal.stream, proposal.source) not in columns]
    undecided = _remove_others(context, fields, open_proposals)
    totals, key = _rows_by_stream(context, migration_id), tenant_key(context.session)
    measures = {sample.name: _Measure(sample, totals[sample.name], settings, key) for sample in samples}
    for proposal in open_proposals:
        if field := undecided.get(_key_of(proposal)):
            _suggest_anew(field, proposal)
    new_fields = [
        _field(context, migration_id, proposal)
        for proposal in open_proposals
        if _key_of(proposal) not in undecided
    ]
    context.session.add_all(new_fields)
    fields_by_key = (
        decided_fields
        | undecided
        | {(field.stream, field.source_field, field.slot): field for field in new_fields}
    )
    for proposal in proposals:
        if field := fields_by_key.get(_key_of(proposal)):
            _weigh(field, proposal, measures[proposal.stream])
    if migration.phase in ("setup", "analysis"):
        migration.phase = "mapping"
    record(
        context,
        "mapping.suggest",
        "migration",
        migration_id,
        fields=len(open_proposals),
        kept=len(decided_fields),
    )
    context.session.flush()
    return len(open_proposals)


def proposals_of(
    context: Context, migration_id: str, samples: Sequence[StreamSample], decided_fields: list[MappingField]
) -> list[Proposal]:
    """Propose for every field of the samples, with what people decided before."""
    settings = views.import_settings(context, migration_id)
    links = views.planned_links(decided_fields, 1.0)
    proposals = propose(samples, settings, links, recall(context, migration_id), year=context.now.year)
    return with_links(with_summaries(with_former_ids(with_keys(proposals, samples), samples)), samples)


def keep_chances(
    migration: Migration, proposals: Sequence[Proposal], samples: Sequence[StreamSample], domain: str
) -> None:
    """Store with the migration what record type each table was taken for, by the look of its columns."""
    profiles: dict[str, list[FieldProfile]] = {sample.name: [] for sample in samples}
    for proposal in proposals:
        if not proposal.slot:
            profiles[proposal.stream].append(proposal.profile)
    chances = {name: rank_record_types(fields, domain)[:MOST] for name, fields in profiles.items()}
    migration.settings = {**migration.settings, views.RECORD_TYPE_CHANCES: chances}


_FieldKey = tuple[str, str, int]
"""Stream, source field and slot."""


def _key_of(proposal: Proposal) -> _FieldKey:
    return proposal.stream, proposal.source, proposal.slot


def _fields(context: Context, migration_id: str) -> dict[_FieldKey, MappingField]:
    """Return the fields as they stand, held until the transaction ends, in the order in which decisions hold them."""
    query = (
        select(MappingField)
        .where(MappingField.migration_id == migration_id)
        .order_by(MappingField.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {(field.stream, field.source_field, field.slot): field for field in context.session.scalars(query)}


def _remove_others(
    context: Context, fields: Mapping[_FieldKey, MappingField], proposals: Sequence[Proposal]
) -> dict[_FieldKey, MappingField]:
    """Remove the undecided fields that nothing is suggested for any more; the undecided fields that stay."""
    keys = {_key_of(proposal) for proposal in proposals}
    undecided = {key: field for key, field in fields.items() if field.status == views.SUGGESTED}
    stale_ids = [field.id for key, field in undecided.items() if key not in keys]
    context.session.execute(delete(MappingField).where(MappingField.id.in_(stale_ids)))
    return {key: field for key, field in undecided.items() if key in keys}


def samples_of(
    context: Context,
    migration_id: str,
    sources: Mapping[str, Source],
    choices: Mapping[str, str | None],
) -> list[StreamSample]:
    """Return the sample of each table, with the record type a person chose for it (`choices`)."""
    files = {file.id: file for file in sources_views.files(context, migration_id)}
    streams_by_name: dict[str, list[SourceStream]] = {}
    for stream in sources_views.streams(context, migration_id):
        streams_by_name.setdefault(stream.name, []).append(stream)
    samples = []
    migration = sources_views.migration(context, migration_id)
    named = entities_by_name(context, migration.source)
    former = former_ids(context, migration, streams_by_name)
    for name, streams in streams_by_name.items():
        file = files[streams[0].file_id]
        source = sources.get(file.source) if file.confidence >= TRUSTED else None
        spec = source.spec_of(name) if source else None
        rows = views.stream_rows(context, streams, chunks=_PROFILED_CHUNKS)
        samples.append(
            StreamSample(
                name,
                next((stream.entity for stream in streams if stream.entity), None),
                rows.select(
                    *dict.fromkeys(column for stream in streams for column in stream.columns),
                    pl.col("^_row$"),
                ),
                documented_hints(spec, rows),
                _is_known(file, source, spec),
                file.id,
                merge_facts([_facts(stream) for stream in streams]),
                {name: reading for stream in streams for name, reading in readings_of(stream.facts).items()},
                system=source.name if source else "",
                date_order=_agreed(stream.date_order for stream in streams),
                day_system=file.options.get("day_system") or 1900,
                is_unique_together=partial(are_unique_together, context, streams),
                named=named,
                has_pupils=pupils_with_ids(context),
                former=former.get(name, {}),
            )
        )
    return [
        _as_chosen(sample, choices[sample.name]) if sample.name in choices else sample for sample in samples
    ]


def _as_chosen(sample: StreamSample, entity: str | None) -> StreamSample:
    """Return the sample with its record type settled; what is documented of another type does not count then."""
    if entity is None:
        return replace(sample, is_known=False, unknown_because=views.NO_RECORD_TYPE)
    if entity == sample.entity:
        return sample
    return replace(sample, entity=entity, hints={}, is_known=True, is_settled=True)


def _agreed(orders: Iterable[str | None]) -> str | None:
    """Return the one date order of a stream's files; None where they differ or have none."""
    distinct = {order for order in orders if order in {"mdy", "dmy"}}
    return distinct.pop() if len(distinct) == 1 else None


def _facts(stream: SourceStream) -> dict[str, ColumnFacts]:
    return {
        name: ColumnFacts.from_json(document)
        for name, document in stream.facts.items()
        if name in stream.columns
    }


def _is_known(file: SourceFile, source: Source | None, spec: StreamSpec | None) -> bool:
    """Tell whether a stream has records to map: not parts beside the records of a recognised document, nor envelopes."""
    if spec:
        return bool(spec.entity)
    is_document = file.options.get("header_row") is None
    return not (source and source.streams and is_document)


def _field(context: Context, migration_id: str, proposal: Proposal) -> MappingField:
    field = undecided_field(context, migration_id, _key_of(proposal))
    _suggest_anew(field, proposal)
    return field


def _suggest_anew(field: MappingField, proposal: Proposal) -> None:
    """Give an undecided field its suggestion. Its id and version stay, so open screens and the history still fit."""
    field.position = proposal.position
    field.target = field.suggested_target = proposal.target
    field.transform = proposal.transform
    field.question = proposal.question
    field.confidence = proposal.confidence
    field.evidence = [asdict(reason) for reason in proposal.evidence]
    field.alternatives = [
        {"target": alternative.target, "confidence": alternative.confidence}
        for alternative in proposal.alternatives
    ]
    field.origin = proposal.origin
    field.reason = field.ai_call_id = None


class _Measure:
    """What the fields of one stream are measured with: its sample, its rows, and which of its columns are personal."""

    def __init__(self, sample: StreamSample, total: int, settings: ImportSettings, key: bytes) -> None:
        self.columns = {column.name: column for column in sample.rows.get_columns()}
        self.personal = sources_views.personal_columns(sample.rows.select(pl.exclude(ROW)), sample.entity)
        self.total, self.settings, self.key = total, settings, key


def _weigh(field: MappingField, proposal: Proposal, measure: _Measure) -> None:
    """Add what hangs on the field: rows with a value, money, statistics, a few values (sealed)."""
    column, rows = measure.columns[proposal.source], measure.total
    personal = proposal.source in measure.personal
    field.rows = round(rows * proposal.profile.fill)
    field.money = impact.amount_at_risk(column, rows, field.target, field.transform, measure.settings)
    field.profile = impact.statistics(proposal.profile, impact.amount_shares(column), personal=personal)
    field.samples = kept_samples.seal(measure.key, field.tenant_id, field.id, column, personal=personal)


def _rows_by_stream(context: Context, migration_id: str) -> Counter[str]:
    """Count the rows of each stream without those that the reader recognised as no data: the samples have none."""
    rows: Counter[str] = Counter()
    for stream in sources_views.streams(context, migration_id):
        rows[stream.name] += rows_of_data(stream.rows, stream.facts)
    return rows
