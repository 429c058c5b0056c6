"""Cancel booked sessions in the open transaction of customer and operator: one of them, or all to come of an order that ends."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from core.business.engagements.sessions.announcing import announce
from core.business.engagements.sessions.desk import Desk, settle_charges
from core.business.engagements.sessions.minutes import encrypt_reason
from core.business.engagements.sessions.rules import SessionState
from core.business.engagements.sessions.tables import GuidedSession
from core.business.engagements.tables import Engagement
from core.platform.audit.writing import append_later


def cancel_booked(desk: Desk, order: Engagement, row: GuidedSession, reason: str, now: datetime) -> None:
    """Cancel a booked session: its time is free again, and everybody who was to come is told."""
    row.state, row.sequence, row.updated_at = SessionState.CANCELLED, row.sequence + 1, now
    row.reason = encrypt_reason(desk.session, row.id, reason)
    settle_charges(desk.session, order)
    desk.occupy(row)
    announce(desk.session, "session_cancelled", order, row, reason=reason)
    note_change(desk, "guided_session.cancel", row)


def cancel_sessions_to_come(desk: Desk, order: Engagement, reason: str, now: datetime) -> int:
    """Cancel the booked sessions of an order that have not begun; return how many. One that has can still be held."""
    query = select(GuidedSession).where(
        GuidedSession.tenant_id == desk.session.tenant,
        GuidedSession.engagement_id == order.id,
        GuidedSession.state == SessionState.BOOKED,
        GuidedSession.starts_at > now,
    )
    rows = desk.session.scalars(
        query.order_by(GuidedSession.starts_at, GuidedSession.id).with_for_update()
    ).all()
    for row in rows:
        cancel_booked(desk, order, row, reason, now)
    return len(rows)


def note_change(desk: Desk, name: str, row: GuidedSession) -> None:
    """Write the line of a change into the customer's audit log, in the same transaction."""
    facts: dict[str, object] = {
        "session": row.kind,
        "starts_at": row.starts_at.isoformat(),
        "sequence": row.sequence,
    }
    append_later(desk.session, name, "guided_session", row.id, reason=None, facts=facts)
