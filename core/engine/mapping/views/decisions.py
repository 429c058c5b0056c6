"""Shows what people decided: every decision, where they overruled the suggestion, and the mapping to take along."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from core.context import Context
from core.engine.mapping.review import SUGGESTED
from core.engine.mapping.tables import MappingDecision, MappingField
from core.engine.mapping.views.fields import field_rows
from core.platform.access.actions import view
from core.platform.access.tables import Person


@dataclass(frozen=True, slots=True)
class Override:
    """A field that a person decided otherwise than suggested; `chosen` is None where it was left out.

    `confidence` is the suggestion's at the time, `by` the name of who decided, `second` of who confirmed it.
    """

    stream: str
    source_field: str
    suggested: str | None
    chosen: str | None
    transform: str | None
    confidence: float | None
    rows: int
    by: str
    at: datetime | None
    reason: str
    second: str


@view("migration.read")
def decisions(context: Context, migration_id: str, *, field_id: str | None = None) -> list[MappingDecision]:
    """Every decision, the newest first; with `field_id` those about one field."""
    query = select(MappingDecision).where(MappingDecision.migration_id == migration_id)
    if field_id is not None:
        query = query.where(MappingDecision.field_id == field_id)
    return list(
        context.session.scalars(query.order_by(MappingDecision.created_at.desc(), MappingDecision.id.desc()))
    )


@view("migration.read")
def fields_of_batch(context: Context, batch: str) -> list[str]:
    """Ids of the fields that a batch decided."""
    return list(
        context.session.scalars(select(MappingDecision.field_id).where(MappingDecision.batch == batch))
    )


@view("migration.read")
def overrides(context: Context, migration_id: str) -> list[Override]:
    """Where people decided otherwise than suggested, the surest suggestions first: those teach most."""
    edited = [
        field
        for field in field_rows(context, migration_id)
        if field.status != SUGGESTED and (field.status == "edited" or field.target != field.suggested_target)
    ]
    names = person_names(
        context, {person_id for field in edited for person_id in (field.decided_by, field.second_by)}
    )
    return [
        Override(
            field.stream,
            field.source_field,
            field.suggested_target,
            field.target,
            field.transform,
            field.confidence,
            field.rows,
            names.get(field.decided_by, ""),
            field.decided_at,
            field.reason or "",
            names.get(field.second_by, ""),
        )
        for field in sorted(edited, key=lambda field: -(field.confidence or 0))
    ]


@view("migration.read")
def person_names(context: Context, ids: set[str | None]) -> dict[str | None, str]:
    """Id -> name of those who decided; the directory of our own people is open to all of them."""
    query = select(Person.id, Person.name).where(Person.id.in_(ids - {None}))
    return {row.id: row.name for row in context.session.execute(query)}


@view("migration.read")
def looked_at(context: Context, migration_id: str) -> frozenset[str]:
    """Return the ids of the fields that stand as a person decided who looked at exactly them, not at many at once."""
    newest = (
        select(MappingDecision.field_id)
        .join(
            MappingField,
            (MappingField.id == MappingDecision.field_id) & (MappingField.version == MappingDecision.version),
        )
        .where(MappingDecision.migration_id == migration_id, MappingDecision.looked)
    )
    return frozenset(context.session.scalars(newest))
