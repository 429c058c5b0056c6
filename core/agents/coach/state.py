"""The coach's health with that of its dependencies, and its use of AI, equal to the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select

from core.context import Context
from core.kit.wording import counted
from core.platform.access.actions import view
from core.platform.ai import views as ai
from core.platform.ai.tables import AiAnswer
from core.platform.costs.spending import Part, parts, total
from core.platform.costs.views import ledger


@dataclass(frozen=True, slots=True)
class Dependency:
    """`state`: healthy, or what it is instead: off, degraded, limit; `message` is a sentence."""

    state: str
    message: str


@dataclass(frozen=True, slots=True)
class Health:
    """`status`: healthy, or degraded while no model can be asked; the coach works in both."""

    agent_name: str
    status: str
    dependencies: Mapping[str, Dependency]
    timestamp: datetime


@dataclass(frozen=True, slots=True)
class TokenUsage:
    """The use of AI. `cost_usd` has six places, exactly the ledger's micro-dollars; groups are by stored names."""

    tokens_in: int
    tokens_out: int
    cost_usd: Decimal
    calls: int
    by_operation: Mapping[str, Part]
    by_model: Mapping[str, Part]

    @property
    def tokens(self) -> int:
        return self.tokens_in + self.tokens_out


@view("migration.read")
def health(context: Context, agent_name: str) -> Health:
    status = ai.status(context)
    ready = status.state == ai.READY
    unexpired = select(func.count()).select_from(AiAnswer).where(AiAnswer.expires_at > context.now)
    answers = context.session.scalar(unexpired) or 0
    return Health(
        agent_name,
        "healthy" if ready else "degraded",
        {
            "ai_provider": Dependency("healthy" if ready else status.state, status.reason),
            "answer_cache": Dependency("healthy", f"{counted(answers, 'answer')} of the last day kept."),
        },
        context.now,
    )


@view("migration.read")
def token_usage(context: Context, migration_id: str | None = None) -> TokenUsage:
    """Sum the use of AI for one migration, or for all of the customer's."""
    calls = ledger(context, migration_id=migration_id)
    used = total(calls)
    return TokenUsage(
        used.tokens_in,
        used.tokens_out,
        usd(used.cost_micro),
        used.calls,
        {str(name): part for name, part in parts(calls, "operation").items()},
        {str(name): part for name, part in parts(calls, "model").items()},
    )


def usd(cost_micro: int) -> Decimal:
    """Convert micro-dollars to dollars with six places, without rounding."""
    return Decimal(cost_micro).scaleb(-6)
