"""Read which steps of the training a specialist did."""

from __future__ import annotations

from sqlalchemy import select

from core.business.specialists.tables import TrainingStep
from core.db.session import TenantSession


def steps_done(session: TenantSession, specialist_id: str) -> set[str]:
    """Return the keys of the steps that a specialist of the session's tenant did."""
    query = select(TrainingStep.step).where(
        TrainingStep.tenant_id == session.tenant,
        TrainingStep.specialist_id == specialist_id,
        TrainingStep.done_at.is_not(None),
    )
    return set(session.scalars(query))
