"""Read what the candidates of an order are compared by: certificates, hours, sessions, absences, orders led and completed.

In the open transaction of the program over customer and operator.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping, select, text

from core.business.catalog.packages import catalogs
from core.business.engagements.rules import FINAL, OrderState
from core.business.engagements.sessions.tables import CustomerHours
from core.business.engagements.tables import Engagement, Milestone
from core.business.engagements.team.certificates import HeldCertificate, needs_of
from core.business.engagements.team.effort import planned_hours
from core.business.engagements.team.members import COMPLETED
from core.business.engagements.team.ranking import Demand, Profile
from core.business.engagements.team.workload import effort_of, workload
from core.business.specialists.tables import Absence, BusyTime, Certificate, Partner, Specialist
from core.business.specialists.utilisation.hours import (
    DEFAULT_HOURS,
    Span,
    daily_overlap,
    hours_in,
    shared,
    shifts,
    without,
)
from core.db.session import TenantSession
from core.platform.access.customers.both import BothTenants
from core.platform.access.customers.rules import ASSIGNED_ROLES
from core.platform.access.tables import Membership, Person, TenantRecord

_TEAMS = text(
    """select engagement_id, person_id, state, domain, package, source, go_live_on, ends_at, ended_reason
    from portfolio_team where role = 'lead' and is_demo = :is_demo"""
)
_IDLE = FINAL | {OrderState.ON_HOLD}
"""States of orders that nobody works on."""


@dataclass(frozen=True, slots=True)
class StaffFacts:
    """A specialist of the operator with what an assignment needs besides: who the person is, and of which partner."""

    specialist: Specialist
    name: str
    is_assigned: bool
    partner: str = ""
    certificates: list[HeldCertificate] = field(default_factory=list)
    absences: list[Span] = field(default_factory=list)
    sessions: list[Span] = field(default_factory=list)


def go_live_of(session: TenantSession, order: Engagement) -> date | None:
    """Return the promised day of an order's go-live, in the session's customer."""
    query = select(Milestone.promised_on).where(
        Milestone.tenant_id == order.tenant_id,
        Milestone.engagement_id == order.id,
        Milestone.key == "go_live",
    )
    return session.scalar(query) or order.go_live_on


def demand_of(session: TenantSession, order: Engagement) -> Demand:
    """Return what an order asks of its lead, in the session's customer."""
    offers = catalogs().get(order.domain)
    source = offers.sources.get(order.source or "") if offers else None
    needs = needs_of(order.domain, order.package, [order.source] if order.source else [])
    return Demand(needs, source.title if source else "", go_live_of(session, order))


def staff_facts(desk: BothTenants, now: datetime, until: datetime) -> list[StaffFacts]:
    """Read the operator's specialists who are active people, with what they hold and do until a moment."""
    with desk.working_in_operator() as session:
        query = (
            select(Specialist, Person.name, Membership.role, Partner.name)
            .join(Person, Person.id == Specialist.person_id)
            .join(
                Membership,
                (Membership.person_id == Specialist.person_id)
                & (Membership.tenant_id == Specialist.tenant_id),
            )
            .outerjoin(
                Partner, (Partner.id == Specialist.partner_id) & (Partner.tenant_id == Specialist.tenant_id)
            )
            .where(
                Specialist.tenant_id == desk.operator,
                Person.active,
                Partner.id.is_(None) | Partner.is_active,
            )
            .order_by(Person.name, Specialist.id)
        )
        people = {
            specialist.id: StaffFacts(specialist, name, role in ASSIGNED_ROLES, partner or "")
            for specialist, name, role, partner in session.execute(query)
        }
        _add_certificates(session, desk.operator, people)
        for table, spans in ((Absence, "absences"), (BusyTime, "sessions")):
            times = select(table.specialist_id, table.starts_at, table.ends_at).where(
                table.tenant_id == desk.operator,
                table.cancelled_at.is_(None),
                table.ends_at > now,
                table.starts_at < until,
            )
            for specialist_id, starts_at, ends_at in session.execute(times):
                if specialist_id in people:
                    getattr(people[specialist_id], spans).append((starts_at, ends_at))
    return list(people.values())


