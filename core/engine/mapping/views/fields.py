"""Shows the fields of a mapping: whole, or as the light rows that lists of thousands are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

import polars as pl
from sqlalchemy import ColumnElement, select

from core.context import Context
from core.db.keys import tenant_key
from core.engine.batch import ROW
from core.engine.mapping import impact, samples
from core.engine.mapping.bands import band as band_of
from core.engine.mapping.review import SUGGESTED, expected_loss, is_asked
from core.engine.mapping.tables import MappingField
from core.engine.sources import store
from core.engine.sources import views as sources
from core.engine.sources.tables import SourceStream
from core.errors import NotFoundError
from core.kit.masking import is_personal, mask
from core.platform.access.actions import view
from core.platform.audit.actions import note_reading
from core.schema import target_title

F = TypeVar("F", "FieldRow", MappingField)


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A mapping field without its evidence, alternatives, statistics and samples; columns as in MappingField."""

    id: str
    stream: str
    source_field: str
    slot: int
    position: int
    target: str | None
    transform: str | None
    suggested_target: str | None
    confidence: float | None
    status: str
    version: int
    origin: str
    rows: int
    money: Decimal
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None
    second_by: str | None
    question: str

    @property
    def band(self) -> str:
        return band_of(self.confidence).name

    @property
    def loss(self) -> Decimal:
        return expected_loss(self.confidence, self.rows, self.money)


@dataclass(frozen=True, slots=True)
class FieldDetail(FieldRow):
    """A mapping field with its migration, evidence, alternatives and second approval; columns as in MappingField."""

    migration_id: str
    evidence: list[dict[str, Any]]
    alternatives: list[dict[str, Any]]
    second_at: datetime | None


_COLUMNS = [getattr(MappingField, field.name) for field in fields(FieldRow)]
_DETAIL_COLUMNS = [getattr(MappingField, field.name) for field in fields(FieldDetail)]


@dataclass(frozen=True, slots=True)
class FieldFilter:
    """Which fields of a mapping are shown; each condition narrows the choice.

    stream     name of a table
    bands      names of BANDS; empty for all
    entity     of the present target
    undecided  only fields that nobody has decided
    unasked    without those that wait for an answer to their question
    search     a part of table, column, target or its title, in any case
    """

    stream: str | None = None
    bands: frozenset[str] = frozenset()
    entity: str | None = None
    undecided: bool = False
    search: str = ""
    unasked: bool = False

    def fits(self, field: FieldRow | MappingField) -> bool:
        return (
            (not self.bands or band_of(field.confidence).name in self.bands)
            and (self.entity is None or (field.target or "").partition(".")[0] == self.entity)
            and self.search.casefold() in _searched(field).casefold()
            and not (self.unasked and is_asked(field))
        )

    def conditions(self, migration_id: str) -> list[ColumnElement[bool]]:
        """Return the conditions that the database checks."""
        return _conditions(migration_id, self.stream, undecided=self.undecided)


ALL_FIELDS, UNDECIDED = FieldFilter(), FieldFilter(undecided=True)


@view("migration.read")
def mapping_fields(
    context: Context, migration_id: str, field_filter: FieldFilter = ALL_FIELDS
) -> list[MappingField]:
    """Return the fields that fit the filter, of the streams there are, in the order of streams and columns."""
    query = select(MappingField).where(*field_filter.conditions(migration_id))
    fields = in_order(context, migration_id, context.session.scalars(query).all())
    return [field for field in fields if field_filter.fits(field)]


@view("migration.read")
def field_rows(context: Context, migration_id: str, field_filter: FieldFilter = ALL_FIELDS) -> list[FieldRow]:
    """As mapping_fields, in a fraction of the time: only what a list shows."""
    rows = rows_where(context, migration_id, *field_filter.conditions(migration_id))
    return [row for row in rows if field_filter.fits(row)]


def rows_where(context: Context, migration_id: str, *conditions: ColumnElement[bool]) -> list[FieldRow]:
    """Return the rows of a migration that fit the conditions, in their order."""
    query = select(*_COLUMNS).where(MappingField.migration_id == migration_id, *conditions)
    return in_order(context, migration_id, [FieldRow(*row) for row in context.session.execute(query)])


@view("migration.read")
def mapping_field(context: Context, field_id: str) -> FieldDetail:
    """Return a field by its id; NotFoundError where it is gone, or not of this tenant."""
    row = context.session.execute(select(*_DETAIL_COLUMNS).where(MappingField.id == field_id)).first()
    if row is None:
        raise NotFoundError("This field is not part of the mapping any more.", hint="Reload the page.")
    return FieldDetail(*row)


@view("migration.read")
def samples_for(
    context: Context, migration_id: str, *, stream: str | None = None
) -> dict[tuple[str, str], list[str]]:
    """Up to three different values by (stream, source field); people's own are masked without personal.read."""
    return _samples(context, migration_id, _conditions(migration_id, stream))


@view("migration.read")
def field_samples(context: Context, field_id: str) -> list[str]:
    """As samples_for, of one field."""
    field = mapping_field(context, field_id)
    texts_by_field = _samples(context, field.migration_id, [MappingField.id == field_id])
    return texts_by_field.get((field.stream, field.source_field), [])


