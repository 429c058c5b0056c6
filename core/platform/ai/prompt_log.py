"""Log prompts and replies word for word.

Each in a transaction of its own: what was sent, and what was paid for, is logged also when the caller rolls back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import update

from core.context import Context
from core.db.session import TenantSession
from core.kit import clock
from core.platform.ai.tables import AiPrompt


def log_prompt(context: Context, call_id: str, messages: Sequence[Mapping[str, Any]]) -> None:
    """Log the messages of a call before they are sent."""
    with TenantSession(context.tenant.id, context.person, system=context.session.system) as session:
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


def log_reply(context: Context, call_id: str, reply: str) -> None:
    """Log the body of the reply beside the messages of its call."""
    with TenantSession(context.tenant.id, context.person, system=context.session.system) as session:
        session.execute(update(AiPrompt).where(AiPrompt.call_id == call_id).values(reply=reply))
        session.commit()
