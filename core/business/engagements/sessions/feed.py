"""Write the calendar of a specialist, found by its token: their sessions of all customers, for a calendar program."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, text

from core.business.engagements.sessions.agenda import from_json, plain_text
from core.business.engagements.sessions.announcing import summary
from core.business.engagements.sessions.rules import SessionState
from core.business.engagements.sessions.tables import GuidedSession
from core.business.specialists.tables import BusyTime
from core.db.session import TenantSession
from core.kit import clock
from core.platform.access.tables import TenantRecord
from core.platform.delivery.calendars import CalendarEntry, feed
from core.platform.signin.tokens import token_hash

PAST, AHEAD = timedelta(days=90), timedelta(days=365)

_FIND = text(
    "select tenant_id::text as operator, id::text as id, person_id::text as person from specialist_of_feed(:digest)"
)
_REACHES = text("select exists (select from people_reaching() where person_id::text = :person)")


def calendar_of(token: str) -> bytes | None:
    """Write the calendar that a token opens; None for one that opens nothing.

    Of a customer whom the specialist does not reach any more, the calendar says only that they were busy.
    """
    with TenantSession("", "", system=True) as session:
        row = session.execute(_FIND, {"digest": token_hash(token)}).first()
    if row is None:
        return None
    now = clock.now()
    with TenantSession(row.operator, row.person, system=True) as session:
        query = (
            select(BusyTime)
            .where(
                BusyTime.tenant_id == row.operator,
                BusyTime.specialist_id == row.id,
                BusyTime.starts_at > now - PAST,
                BusyTime.starts_at < now + AHEAD,
            )
            .order_by(BusyTime.customer_id, BusyTime.starts_at)
        )
        times = session.scalars(query).all()
        entries: list[CalendarEntry] = []
        for customer in dict.fromkeys(time.customer_id for time in times):
            of_customer = [time for time in times if time.customer_id == customer]
            with session.working_in(customer):
                entries += _entries(session, of_customer, row.person)
    return feed(sorted(entries, key=lambda entry: (entry.starts_at, entry.uid)), "Guided sessions")


def _entries(session: TenantSession, times: list[BusyTime], person: str) -> list[CalendarEntry]:
    """Write the entries of one customer, in its tenant."""
    if not session.scalar(_REACHES, {"person": person}):
        return [_busy(time) for time in times if time.cancelled_at is None]
    customer = session.scalars(select(TenantRecord.name).where(TenantRecord.id == session.tenant)).one()
    query = select(GuidedSession).where(
        GuidedSession.tenant_id == session.tenant,
        GuidedSession.id.in_([time.session_id for time in times]),
    )
    return [
        CalendarEntry(
            row.uid,
            row.sequence,
            row.starts_at,
            row.ends_at,
            row.specialist_zone,
            summary(row.kind, customer),
            plain_text(from_json(row.agenda)),
            row.updated_at,
            is_cancelled=row.state == SessionState.CANCELLED,
        )
        for row in session.scalars(query)
    ]


def _busy(time: BusyTime) -> CalendarEntry:
    return CalendarEntry(
        f"{time.session_id}@guided-sessions.auraconnect",
        0,
        time.starts_at,
        time.ends_at,
        "UTC",
        "Guided session",
        "",
        time.updated_at,
    )
