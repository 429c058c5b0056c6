"""Write and end memberships of an order's team and the access that goes with them, in an open transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import func, select

from core.business.engagements.rules import AT_WORK, STATES, OrderState
from core.business.engagements.tables import Engagement, EngagementEvent, TeamMember
from core.db.session import TenantSession
from core.errors import ConflictError, NotFoundError
from core.kit.ids import new_id
from core.platform.access.customers.actions import hold_assignments
from core.platform.access.tables import Assignment
from core.platform.audit.writing import append_later

LEAD, REVIEWER, RESERVE = "lead", "reviewer", "reserve"
ROLE_NAMES: Mapping[str, str] = {LEAD: "Lead", REVIEWER: "Reviewer", RESERVE: "Reserve"}
"""Role in a team -> its name on screens."""
COMPLETED = "completed"
"""Why a membership ended whose order is completed."""
REFERRAL_EVENT = "referral"
"""The kind of an order's history entries about who brought it; `details` tells partner and percent, None for nobody."""
TEAM_EVENT = "team"
"""The kind of an order's history entries about its team; `details` tells change, role, person and, where one was, replaced."""
WITH_TEAM = AT_WORK | {OrderState.APPROVED, OrderState.ON_HOLD}
"""States of orders that have a team."""


def open_order(session: TenantSession, engagement_id: str) -> Engagement:
    """Return an order of the session's customer, locked. NotFoundError without it, ConflictError where it has no team."""
    query = select(Engagement).where(Engagement.tenant_id == session.tenant, Engagement.id == engagement_id)
    order = session.scalar(query.with_for_update())
    if order is None:
        raise NotFoundError("There is no such order.", hint="Open the customer's orders.")
    if refusal := state_refusal(order.state):
        raise refusal
    return order


def state_refusal(state: str) -> ConflictError | None:
    """Word why the team of an order in this state does not change; None where it may."""
    if state == OrderState.PENDING:
        return ConflictError(
            "This order waits for approval.", hint="Approve it, then assign its team.", state=state
        )
    if state not in WITH_TEAM:
        return ConflictError(
            f"This order is {STATES[state].lower()}.", hint="Its team does not change any more.", state=state
        )
    return None


def active_members(session: TenantSession, engagement_id: str, role: str = "") -> list[TeamMember]:
    """List the members of an order's team, of a role or of all, in the session's customer."""
    query = select(TeamMember).where(
        TeamMember.tenant_id == session.tenant,
        TeamMember.engagement_id == engagement_id,
        TeamMember.ends_at.is_(None),
    )
    if role:
        query = query.where(TeamMember.role == role)
    return list(session.scalars(query.order_by(TeamMember.starts_at, TeamMember.id)))


@dataclass(frozen=True, slots=True)
class Seat:
    """A place in a team. `has_access`: an assignment to the customer begins with it; `share_percent` is the partner's."""

    person_id: str
    role: str
    reasons: Sequence[str]
    has_access: bool
    partner_id: str | None = None
    share_percent: Decimal | None = None


def add_member(session: TenantSession, order: Engagement, seat: Seat, now: datetime) -> TeamMember:
    """Add a person to an order's team from now on."""
    member = TeamMember(
        tenant_id=session.tenant,
        id=new_id(),
        created_at=now,
        engagement_id=order.id,
        person_id=seat.person_id,
        role=seat.role,
        assignment_id=_give_access(session, seat.person_id, now) if seat.has_access else None,
        starts_at=now,
        ends_at=None,
        ended_reason=None,
        assigned_by=session.person or None,
        reasons=list(seat.reasons),
        partner_id=seat.partner_id,
        share_percent=seat.share_percent,
    )
    session.add(member)
    session.flush()
    return member


