"""Shows how far the review of a mapping is; counted by the database, because every screen of the journey asks."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import ceil

from sqlalchemy import ColumnElement, case, false, func, select

from core.context import Context
from core.engine.mapping.bands import AMBER, AMBER_FROM, BANDS, GREEN, GREEN_ABOVE, NO_BAND, RED
from core.engine.mapping.review import SUGGESTED, is_consent
from core.engine.mapping.tables import MappingField
from core.engine.sources.tables import SourceStream
from core.platform.access.actions import view
from core.schema import target_schema


@dataclass(frozen=True, slots=True)
class StreamProgress:
    name: str
    total: int
    reviewed: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a review is.

    by_band       fields nobody has decided yet, by band; in_band: all
    asked         of the undecided, those that wait for an answer to their question, by band
    minutes_left  what reviewing the undecided takes
    """

    total: int
    reviewed: int
    by_band: dict[str, int]
    in_band: dict[str, int]
    minutes_left: int
    streams: tuple[StreamProgress, ...]
    asked: dict[str, int]

    @property
    def acceptable(self) -> int:
        """Count the high-confidence suggestions that can be accepted together."""
        return self.by_band[GREEN.name] - self.asked[GREEN.name]


def asked_column() -> ColumnElement[bool]:
    """Return the SQL expression of whether a field waits for an answer, as review.is_asked decides it."""
    entities = [entity for domain in target_schema().domains.values() for entity in domain.values()]
    consents = [
        target.key for entity in entities for target in entity.fields.values() if is_consent(target.key)
    ]
    is_open = MappingField.status == SUGGESTED
    return is_open & ((MappingField.question != "") | MappingField.target.in_(consents))


def band_column() -> ColumnElement[str]:
    """Return the SQL expression of the band of a field's confidence, as bands.band decides it."""
    confidence = MappingField.confidence
    return case(
        (confidence.is_(None), NO_BAND.name),
        (confidence > GREEN_ABOVE, GREEN.name),
        (confidence >= AMBER_FROM, AMBER.name),
        else_=RED.name,
    )


@view("migration.read")
def progress(context: Context, migration_id: str) -> Progress:
    """How far the review is. Streams in the order they were read."""
    columns = (
        select(
            SourceStream.name,
            func.jsonb_array_elements_text(SourceStream.columns).label("column"),
            func.min(SourceStream.created_at).over(partition_by=SourceStream.name).label("since"),
        )
        .where(SourceStream.migration_id == migration_id)
        .distinct()
        .cte("there")
    )
    band = band_column()
    open_ = MappingField.status == SUGGESTED
    asked = func.coalesce(asked_column(), false())
    columns_counted = (
        MappingField.stream,
        band.label("band"),
        open_.label("open"),
        asked.label("asked"),
        func.count().label("count"),
    )
    query = (
        select(*columns_counted)
        .join(
            columns,
            (columns.c.name == MappingField.stream) & (columns.c.column == MappingField.source_field),
        )
        .where(MappingField.migration_id == migration_id)
        .group_by(MappingField.stream, band, open_, asked)
        .order_by(func.min(columns.c.since), MappingField.stream)
    )
    totals, reviewed, remaining, banded, waiting = (Counter[str]() for _ in range(5))
    for stream, name, undecided, is_asked, count in context.session.execute(query):
        totals[stream] += count
        reviewed[stream] += 0 if undecided else count
        remaining[name] += count if undecided else 0
        banded[name] += count
        waiting[name] += count if is_asked else 0
    seconds = sum(BANDS[name].seconds * count for name, count in remaining.items())
    return Progress(
        totals.total(),
        reviewed.total(),
        {name: remaining[name] for name in BANDS},
        {name: banded[name] for name in BANDS},
        ceil(seconds / 60),
        tuple(StreamProgress(name, totals[name], reviewed[name]) for name in totals),
        {name: waiting[name] for name in BANDS},
    )
