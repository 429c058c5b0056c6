"""Shows which fields wait for a second person before an import."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select

from core.context import Context
from core.engine.mapping.bands import AMBER_FROM
from core.engine.mapping.review import EXPOSURE, needs_second, risk
from core.engine.mapping.tables import MappingDecision, MappingField
from core.engine.mapping.views.fields import FieldRow, rows_where
from core.engine.sources import views as sources
from core.platform.access.actions import view
from core.schema import target_schema

EXPOSURE_SETTING = "second_person_from"
RULE = "rule"
"""Stands in a decision's `after` where a threshold for all fields decided, and not a person about this one."""


@view("migration.read")
def exposure(context: Context, migration_id: str) -> Decimal:
    """Return the money a price or tax column may touch before it takes two people, in the tenant's currency."""
    amount = sources.migration(context, migration_id).settings.get(EXPOSURE_SETTING)
    return Decimal(amount) if amount is not None else EXPOSURE


@view("migration.read")
def awaiting_second(
    context: Context, migration_id: str, *, accept_above: float = AMBER_FROM
) -> list[FieldRow]:
    """Fields that need a second person (core.engine.mapping.review.needs_second) and have none yet.

    `accept_above`: from which confidence on suggestions nobody decided would be imported.
    """
    risky = [field.key for field in target_schema().fields(context.tenant.domain) if risk(field.key)]
    fields = rows_where(
        context, migration_id, MappingField.target.in_(risky), MappingField.second_by.is_(None)
    )
    limit = exposure(context, migration_id)
    pending_fields = [field for field in fields if needs_second(field, limit, accept_above=accept_above)]
    if not any(field.status == "accepted" for field in pending_fields):
        return pending_fields
    query = (
        select(MappingField.id)
        .join(MappingDecision, MappingDecision.field_id == MappingField.id)
        .where(
            MappingField.migration_id == migration_id,
            MappingDecision.version == MappingField.version,
            MappingDecision.after.has_key(RULE),
        )
    )
    by_rule = set(context.session.scalars(query))
    return [
        field
        for field in pending_fields
        if needs_second(field, limit, by_rule=field.id in by_rule, accept_above=accept_above)
    ]
