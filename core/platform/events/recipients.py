"""Find who is to be told: people by the role they hold at the tenant of the session."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Text, bindparam, exists, select, text
from sqlalchemy.dialects.postgresql import ARRAY

from core.db.session import TenantSession
from core.platform.events.tables import OutboxEvent

_IN_ROLES = text(
    "select person_id::text from people_reaching() where role = any(:roles) order by 1"
).bindparams(bindparam("roles", type_=ARRAY(Text)))


def people_in_roles(session: TenantSession, roles: Collection[str]) -> list[str]:
    """List the people (ids) who reach the session's tenant in one of these roles."""
    return list(session.scalars(_IN_ROLES, {"roles": list(roles)}))


def was_emitted(session: TenantSession, kind: str, since: datetime, **facts: str) -> bool:
    """Return whether an event of the kind with these facts was emitted in the session's tenant since then."""
    query = exists().where(
        OutboxEvent.kind == kind, OutboxEvent.created_at >= since, OutboxEvent.facts.contains(facts)
    )
    return bool(session.scalar(select(query)))
