"""Shows the undecided fields that the same reasons speak for, so that they can be decided together."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from core.context import Context
from core.engine.mapping.review import PATTERNS, SUGGESTED, Facts, Pattern, is_asked, weights_of
from core.engine.mapping.tables import MappingField
from core.engine.mapping.views.fields import FieldFilter, FieldRow, field_rows
from core.platform.access.actions import view


@dataclass(frozen=True, slots=True)
class Group:
    """A pattern and the fields it fits, in the order of the file."""

    pattern: Pattern
    fields: tuple[FieldRow, ...]


@view("migration.read")
def patterns(context: Context, migration_id: str, *, entity: str | None = None) -> list[Group]:
    """Every pattern that some undecided field fits; with `entity` of fields that are suggested for it."""
    query = select(MappingField.id, MappingField.evidence, MappingField.profile["kind"].astext).where(
        MappingField.migration_id == migration_id, MappingField.status == SUGGESTED
    )
    profiles = {row[0]: (weights_of(row[1]), row[2] or "") for row in context.session.execute(query)}
    facts = [
        (field, Facts(field.target, field.origin, *profiles[field.id]))
        for field in field_rows(context, migration_id, FieldFilter(entity=entity, undecided=True))
        if not is_asked(field)
    ]
    groups = [
        Group(pattern, tuple(field for field, field_facts in facts if pattern.fits(field_facts)))
        for pattern in PATTERNS
    ]
    return [group for group in groups if group.fields]
