"""Show the team of an order and the candidates for it; in a Context of the customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, text

from core.business.engagements.tables import Engagement, EngagementEvent, TeamMember
from core.business.engagements.team.members import (
    LEAD,
    REFERRAL_EVENT,
    RESERVE,
    REVIEWER,
    WITH_TEAM,
    active_members,
    state_refusal,
)
from core.business.engagements.team.ranking import Candidate, Demand, rank
from core.business.engagements.team.reading import demand_of, go_live_of, profiles, staff_facts
from core.business.engagements.team.workload import workload
from core.business.specialists.tables import Partner
from core.context import Context
from core.db.session import TenantSession
from core.errors import NotFoundError
from core.platform.access.actions import view
from core.platform.access.customers.actions import require_operator
from core.platform.access.customers.both import customer_and_operator
from core.platform.access.tables import Person

_WITHOUT_LEAD = text(
    """select engagement_id::text, number, customer, slug, state, coalesce(go_live_promised_on, go_live_on)
    from portfolio_order where lead_id is null and state = any(:states) and is_demo = :is_demo
    order by 6 nulls last, number, 1"""
)


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an order's team; `reasons` are those of the assignment, () for who does not assign."""

    id: str
    engagement_id: str
    person_id: str
    name: str
    role: str
    starts_at: datetime
    ends_at: datetime | None
    ended_reason: str | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Candidates:
    """The candidates for an order, the best first; `lead_id`, `reviewer_id` and `reserve_id` are people in its team now."""

    engagement_id: str
    number: str
    customer: str
    state: str
    demand: Demand
    today: date
    candidates: Sequence[Candidate]
    lead_id: str | None
    reserve_id: str | None
    reviewer_id: str | None

    @property
    def refusal(self) -> str:
        """Why nobody can be assigned in the order's state, with what to do; '' where somebody can."""
        refusal = state_refusal(self.state)
        return f"{refusal.message} {refusal.hint}" if refusal else ""


@dataclass(frozen=True, slots=True)
class OrderWithoutLead:
    """An order of a customer (slug) that has a team to be and no lead yet."""

    engagement_id: str
    number: str
    customer: str
    slug: str
    state: str
    go_live_on: date | None


@dataclass(frozen=True, slots=True)
class Referral:
    """The partner (id) that brought an order, None for nobody; `choices` maps active partners to their names."""

    partner_id: str | None
    choices: Mapping[str, str]


@view("order.read")
def team_of(context: Context, engagement_id: str) -> list[Member]:
    """List the members of an order's team: lead and reserve first, then those that are over, the newest first."""
    query = (
        select(TeamMember, Person.name)
        .outerjoin(Person, Person.id == TeamMember.person_id)
        .where(TeamMember.tenant_id == context.tenant.id, TeamMember.engagement_id == engagement_id)
        .order_by(TeamMember.starts_at.desc(), TeamMember.id)
    )
    explains = context.may("order.assign")
    members = [
        Member(
            row.id,
            row.engagement_id,
            row.person_id,
            name or "A former colleague",
            row.role,
            row.starts_at,
            row.ends_at,
            row.ended_reason if explains else None,
            tuple(row.reasons) if explains else (),
        )
        for row, name in context.session.execute(query)
    ]
    return sorted(members, key=lambda member: (member.ends_at is not None, member.role != LEAD))


@view("order.assign")
def candidates(context: Context, engagement_id: str) -> Candidates:
    """Compare every specialist with an order, the best first. NotFoundError for an order of another customer."""
    with customer_and_operator(context) as desk:
        session = desk.session
        query = select(Engagement).where(
            Engagement.tenant_id == session.tenant, Engagement.id == engagement_id
        )
        order = session.scalar(query)
        if order is None:
            raise NotFoundError("There is no such order.", hint="Open the customer's orders.")
        staff = staff_facts(desk, context.now, horizon(session, order, context.now))
        demand, today = demand_of(session, order), context.today
        ranked = rank(demand, profiles(desk, order, staff, context.now), today)
        team = {member.role: member.person_id for member in active_members(session, engagement_id)}
        return Candidates(
            order.id,
            order.number,
            context.tenant.name,
            order.state,
            demand,
            today,
            ranked,
            team.get(LEAD),
            team.get(RESERVE),
            team.get(REVIEWER),
        )


def horizon(session: TenantSession, order: Engagement, now: datetime) -> datetime:
    """Return until when candidates' times matter: the weeks of the load, or the day after go-live."""
    weeks = now + timedelta(weeks=workload().comparison.load_weeks)
    go_live = go_live_of(session, order)
    if go_live is None:
        return weeks
    return max(weeks, now + timedelta(days=(go_live - now.date()).days + 2))


@view("order.assign")
def orders_without_lead(context: Context) -> list[OrderWithoutLead]:
    """List the orders of all customers that need a lead, the nearest go-live first; in a Context of the operator."""
    require_operator(context)
    rows = context.session.execute(
        _WITHOUT_LEAD, {"states": sorted(WITH_TEAM), "is_demo": context.tenant.is_demo}
    )
    return [OrderWithoutLead(*row) for row in rows]


@view("partner.edit")
def referral_of(context: Context, engagement_id: str) -> Referral:
    """Return which partner brought an order, and which could have."""
    query = (
        select(EngagementEvent.details)
        .where(
            EngagementEvent.tenant_id == context.tenant.id,
            EngagementEvent.engagement_id == engagement_id,
            EngagementEvent.kind == REFERRAL_EVENT,
        )
        .order_by(EngagementEvent.created_at.desc(), EngagementEvent.id.desc())
        .limit(1)
    )
    details = context.session.scalar(query) or {}
    with customer_and_operator(context) as desk, desk.working_in_operator() as session:
        active = select(Partner.id, Partner.name).where(Partner.tenant_id == desk.operator, Partner.is_active)
        choices = {row.id: row.name for row in session.execute(active.order_by(Partner.name))}
    return Referral(details.get("partner"), choices)
