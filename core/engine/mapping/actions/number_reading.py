"""Gives a decision on a field of numbers the reading its column needs, where the person chose a target and file_ids none"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl
from sqlalchemy import select

from core.context import Context
from core.engine.mapping import views
from core.engine.mapping.numbers.readings import NumberField, Reading, readings
from core.engine.mapping.tables import MappingField
from core.engine.sources import store
from core.engine.sources.facts.columns import ColumnFacts, merge_facts
from core.engine.sources.tables import SourceStream
from core.engine.transforms.number_readings import READERS, has_reading
from core.errors import InvalidInputError
from core.kit.number_forms import FormCounts
from core.schema import target_schema


@dataclass(frozen=True, slots=True)
class Choice:
    """A target and a transform that a person chooses for a field."""

    target: str | None
    transform: str | None


def read_as_written(context: Context, field: MappingField, choice: Choice) -> str | None:
    """Return the transform of a chosen target, with the reading that the column's numbers need.

    A field that is taken as it stands keeps its transform, and so does one whose transform names a reading, which for
    numbers with a decimal point is money(), number() or percent(). Raises InvalidInputError with the question that only
    a person can answer, by naming a reading.
    """
    kind = target_schema().field(choice.target).kind if choice.target else ""
    is_same = (choice.target, choice.transform or None) == (field.target, field.transform)
    if kind not in READERS or is_same or has_reading(choice.transform):
        return choice.transform
    streams = _streams(context, field)
    mine = [
        stream for stream in streams if stream.name == field.stream and field.source_field in stream.columns
    ]
    if not mine:  # its file is not there at present
        return choice.transform
    reading = _reading(context, field, choice, mine, streams)
    if reading.question:
        raise InvalidInputError(
            f"{field.source_field}: {reading.question}",
            hint="Choose the target again with a transform that says how its numbers are read.",
            field=field.source_field,
        )
    return reading.transform


def _reading(
    context: Context,
    field: MappingField,
    choice: Choice,
    mine: Sequence[SourceStream],
    streams: Sequence[SourceStream],
) -> Reading:
    samples = [
        store.decrypt_frame(context, stream.sample, f"source_stream|{stream.id}", [field.source_field])
        for stream in mine
    ]
    texts = pl.concat([sample[field.source_field] for sample in samples])
    first = NumberField(field.source_field, choice.target, choice.transform, texts, _counts(field, streams))
    fields = views.mapping_fields(context, field.migration_id)
    neighbours = [
        NumberField(
            neighbour.source_field,
            neighbour.target,
            neighbour.transform,
            texts.clear(),
            _counts(neighbour, streams),
        )
        for neighbour in fields
        if neighbour.target and neighbour.id != field.id
    ]
    return readings([first, *neighbours], views.import_settings(context, field.migration_id))[0]


def _streams(context: Context, field: MappingField) -> Sequence[SourceStream]:
    """Return the streams of the files that have the field's stream."""
    file_ids = select(SourceStream.file_id).where(
        SourceStream.migration_id == field.migration_id, SourceStream.name == field.stream
    )
    query = select(SourceStream).where(
        SourceStream.migration_id == field.migration_id, SourceStream.file_id.in_(file_ids)
    )
    return context.session.scalars(query).all()


def _counts(field: MappingField, streams: Sequence[SourceStream]) -> FormCounts:
    facts = [
        {field.source_field: ColumnFacts.from_json(stream.facts[field.source_field])}
        for stream in streams
        if stream.name == field.stream and field.source_field in stream.facts
    ]
    return merge_facts(facts)[field.source_field].numbers if facts else FormCounts()
