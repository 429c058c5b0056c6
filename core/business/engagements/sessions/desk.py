"""Open the transaction in which a session is booked, moved or cancelled: customer and operator, one after the other.

The customer is locked first, then the specialists: two people who book at once wait for each other, and the second one
sees what the first one took.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import select, text

from core.business.engagements.sessions.allowance import Meter, UsedTime, charges, included_minutes, meter
from core.business.engagements.sessions.customer_hours import customer_side
from core.business.engagements.sessions.rules import SessionState, check_free
from core.business.engagements.sessions.tables import GuidedSession
from core.business.engagements.tables import Engagement, TeamMember
from core.business.specialists.availability.intervals import Interval
from core.business.specialists.availability.reading import (
    BookableSpecialist,
    find_specialist,
    lock_specialist,
    specialist_side,
)
from core.business.specialists.availability.slots import obstacles
from core.business.specialists.tables import BusyTime
from core.context import Context
from core.db.session import TenantSession
from core.errors import ConflictError, NotFoundError
from core.kit.ids import is_id, new_id
from core.platform.access.customers.both import BothTenants, customer_and_operator

_LOCK = text("select pg_advisory_xact_lock(hashtextextended('guided sessions ' || :customer, 0))")


@dataclass(frozen=True, slots=True)
class Desk:
    """The open transaction, in the customer; `zone` is the customer's."""

    tenants: BothTenants
    zone: str

    @property
    def session(self) -> TenantSession:
        return self.tenants.session

    def specialist(self, specialist_id: str) -> BookableSpecialist:
        """Hold a specialist and return them."""
        with self.tenants.working_in_operator() as session:
            lock_specialist(session, specialist_id)
            return find_specialist(session, specialist_id)

    def check_free(self, specialist_id: str, slot: Interval, *, but_session: str | None = None) -> None:
        """Raise ConflictError unless specialist and customer are free at this time."""
        customer = customer_side(self.session, self.zone, slot, but_session=but_session)
        with self.tenants.working_in_operator() as session:
            specialist = specialist_side(session, specialist_id, slot, but_session=but_session)
        check_free(obstacles(specialist, customer, slot))

    def occupy(self, row: GuidedSession) -> None:
        """Write the time of a session into the specialist's calendar at the operator."""
        with self.tenants.working_in_operator() as session:
            busy = session.scalar(
                select(BusyTime).where(BusyTime.tenant_id == session.tenant, BusyTime.session_id == row.id)
            )
            if busy is None:
                busy = BusyTime(
                    tenant_id=session.tenant, id=new_id(), created_at=row.updated_at, session_id=row.id
                )
                session.add(busy)
            busy.specialist_id, busy.customer_id = row.specialist_id, self.tenants.customer
            busy.engagement_id, busy.kind = row.engagement_id, row.kind
            busy.starts_at, busy.ends_at, busy.updated_at = row.starts_at, row.ends_at, row.updated_at
            busy.cancelled_at = row.updated_at if row.state == SessionState.CANCELLED else None
            session.flush()


@contextmanager
def desk_of(context: Context) -> Iterator[Desk]:
    """Open the transaction in the context's customer, and hold the customer's calendar until it ends."""
    with customer_and_operator(context) as tenants:
        lock_customer(tenants.session)
        yield Desk(tenants, context.tenant.zone)


def lock_customer(session: TenantSession) -> None:
    """Hold the calendar of the session's customer until the transaction ends."""
    session.execute(_LOCK, {"customer": session.tenant})


def find_order(session: TenantSession, engagement_id: str) -> Engagement:
    """Return an order of the session's customer. NotFoundError for one of another."""
    query = select(Engagement).where(
        Engagement.tenant_id == session.tenant,
        Engagement.id == (engagement_id if is_id(engagement_id) else None),
    )
    order = session.scalar(query)
    if order is None:
        raise NotFoundError("There is no such order.", hint="Open the customer's orders.")
    return order


def find_session(session: TenantSession, session_id: str, *, lock: bool = False) -> GuidedSession:
    """Return a guided session of the session's customer. NotFoundError for one of another."""
    query = select(GuidedSession).where(
        GuidedSession.tenant_id == session.tenant,
        GuidedSession.id == (session_id if is_id(session_id) else None),
    )
    row = session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFoundError("There is no such session.", hint="Open the sessions of the order.")
    return row


def team_people(session: TenantSession, engagement_id: str, *, role: str = "") -> list[str]:
    """List the people (ids) of an order's team now, of a role or of all, who leads first."""
    query = (
        select(TeamMember.person_id)
        .where(
            TeamMember.tenant_id == session.tenant,
            TeamMember.engagement_id == engagement_id,
            TeamMember.ends_at.is_(None),
        )
        .order_by(TeamMember.role != "lead", TeamMember.starts_at, TeamMember.id)
    )
    if role:
        query = query.where(TeamMember.role == role)
    return list(dict.fromkeys(session.scalars(query)))


def check_in_team(session: TenantSession, engagement_id: str, specialist: BookableSpecialist) -> None:
    """Raise ConflictError unless the specialist is in the team of the order."""
    if specialist.person_id not in team_people(session, engagement_id):
        raise ConflictError(
            f"{specialist.name} is not in the team of this order.", hint="Assign them to the order first."
        )


def used_times(session: TenantSession, engagement_id: str) -> list[UsedTime]:
    """List the sessions of an order as the meter sees them."""
    return [
        UsedTime(
            row.id,
            SessionState(row.state),
            row.starts_at,
            int((row.ends_at - row.starts_at).total_seconds()) // 60,
            row.charged_minutes,
        )
        for row in _of_order(session, engagement_id)
    ]


def order_meter(session: TenantSession, order: Engagement) -> Meter:
    """Count what the sessions of an order use of its package's consultation."""
    return meter(used_times(session, order.id), _included(order), order.currency)


def settle_charges(session: TenantSession, order: Engagement) -> None:
    """Write what each booked session of an order will be charged, after one was booked, moved or cancelled."""
    session.flush()
    minutes = charges(used_times(session, order.id), _included(order))
    for row in _of_order(session, order.id):
        row.charged_minutes = minutes[row.id]
    session.flush()


def _included(order: Engagement) -> int | None:
    """Return the minutes that the package includes; sessions of a generated history are not counted."""
    return None if order.is_generated else included_minutes(order.domain, order.package)


def _of_order(session: TenantSession, engagement_id: str) -> Sequence[GuidedSession]:
    query = (
        select(GuidedSession)
        .where(GuidedSession.tenant_id == session.tenant, GuidedSession.engagement_id == engagement_id)
        .order_by(GuidedSession.starts_at, GuidedSession.id)
    )
    return session.scalars(query).all()
