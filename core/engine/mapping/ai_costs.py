"""What calls to a language model were good for: answers, how many were accepted, and what the next ones will take."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.expression import literal

from core.context import Context
from core.engine.mapping.ai_review.rules import AI
from core.engine.mapping.bands import GREEN_ABOVE
from core.engine.mapping.review import SUGGESTED
from core.engine.mapping.tables import MappingField
from core.platform.access.actions import view
from core.platform.costs.rules import RESERVED
from core.platform.costs.spending import FIELD_MAPPING, Answers, Experience
from core.platform.costs.tables import AiCall
from core.platform.costs.views import Forecast, forecast


def _is_answered() -> ColumnElement[bool]:
    """Tell whether a model has answered about the field, whether the answer was applied or not."""
    return MappingField.evidence.contains(literal([{"feature": AI}], JSONB))


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


@view("migration.read")
def experience(context: Context) -> Experience:
    """Of all migrations whose mapping, as it is now suggested, carries answers: the fields, and what they took."""
    latest = (
        select(
            MappingField.migration_id,
            func.count().label("fields"),
            func.min(MappingField.created_at).label("since"),
        )
        .where(_is_answered())
        .group_by(MappingField.migration_id)
        .subquery()
    )
    tokens = (
        select(func.coalesce(func.sum(AiCall.tokens_in + AiCall.tokens_out), 0))
        .where(AiCall.migration_id == latest.c.migration_id, AiCall.created_at >= latest.c.since)
        .where(AiCall.operation == FIELD_MAPPING, AiCall.outcome != RESERVED)
        .scalar_subquery()
    )
    rows = context.session.execute(select(latest.c.fields, tokens)).all()
    return Experience(sum(fields for fields, _ in rows), sum(int(took) for _, took in rows))


@view("migration.read")
def ahead(context: Context, migration_id: str) -> Forecast:
    """Estimate the cost of asking about all fields of the migration that are undecided, not sure, and not answered yet."""
    unsure = (
        select(func.count())
        .where(MappingField.migration_id == migration_id, MappingField.status == SUGGESTED, ~_is_answered())
        .where(or_(MappingField.confidence.is_(None), MappingField.confidence <= GREEN_ABOVE))
        .where(or_(MappingField.target.is_not(None), func.jsonb_array_length(MappingField.alternatives) > 0))
    )
    return forecast(context, migration_id, context.session.scalar(unsure) or 0, experience(context))