def end_membership(session: TenantSession, member: TeamMember, at: datetime, reason: str) -> None:
    """End a membership at a moment, and the access with it unless the person is in another team of the customer."""
    member.ends_at, member.ended_reason = max(at, member.starts_at), reason
    session.flush()
    if member.assignment_id is None:
        return
    hold_assignments(session, session.tenant, member.person_id)
    other_teams = select(TeamMember.id).where(
        TeamMember.tenant_id == session.tenant,
        TeamMember.assignment_id == member.assignment_id,
        TeamMember.ends_at.is_(None),
    )
    if session.scalar(other_teams.limit(1)) is None:
        _end_access(session, member, at)


def end_team(session: TenantSession, engagement_id: str, at: datetime, reason: str = COMPLETED) -> int:
    """End the whole team of an order and its access to the customer; return how many people were in it.

    Call it in the transaction that completes or cancels the order. Access lasts until that transaction is over, so that
    a specialist who completes an order can write what belongs to it.
    """
    members = active_members(session, engagement_id)
    for member in members:
        end_membership(session, member, at, reason)
        note_change(session, engagement_id, at, "ended", member, reason=reason)
    return len(members)


def note_change(
    session: TenantSession,
    engagement_id: str,
    at: datetime,
    change: str,
    member: TeamMember,
    *,
    replaced: str | None = None,
    reason: str | None = None,
) -> None:
    """Write a change of the team ('assigned', 'took_over', 'ended') into the order's history and the audit log."""
    details: dict[str, object] = {"change": change, "role": member.role, "person": member.person_id}
    if replaced:
        details["replaced"] = replaced
    session.add(
        EngagementEvent(
            tenant_id=session.tenant,
            id=new_id(),
            created_at=at,
            engagement_id=engagement_id,
            kind=TEAM_EVENT,
            from_state=None,
            to_state=None,
            reason=reason,
            person_id=session.person or None,
            details=details,
        )
    )
    verb = "order.release" if change == "ended" else "order.assign"
    facts: dict[str, object] = {"role": member.role, "assigned": member.person_id, "replaced": replaced}
    append_later(session, verb, "engagement", engagement_id, reason=reason, facts=facts)


def _give_access(session: TenantSession, person_id: str, now: datetime) -> str:
    """Return the assignment (id) that gives a person access from now on: one that lasts or is to come, or a new one."""
    hold_assignments(session, session.tenant, person_id)
    query = select(Assignment).where(
        Assignment.tenant_id == session.tenant,
        Assignment.person_id == person_id,
        Assignment.ends_at.is_(None) | (Assignment.ends_at > func.greatest(now, Assignment.starts_at)),
    )
    existing = list(session.scalars(query.order_by(Assignment.starts_at)))
    if existing:
        first, *later = existing
        for assignment in later:
            assignment.ends_at = assignment.starts_at
        first.starts_at, first.ends_at = min(first.starts_at, now), None
        session.flush()
        return first.id
    assignment = Assignment(
        tenant_id=session.tenant,
        id=new_id(),
        created_at=now,
        person_id=person_id,
        starts_at=now,
        ends_at=None,
    )
    session.add(assignment)
    facts: dict[str, object] = {"assigned": person_id, "from": now.isoformat(), "until": None}
    append_later(session, "assignment.create", "tenant", session.tenant, reason=None, facts=facts)
    session.flush()
    return assignment.id


def _end_access(session: TenantSession, member: TeamMember, at: datetime) -> None:
    assignment = session.get_one(Assignment, (session.tenant, member.assignment_id), with_for_update=True)
    # The person who works may end their own access: the rest of the transaction still needs it.
    this_transaction = session.scalar(select(func.now())) or at
    ends_at = max(at, assignment.starts_at, this_transaction + timedelta(microseconds=1))
    if assignment.ends_at is not None and assignment.ends_at <= ends_at:
        return
    assignment.ends_at = ends_at
    session.flush()
    facts: dict[str, object] = {"assigned": member.person_id, "until": assignment.ends_at.isoformat()}
    append_later(session, "assignment.end", "tenant", session.tenant, reason=None, facts=facts)