def _add_certificates(session: TenantSession, operator: str, people: Mapping[str, StaffFacts]) -> None:
    query = select(
        Certificate.specialist_id,
        Certificate.speciality,
        Certificate.level,
        Certificate.issued_on,
        Certificate.expires_on,
    ).where(Certificate.tenant_id == operator, Certificate.revoked_at.is_(None))
    for specialist_id, speciality, level, issued_on, expires_on in session.execute(query):
        if specialist_id in people:
            held = HeldCertificate(speciality, level, issued_on, expires_on)
            people[specialist_id].certificates.append(held)


def profiles(
    desk: BothTenants, order: Engagement, staff: Sequence[StaffFacts], now: datetime
) -> list[Profile]:
    """Gather the profiles of specialists for an order, in the program's transaction."""
    session = desk.session
    customer = session.get_one(TenantRecord, desk.customer)
    go_live = go_live_of(session, order)
    hours = session.scalar(
        select(CustomerHours.hours)
        .where(CustomerHours.tenant_id == desk.customer)
        .order_by(CustomerHours.created_at.desc(), CustomerHours.id.desc())
        .limit(1)
    )
    led: dict[str, list[RowMapping]] = defaultdict(list)
    for row in session.execute(_TEAMS, {"is_demo": customer.is_demo}).mappings():
        led[str(row["person_id"])].append(row)
    return [
        _profile(person, order, go_live, now, led[person.specialist.person_id], hours, customer.zone)
        for person in staff
    ]


def _profile(
    person: StaffFacts,
    order: Engagement,
    go_live: date | None,
    now: datetime,
    led: Sequence[RowMapping],
    customer_hours: Mapping[str, Any] | None,
    customer_zone: str,
) -> Profile:
    specialist = person.specialist
    weeks = workload().comparison.load_weeks
    today = now.astimezone(ZoneInfo(specialist.zone)).date()
    period: Span = (now, now + timedelta(weeks=weeks))
    working = shared(
        shifts(specialist.hours, specialist.zone, today, today + timedelta(weeks=weeks)), [period]
    )
    sessions = hours_in(shared(person.sessions, [period]))
    planned = sum((_planned(row, order, today, weeks) for row in led), Decimal(0))
    return Profile(
        specialist_id=specialist.id,
        person_id=specialist.person_id,
        name=person.name,
        certificates=person.certificates,
        overlap=daily_overlap(
            specialist.hours,
            specialist.zone,
            customer_hours or DEFAULT_HOURS,
            customer_zone,
            max(go_live or today, today),
        ),
        busy_hours=sessions + planned,
        open_hours=hours_in(without(working, person.absences)),
        past_orders=len({row["engagement_id"] for row in led if _is_past(row, order)}),
        away=_away(person, go_live),
        ended_on=specialist.ended_on,
        partner=person.partner,
    )


def _planned(row: RowMapping, order: Engagement, today: date, weeks: int) -> Decimal:
    """Return the hours that an order which the person leads takes; none of the order that is asked for itself."""
    if row["ends_at"] is not None or row["state"] in _IDLE or str(row["engagement_id"]) == order.id:
        return Decimal(0)
    return planned_hours(effort_of(row["domain"], row["package"]), row["go_live_on"], today, weeks)


def _is_past(row: RowMapping, order: Engagement) -> bool:
    is_alike = row["domain"] == order.domain and (order.source is None or row["source"] == order.source)
    return is_alike and row["state"] == OrderState.COMPLETED and row["ended_reason"] in {None, COMPLETED}


def _away(person: StaffFacts, go_live: date | None) -> date | None:
    """Return the first day of an absence in which go-live falls."""
    if go_live is None:
        return None
    zone = ZoneInfo(person.specialist.zone)
    for starts_at, ends_at in sorted(person.absences):
        first = starts_at.astimezone(zone).date()
        last = (ends_at - timedelta(microseconds=1)).astimezone(zone).date()
        if first <= go_live <= last:
            return first
    return None
