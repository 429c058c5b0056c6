"""Show the state of the models, and every prompt as it was sent with its reply."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from core.context import Context
from core.errors import NotFoundError
from core.kit import clock
from core.platform.access.actions import view
from core.platform.access.demo_outages import AI, CAUSES, outage_of
from core.platform.ai import breaker, wire
from core.platform.ai.actions import model_cascade
from core.platform.ai.tables import AiPrompt
from core.platform.costs.budget import limits
from core.platform.costs.tables import AiBudget, AiCall
from core.settings import settings

OFF, READY, DEGRADED, LIMIT = "off", "ready", "degraded", "limit"
_MIN_CALL_TOKENS = 2_000  # tokens; with fewer left nothing can be asked


@dataclass(frozen=True, slots=True)
class Status:
    """`state`: off, ready, degraded, limit. `reason` says it in a sentence; `since` where it began, if that is known."""

    state: str
    reason: str
    since: datetime | None
    provider: str
    models: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SentCall:
    """A call that was sent. Money is in micro-dollars."""

    call_id: str
    at: datetime
    operation: str
    provider: str
    model: str
    outcome: str
    detail: str
    tokens_in: int
    tokens_out: int
    cost_micro: int
    latency_ms: int | None


@dataclass(frozen=True, slots=True)
class Prompt:
    """The messages as they were sent, and the reply as it came; None where nothing came."""

    messages: list[dict[str, Any]]
    reply: str | None


@view("migration.read")
def status(context: Context, migration_id: str | None = None) -> Status:
    """Show the state of AI for this customer, and for one of its migrations where an id is passed."""
    models = model_cascade()
    if not models:
        return Status(OFF, wire.unusable(), None, "", ())
    provider = wire.provider()
    if broken_since := outage_of(context, AI):
        return Status(
            DEGRADED, f"{CAUSES[AI]} Rules, memory and statistics stand.", broken_since, provider, models
        )
    for limit in limits(context, migration_id, clock.now()):
        row = context.session.get(
            AiBudget, (context.tenant.id, limit.scope, limit.key), populate_existing=True
        )
        committed = row.used_tokens + row.reserved_tokens if row else 0
        if limit.tokens is not None and limit.tokens - committed < _MIN_CALL_TOKENS:
            owner = "this customer's month" if limit.frees_at else "this migration's package"
            return Status(LIMIT, f"The AI tokens of {owner} are used up.", None, provider, models)
    for model in models:
        if failure := breaker.last_failure(settings().ai_base_url, model):
            reason, since = failure
            return Status(DEGRADED, reason, since, provider, models)
    model = "demo model" if provider == wire.EMULATOR else f"{models[0]} at {provider}"
    return Status(READY, f"AI suggests mappings for uncertain fields ({model}).", None, provider, models)


@view("migration.read")
def prompts(context: Context, migration_id: str | None = None, limit: int = 200) -> list[SentCall]:
    """List the calls that were sent for a migration, or for all of them, the newest first."""
    query = (
        select(AiCall)
        .join(AiPrompt, (AiPrompt.tenant_id == AiCall.tenant_id) & (AiPrompt.call_id == AiCall.id))
        .order_by(AiCall.created_at.desc(), AiCall.id.desc())
        .limit(limit)
    )
    if migration_id is not None:
        query = query.where(AiCall.migration_id == migration_id)
    return [
        SentCall(
            call.id,
            call.created_at,
            call.operation,
            call.provider,
            call.model,
            call.outcome,
            call.detail,
            call.tokens_in,
            call.tokens_out,
            call.cost_micro,
            call.latency_ms,
        )
        for call in context.session.scalars(query)
    ]


@view("migration.read")
def prompt(context: Context, call_id: str) -> Prompt:
    """Show the messages and the reply of one call, word for word. NotFoundError where nothing was sent."""
    ai_prompt = context.session.get(AiPrompt, (context.tenant.id, call_id))
    if ai_prompt is None:
        raise NotFoundError("There is no such prompt here.", hint="Reload the page.")
    return Prompt(ai_prompt.messages, ai_prompt.reply)
