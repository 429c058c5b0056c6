"""Keeps prompts and replies word for word, and checked answers for a day.

Each in a transaction of its own: what left the house, and what was paid for, stands also when the caller rolls back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from core.context import Context
from core.db.session import TenantSession
from core.kit import clock
from core.platform.ai.rules import Pick, Question, Request, key
from core.platform.ai.tables import AiAnswer, AiPrompt

LIFETIME = timedelta(hours=24)


def keep_prompt(context: Context, call_id: str, messages: Sequence[Mapping[str, Any]]) -> None:
    """What is about to be sent."""
    with TenantSession(context.tenant.id, context.person) as session:
        session.add(
            AiPrompt(
                tenant_id=context.tenant.id,
                call_id=call_id,
                messages=[dict(message) for message in messages],
                reply=None,
                created_at=clock.now(),
            )
        )
        session.commit()


def keep_reply(context: Context, call_id: str, reply: str) -> None:
    with TenantSession(context.tenant.id, context.person) as session:
        session.execute(update(AiPrompt).where(AiPrompt.call_id == call_id).values(reply=reply))
        session.commit()


def recall(context: Context, request: Request, questions: Sequence[Question], model: str) -> dict[str, Pick]:
    """Question id -> the model's answer to the same question within the last day."""
    keys = {question.id: key(request, question, model) for question in questions}
    query = select(AiAnswer.key, AiAnswer.answer).where(
        AiAnswer.key.in_(keys.values()), AiAnswer.expires_at > clock.now()
    )
    with TenantSession(context.tenant.id, context.person) as session:
        found = {row.key: Pick(**row.answer) for row in session.execute(query)}
    return {name: found[hashed] for name, hashed in keys.items() if hashed in found}


def remember(
    context: Context,
    request: Request,
    questions: Sequence[Question],
    model: str,
    picks: Mapping[str, Pick],
) -> None:
    """Keeps the picks for a day, and lets go of what is older."""
    now = clock.now()
    rows = {
        key(request, question, model): {
            "tenant_id": context.tenant.id,
            "model": model,
            "answer": asdict(picks[question.id]),
            "created_at": now,
            "expires_at": now + LIFETIME,
        }
        for question in questions
        if question.id in picks
    }
    if not rows:
        return
    fresh = insert(AiAnswer).values([{"key": name, **row} for name, row in sorted(rows.items())])
    anew = {name: fresh.excluded[name] for name in ("answer", "created_at", "expires_at")}
    with TenantSession(context.tenant.id, context.person) as session:
        session.execute(delete(AiAnswer).where(AiAnswer.expires_at <= now))
        session.execute(
            fresh.on_conflict_do_update(index_elements=[AiAnswer.tenant_id, AiAnswer.key], set_=anew)
        )
        session.commit()
