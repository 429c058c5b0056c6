"""Cache checked answers for a day, per tenant, by question, prompt version and model.

Each access is a transaction of its own: an answer that was paid for is cached also when the caller rolls back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from core.context import Context
from core.db.session import TenantSession
from core.kit import clock
from core.platform.ai.rules import Choice, Question, Request, cache_key
from core.platform.ai.tables import AiAnswer

CACHE_TTL = timedelta(hours=24)


def get(context: Context, request: Request, questions: Sequence[Question], model: str) -> dict[str, Choice]:
    """Get the model's answers of the last day to the same questions: question id -> choice."""
    keys = {question.id: cache_key(request, question, model) for question in questions}
    query = select(AiAnswer.key, AiAnswer.answer).where(
        AiAnswer.key.in_(keys.values()), AiAnswer.expires_at > clock.now()
    )
    with TenantSession(context.tenant.id, context.person, system=context.session.system) as session:
        cached = {row.key: Choice(**row.answer) for row in session.execute(query)}
    return {question_id: cached[key] for question_id, key in keys.items() if key in cached}


def store(
    context: Context,
    request: Request,
    questions: Sequence[Question],
    model: str,
    choices: Mapping[str, Choice],
) -> None:
    """Cache the choices (by question id) for a day, and delete the tenant's expired ones."""
    now = clock.now()
    rows = {
        cache_key(request, question, model): {
            "tenant_id": context.tenant.id,
            "model": model,
            "answer": asdict(choices[question.id]),
            "created_at": now,
            "expires_at": now + CACHE_TTL,
        }
        for question in questions
        if question.id in choices
    }
    if not rows:
        return
    statement = insert(AiAnswer).values([{"key": key, **row} for key, row in sorted(rows.items())])
    replaced = {name: statement.excluded[name] for name in ("answer", "created_at", "expires_at")}
    with TenantSession(context.tenant.id, context.person, system=context.session.system) as session:
        session.execute(delete(AiAnswer).where(AiAnswer.expires_at <= now))
        session.execute(
            statement.on_conflict_do_update(index_elements=[AiAnswer.tenant_id, AiAnswer.key], set_=replaced)
        )
        session.commit()
