"""Tell people of a session: an event with what its calendar file needs, to the specialist and the customer's contacts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from core.business.engagements.sessions.agenda import from_json, plain_text
from core.business.engagements.sessions.kinds import session_kind
from core.business.engagements.sessions.minutes import decrypt_reason, encrypt_reason
from core.business.engagements.sessions.rules import both_times
from core.business.engagements.sessions.tables import GuidedSession
from core.business.engagements.tables import Engagement, EngagementEvent
from core.business.specialists.availability.intervals import Interval
from core.db.session import TenantSession
from core.kit.ids import new_id
from core.platform.access.rules import CUSTOMER
from core.platform.access.tables import TenantRecord
from core.platform.events.actions import emit
from core.platform.events.recipients import people_in_roles

REASON = "encrypted_reason"
"""Detail of an entry of the history: why a session was moved or cancelled, in hexadecimal."""


def reason_of(session: TenantSession, entry: EngagementEvent) -> str | None:
    """Return the reason of an entry of an order's history, in a session of the customer's; None for none."""
    encrypted = entry.details.get(REASON)
    return decrypt_reason(session, entry.id, bytes.fromhex(encrypted)) if encrypted else entry.reason


def summary(kind: str, customer: str) -> str:
    """Name a session in a calendar: 'Discovery session: Bella Vista'."""
    return f"{session_kind(kind).title} session: {customer}"


def when(row: GuidedSession) -> str:
    """Write the time of a session by the clocks of both sides."""
    return both_times(Interval(row.starts_at, row.ends_at), row.zone, row.specialist_zone)


def announce(
    session: TenantSession,
    kind: str,
    order: Engagement,
    row: GuidedSession,
    *,
    reason: str = "",
    former: Sequence[str] = (),
    **facts: str,
) -> None:
    """Emit an event about a session in the customer's open transaction, and write it into the order's history.

    `former` are people (ids) who had the session before. The reason stands in the history alone, encrypted.
    """
    customer = session.scalars(select(TenantRecord.name).where(TenantRecord.id == session.tenant)).one()
    people = [row.specialist_person_id, *former, *people_in_roles(session, [CUSTOMER])]
    details: dict[str, Any] = {
        "session": session_kind(row.kind).title,
        "order": order.number,
        "when": when(row),
        "session_id": row.id,
        "engagement_id": order.id,
        "uid": row.uid,
        "starts_at": row.starts_at.isoformat(),
        "ends_at": row.ends_at.isoformat(),
        "zone": row.zone,
        "summary": summary(row.kind, customer),
        "agenda": plain_text(from_json(row.agenda)),
    }
    emit(session, kind, to=people, sequence=row.sequence, **(details | facts))
    note_history(session, kind, order, row, reason)


def note_history(
    session: TenantSession, kind: str, order: Engagement, row: GuidedSession, reason: str = ""
) -> None:
    """Add what happened to a session to the history of its order."""
    entry_id = new_id()
    details = {"session_id": row.id, "session": row.kind, "starts_at": row.starts_at.isoformat()}
    if reason:
        details[REASON] = encrypt_reason(session, entry_id, reason).hex()
    session.add(
        EngagementEvent(
            tenant_id=session.tenant,
            id=entry_id,
            created_at=row.updated_at,
            engagement_id=order.id,
            kind=kind,
            from_state=order.state,
            to_state=order.state,
            reason=None,
            person_id=session.person or None,
            details=details,
        )
    )
    session.flush()
