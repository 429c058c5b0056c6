"""Show the audit log."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from core.context import Context
from core.platform.audit.tables import AuditLine


def audit_lines(
    context: Context, *, object_type: str | None = None, object_id: str | None = None, limit: int = 200
) -> Sequence[AuditLine]:
    """List the newest lines first."""
    query = select(AuditLine).order_by(AuditLine.created_at.desc(), AuditLine.id.desc()).limit(limit)
    if object_type:
        query = query.where(AuditLine.object_type == object_type)
    if object_id:
        query = query.where(AuditLine.object_id == object_id)
    return context.session.scalars(query).all()
