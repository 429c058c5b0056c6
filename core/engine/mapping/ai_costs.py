"""What calls to a language model were good for: how many fields carry an answer, and how many people accepted."""

from __future__ import annotations

from sqlalchemy import func, select

from core.context import Context
from core.engine.mapping.tables import MappingField
from core.platform.access.actions import view
from core.platform.costs.spending import Answers


@view("migration.read")
def ai_answers(context: Context, migration_id: str | None = None) -> dict[str, Answers]:
    """Id of a call -> its answers, over all migrations or in one."""
    accepted = func.count().filter(MappingField.status == "accepted")
    query = (
        select(MappingField.ai_call_id, func.count(), accepted)
        .where(MappingField.ai_call_id.is_not(None))
        .group_by(MappingField.ai_call_id)
    )
    if migration_id is not None:
        query = query.where(MappingField.migration_id == migration_id)
    return {str(call): Answers(fields, count) for call, fields, count in context.session.execute(query)}
