"""Writes audit lines."""

from __future__ import annotations

from core.context import Context
from core.kit.ids import new_id
from core.platform.audit.tables import AuditLine


def record(
    context: Context,
    action: str,
    object_type: str,
    object_id: str,
    *,
    reason: str | None = None,
    **facts: object,
) -> None:
    """Adds a line to the open transaction; it stands or falls with the change. No personal data in `facts`."""
    context.session.add(
        AuditLine(
            tenant_id=context.tenant.id,
            id=new_id(),
            created_at=context.now,
            person_id=context.person,
            role=context.role,
            action=action,
            object_type=object_type,
            object_id=object_id,
            reason=reason,
            facts=facts,
        )
    )
