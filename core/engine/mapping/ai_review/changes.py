"""Writes the outcome of an answer into its field: target, confidence, evidence, and what a new target needs besides.

A new target needs its own transform, and the unit of its money is proved anew from the file's amounts, as for every
suggestion. A target that a surer column of the same table holds is not given away.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal

import polars as pl

from core.context import Context
from core.engine.mapping import impact, views
from core.engine.mapping.ai_review import rules
from core.engine.mapping.ambiguity.resolve import resolve_alone
from core.engine.mapping.amounts import PLANNED, with_readings, with_units
from core.engine.mapping.proposal import Proposal, StreamSample
from core.engine.mapping.proposals import transform_for
from core.engine.mapping.tables import MappingField
from core.engine.plan import ImportSettings
from core.engine.sources import views as sources_views
from core.engine.sources.profile import profile_frame
from core.engine.sources.tables import SourceStream
from core.schema import target_schema

_CHUNKS = 5  # of a stream's rows, to prove units by


@dataclass(frozen=True, slots=True)
class Change:
    """A locked field, how it stood, and what an answer makes of it; without an outcome, the `reason` why."""

    field: MappingField
    snapshot: rules.FieldSnapshot
    outcome: rules.Outcome | None
    call_id: str | None
    reason: str


def apply_changes(context: Context, migration_id: str, changes: Sequence[Change]) -> int:
    """Write all changes; return how many fields have another target now."""
    held = _held(context, migration_id, changes)
    moved: list[MappingField] = []
    confirmed: list[MappingField] = []
    for change in sorted(
        changes, key=lambda change: -((change.outcome and change.outcome.confidence) or 0.0)
    ):
        field, outcome = change.field, change.outcome
        if outcome is None:
            _add(field, rules.unanswered(change.reason))
            continue
        key = (field.stream, outcome.target)
        if outcome.target != field.target and key in held:
            _add(field, rules.held_by_another(outcome))
            continue
        if outcome.target and not target_schema().field(outcome.target).is_list:
            held.add(key)
        if outcome.target != field.target:
            moved.append(field)
        elif outcome.target and (field.confidence or 0.0) < PLANNED <= (outcome.confidence or 0.0):
            confirmed.append(field)
        _write(change, outcome)
    _equip(context, migration_id, [*moved, *confirmed])
    context.session.flush()
    return len(moved)


def _held(context: Context, migration_id: str, changes: Sequence[Change]) -> set[tuple[str, str | None]]:
    """(stream, target) of single-valued targets that columns hold which no answer may move."""
    open_ = {change.field.id for change in changes if change.outcome and change.outcome.is_model_choice}
    return {
        (field.stream, field.target)
        for field in views.mapping_fields(context, migration_id)
        if field.id not in open_ and field.target and not target_schema().field(field.target).is_list
    }


def _write(change: Change, outcome: rules.Outcome) -> None:
    field = change.field
    if outcome.target != field.target:
        field.evidence, field.question = [], ""  # spoke of another target
        field.transform = None
    field.target = outcome.target
    field.confidence = outcome.confidence
    alternatives = {
        target: sure for target, sure in change.snapshot.confidences.items() if target != outcome.target
    }
    field.alternatives = [
        {"target": target, "confidence": alternatives[target]}
        for target in sorted(
            alternatives, key=lambda target: (target != change.snapshot.target, -alternatives[target])
        )
    ]
    if outcome.is_model_choice:
        field.suggested_target, field.origin, field.ai_call_id = outcome.target, rules.AI, change.call_id
    _add(field, outcome.evidence)


def _add(field: MappingField, reason: dict[str, object]) -> None:
    """Put a reason in front; remove one about an earlier failure."""
    field.evidence = [reason, *(item for item in field.evidence if item["feature"] != rules.UNANSWERED)]


def _equip(context: Context, migration_id: str, moved: Sequence[MappingField]) -> None:
    """Give fields with a new target, or one that is now sure enough to be planned, the transform, the unit and the stakes that go with it."""
    for field in moved:
        field.money = Decimal(0)
    mine = {(field.stream, field.source_field): field for field in moved if field.target}
    if not mine:
        return
    settings = views.import_settings(context, migration_id)
    fields = views.mapping_fields(context, migration_id)
    around = views.planned_links([field for field in fields if field not in moved], PLANNED)
    for members in _files(context, migration_id, {field.stream for field in mine.values()}):
        columns = {sample.name: sample.rows for sample in members}
        proposals = [
            _proposal(field, columns[field.stream], settings)
            for field in mine.values()
            if field.stream in columns
        ]
        proposals = with_readings(proposals, members, settings)
        for with_unit in with_units(proposals, members, settings, around):
            field, column = (
                mine[with_unit.stream, with_unit.source],
                columns[with_unit.stream][with_unit.source],
            )
            field.transform, field.question = with_unit.transform, with_unit.question
            field.evidence = [*field.evidence, *(asdict(reason) for reason in with_unit.evidence)]
            rows = round(field.rows / with_unit.profile.fill) if with_unit.profile.fill else 0
            field.money = impact.amount_at_risk(column, rows, with_unit.target, with_unit.transform, settings)


def _proposal(field: MappingField, rows: pl.DataFrame, settings: ImportSettings) -> Proposal:
    [profile] = profile_frame(field.stream, rows.select(field.source_field))
    key = (field.stream, field.source_field, field.slot, field.position)
    transform = transform_for(profile, field.target)
    chosen = Proposal(*key, field.target, transform, field.confidence, (), (), profile, rules.AI)
    return resolve_alone(chosen, rows[field.source_field], settings)


def _files(context: Context, migration_id: str, touched: Collection[str]) -> Iterator[list[StreamSample]]:
    """Return the streams of each file that has one of `touched`: their amounts have one unit."""
    entities = views.stream_entities(context, migration_id)
    streams_by_name: dict[str, list[SourceStream]] = defaultdict(list)
    for stream in sources_views.streams(context, migration_id):
        streams_by_name[stream.name].append(stream)
    for file in dict.fromkeys(
        streams[0].file_id for name, streams in streams_by_name.items() if name in touched
    ):
        yield [
            StreamSample(name, entities[name], views.stream_rows(context, streams, chunks=_CHUNKS), file=file)
            for name, streams in streams_by_name.items()
            if streams[0].file_id == file
        ]
