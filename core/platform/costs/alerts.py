"""Warn that a limit is near, or that an hour used more than it should: in the audit log and the log.

A limit that is near is announced to the managers as well.

Asked after every booking, under the lock of the month's row, so that each crossing is told once.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sqlalchemy import func, select

from core.context import Context
from core.platform.audit.actions import record
from core.platform.costs.rules import is_near
from core.platform.costs.tables import AiCall
from core.platform.events.actions import emit
from core.platform.events.recipients import people_in_roles
from core.settings import settings

HOUR = timedelta(hours=1)
_log = logging.getLogger("aura.costs")


def warn(context: Context, scope: str, key: str, limit: int | None, *, used: int, more: int) -> None:
    """Warn where the last booking, of `more` tokens, brought a limit near, or the hour above its alert."""
    if is_near(used, limit) and not is_near(used - more, limit):
        record(context, "ai.limit_near", scope, key, used=used, limit=limit)
        _log.warning("AI tokens near their limit: %s %s, %d of %s", scope, key, used, limit)
        _announce(context, scope, used, limit or 0)
    alert = settings().ai_hour_alert_tokens
    if scope == "month" and (hour := hour_tokens(context, context.now)) > alert >= hour - more:
        record(context, "ai.hour_alert", scope, key, used=hour, limit=alert)
        _log.warning("AI tokens of one hour above the alert: %d of %d", hour, alert)


def _announce(context: Context, scope: str, used: int, limit: int) -> None:
    budget = "this month" if scope == "month" else "a migration's package"
    percent = used * 100 // limit if limit else 100
    managers = people_in_roles(context.session, ["manager"])
    emit(context, "budget_near_limit", to=managers, budget=budget, percent=percent, limit=limit)


def hour_tokens(context: Context, until: datetime) -> int:
    """Count the tokens of calls begun in the hour before a moment."""
    used = func.coalesce(func.sum(AiCall.tokens_in + AiCall.tokens_out), 0)
    query = select(used).where(AiCall.created_at > until - HOUR, AiCall.created_at <= until)
    return int(context.session.scalar(query) or 0)