def _samples(
    context: Context, migration_id: str, conditions: Sequence[ColumnElement[bool]]
) -> dict[tuple[str, str], list[str]]:
    query = select(
        MappingField.id,
        MappingField.stream,
        MappingField.source_field,
        MappingField.target,
        MappingField.samples,
    ).where(*conditions)
    sealing_key, masked = tenant_key(context.session), not context.may("personal.read")
    texts_by_field: dict[tuple[str, str], list[str]] = {}
    unkept: set[tuple[str, str]] = set()
    entities: set[str] = set()
    for row in context.session.execute(query):
        key = (row.stream, row.source_field)
        if row.target and is_about_people(row.target):
            entities.add(row.target.partition(".")[0])
        if row.samples is None:
            unkept.add(key)
        elif key not in texts_by_field or is_about_people(row.target):
            texts_by_field[key] = samples.unseal(
                sealing_key,
                context.tenant.id,
                row.id,
                row.samples,
                masked=masked,
                personal=is_about_people(row.target),
            )
    if texts_by_field and not masked and (people := sorted(entities)):
        note_reading(context, "migration", migration_id, data=", ".join(people), purpose="samples of fields")
    return texts_by_field | _from_streams(context, migration_id, unkept)


def is_about_people(target: str | None) -> bool:
    """Whether the values of a target 'entity.field' are people's own."""
    return target is not None and is_personal(*target.split(".", 1))


def _from_streams(
    context: Context, migration_id: str, field_keys: set[tuple[str, str]]
) -> dict[tuple[str, str], list[str]]:
    """For fields of earlier versions, which have no samples of their own."""
    texts_by_field: dict[tuple[str, str], list[str]] = {}
    for stream in sources.streams(context, migration_id) if field_keys else ():
        names = [name for name in stream.columns if (stream.name, name) in field_keys]
        rows = (
            store.decrypt_frame(context, stream.sample, f"source_stream|{stream.id}")
            if names
            else pl.DataFrame()
        )
        for name in (name for name in names if name in rows.columns and name != ROW):
            values = rows[name].drop_nulls().unique(maintain_order=True).head(samples.SAMPLES).to_list()
            if sources.looks_personal(rows[name], stream.entity) and not context.may("personal.read"):
                values = [mask(value) for value in values]
            texts_by_field.setdefault((stream.name, name), values)
    return texts_by_field


def _conditions(
    migration_id: str, stream: str | None, *, undecided: bool = False
) -> list[ColumnElement[bool]]:
    conditions = [MappingField.migration_id == migration_id]
    if stream is not None:
        conditions.append(MappingField.stream == stream)
    if undecided:
        conditions.append(MappingField.status == SUGGESTED)
    return conditions


def _searched(field: FieldRow | MappingField) -> str:
    title = target_title(field.target) if field.target else ""
    return f"{field.stream} {field.source_field} {field.target or ''} {title}"


def in_order(context: Context, migration_id: str, fields: Sequence[F]) -> list[F]:
    """Fields whose column is still there, by stream and place; those of removed files wait until they come back."""
    columns = existing_columns(context, migration_id)
    stream_order = {name: number for number, name in enumerate(columns)}
    present = [field for field in fields if field.source_field in columns.get(field.stream, set())]
    return sorted(present, key=lambda field: (stream_order[field.stream], field.position, field.slot))


def existing_columns(context: Context, migration_id: str) -> dict[str, set[str]]:
    """Stream name -> its columns over all files, in the order the streams were read."""
    columns: dict[str, set[str]] = {}
    query = select(SourceStream.name, SourceStream.columns).where(SourceStream.migration_id == migration_id)
    for row in context.session.execute(query.order_by(SourceStream.created_at, SourceStream.id)):
        columns.setdefault(row.name, set()).update(row.columns)
    return columns


def raw_samples(context: Context, ids: Sequence[str]) -> dict[str, list[str]]:
    """Field id -> its samples as they stand, to be counted and never shown; fields without samples are left out."""
    query = select(MappingField.id, MappingField.samples).where(
        MappingField.id.in_(ids), MappingField.samples.is_not(None)
    )
    key = tenant_key(context.session)
    values = {
        row.id: samples.unseal(key, context.tenant.id, row.id, row.samples, masked=False, personal=False)
        for row in context.session.execute(query)
    }
    return {field_id: texts for field_id, texts in values.items() if texts}


def amount_shares(context: Context, ids: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Field id -> as impact.amount_shares, over the rows that the field was judged by.

    Of fields of earlier versions, which have no such statistics, over their samples.
    """
    query = select(
        MappingField.id, MappingField.profile["amounts"].as_float(), MappingField.profile["exact"].as_float()
    ).where(MappingField.id.in_(ids))
    shares = {row[0]: (row[1], row[2]) for row in context.session.execute(query)}
    stored = {field_id: pair for field_id, pair in shares.items() if None not in pair}
    earlier = raw_samples(context, [field_id for field_id in shares if field_id not in stored])
    return stored | {
        field_id: impact.amount_shares(pl.Series(texts, dtype=pl.String))
        for field_id, texts in earlier.items()
    }
