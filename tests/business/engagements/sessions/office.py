"""An order with a specialist in its team, for tests of guided sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import text

from core.business.engagements.create import create_engagement
from core.business.engagements.tables import TeamMember
from core.business.specialists.tables import Absence, Specialist
from core.context import Context
from core.db.session import TenantSession
from core.kit import clock
from core.kit.ids import new_id
from tests.business.engagements.test_create import details
from tests.operators import operator

WEEK = ("mon", "tue", "wed", "thu", "fri")
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)  # a Monday
MORNING = datetime(2026, 6, 3, 14, tzinfo=UTC)  # Wednesday, 10:00 in New York


@dataclass(frozen=True)
class Office:
    """Ids of an order and of a specialist in its team."""

    order: str
    specialist: str


def add_specialist(
    person: str,
    *,
    zone: str = "America/New_York",
    hours: dict[str, list[list[str]]] | None = None,
    is_demo: bool = False,
) -> str:
    """Add a person to the operator's roster; the id of the specialist, which stays the same for a person."""
    tenant, _ = operator(is_demo=is_demo)
    week = hours or {day: [["08:00", "18:00"]] for day in WEEK}
    with TenantSession(tenant, person, system=True) as session:
        specialist = session.scalar(
            text("select id::text from specialist where person_id = :it"), {"it": person}
        )
        if specialist is not None:
            session.execute(
                text("update specialist set zone = :zone, ended_on = null where person_id = :it"),
                {"zone": zone, "it": person},
            )
            session.execute(text("update busy_time set cancelled_at = now()"))
            session.execute(text("update absence set cancelled_at = now()"))
            session.commit()
            return str(specialist)
        row = Specialist(
            tenant_id=tenant,
            id=new_id(),
            created_at=clock.now(),
            person_id=person,
            initials="SP",
            zone=zone,
            languages=["en"],
            skills=[],
            hours=week,
            weekly_hours=Decimal(40),
            started_on=date(2026, 1, 5),
            version=1,
            updated_at=clock.now(),
        )
        session.add(row)
        session.commit()
        return row.id


def add_absence(person: str, specialist: str, start: datetime, days: int) -> None:
    """Enter a leave of so many days."""
    tenant, _ = operator()
    with TenantSession(tenant, person, system=True) as session:
        session.add(
            Absence(
                tenant_id=tenant,
                id=new_id(),
                created_at=start,
                specialist_id=specialist,
                kind="leave",
                starts_at=start,
                ends_at=start + timedelta(days=days),
                person_id=person,
            )
        )
        session.commit()


def add_order(context: Context, *, package: str = "professional", state: str = "in_progress") -> str:
    """Add an order of the context's customer in a state; the id."""
    order = create_engagement(context.session, details(Decimal(500), Decimal(1500), plan="split"))
    context.session.execute(
        text("update engagement set state = :state, package = :package where id = :order"),
        {"state": state, "package": package, "order": order},
    )
    context.session.commit()
    return order


def join_team(context: Context, order: str, person: str, role: str = "lead") -> None:
    """Add a person to the team of an order."""
    context.session.add(
        TeamMember(
            tenant_id=context.tenant.id,
            id=new_id(),
            created_at=clock.now(),
            engagement_id=order,
            person_id=person,
            role=role,
            starts_at=clock.now(),
            reasons=[],
        )
    )
    context.session.commit()


def open_office(context: Context, person: str, *, package: str = "professional") -> Office:
    """Make an order that is worked on, with a specialist leading its team."""
    specialist = add_specialist(person)
    order = add_order(context, package=package)
    join_team(context, order, person)
    return Office(order, specialist)
