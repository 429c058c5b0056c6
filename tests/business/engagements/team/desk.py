"""A delivery desk for tests: specialists of the operator with hours and certificates, and orders of customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import select

from core.business.billing.tables import Instalment, Payment, PaymentPlan
from core.business.engagements.create import create_engagement
from core.business.engagements.tables import Engagement
from core.business.specialists.tables import BusyTime, Certificate, Specialist
from core.business.specialists.utilisation.hours import DEFAULT_HOURS
from core.db.session import TenantSession
from core.kit import clock
from core.kit.ids import new_id
from core.platform.access.tables import Person
from tests.business.engagements.test_create import details
from tests.operators import add_staff, operator

TOAST = (("toast", "professional", 300),)


def add_specialist(
    certificates: Sequence[tuple[str, str, int]] = TOAST,
    *,
    name: str = "",
    role: str = "specialist",
    zone: str = "America/New_York",
    partner_id: str | None = None,
    is_demo: bool = False,
) -> tuple[str, str]:
    """Add a specialist with certificates (speciality, level, days until expiry); return person and specialist (ids)."""
    person, specialist = add_staff(role, is_demo=is_demo).person, new_id()
    at_operator, now = operator(is_demo=is_demo)[0], clock.now()
    with TenantSession(at_operator, person, system=True) as session:
        if name:
            session.get_one(Person, person).name = name
        session.add(
            Specialist(
                tenant_id=at_operator,
                id=specialist,
                created_at=now,
                person_id=person,
                partner_id=partner_id,
                initials="AB",
                zone=zone,
                languages=["en"],
                skills=[],
                hours=dict(DEFAULT_HOURS),
                weekly_hours=Decimal(40),
                started_on=date(2025, 1, 1),
                version=1,
                updated_at=now,
            )
        )
        session.flush()
        today = now.astimezone(ZoneInfo("America/New_York")).date()  # that of the customers
        for speciality, level, days in certificates:
            session.add(
                Certificate(
                    tenant_id=at_operator,
                    id=new_id(),
                    created_at=now,
                    specialist_id=specialist,
                    number=f"C-{new_id()[-12:]}",
                    speciality=speciality,
                    level=level,
                    issued_on=today - timedelta(days=30),
                    expires_on=today + timedelta(days=days),
                )
            )
        session.commit()
    return person, specialist


def add_order(
    tenant: str,
    *,
    state: str = "approved",
    source: str = "toast",
    package: str = "professional",
    days: int | None = 30,
    total: str = "2000",
) -> str:
    """Add an order of a customer with go-live in so many days; return the id."""
    go_live = clock.now().date() + timedelta(days=days) if days is not None else None
    with TenantSession(tenant, "", system=True) as session:
        order = replace(details(Decimal(total)), package=package, go_live_on=go_live)
        engagement_id = create_engagement(session, order)
        stored = session.get_one(Engagement, (tenant, engagement_id))
        stored.state, stored.source = state, source
        session.commit()
    return engagement_id


def set_state(tenant: str, engagement_id: str, state: str, source: str | None = None) -> None:
    with TenantSession(tenant, "", system=True) as session:
        order = session.get_one(Engagement, (tenant, engagement_id))
        order.state, order.source = state, source or order.source
        session.commit()


def book(
    specialist_id: str,
    starts_at: datetime,
    hours: float,
    *,
    is_cancelled: bool = False,
    is_demo: bool = False,
) -> None:
    """Book a specialist of the operator for so many hours."""
    at_operator = operator(is_demo=is_demo)[0]
    with TenantSession(at_operator, "", system=True) as session:
        session.add(
            BusyTime(
                tenant_id=at_operator,
                id=new_id(),
                created_at=starts_at,
                specialist_id=specialist_id,
                customer_id=new_id(),
                engagement_id=new_id(),
                session_id=new_id(),
                kind="mapping",
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=hours),
                cancelled_at=starts_at if is_cancelled else None,
                updated_at=starts_at,
            )
        )
        session.commit()


def pay(
    tenant: str,
    engagement_id: str,
    amount: str,
    on: date,
    *,
    refund_of: str | None = None,
    currency: str = "USD",
) -> str:
    """Note a payment of an order, or the refund of one; return its id."""
    payment = new_id()
    with TenantSession(tenant, "", system=True) as session:
        plan = session.scalars(select(PaymentPlan).where(PaymentPlan.engagement_id == engagement_id)).one()
        part = session.scalars(select(Instalment).where(Instalment.plan_id == plan.id).limit(1)).one()
        session.add(
            Payment(
                tenant_id=tenant,
                id=payment,
                created_at=clock.now(),
                plan_id=plan.id,
                instalment_id=part.id,
                group_id=new_id(),
                kind="refund" if refund_of else "payment",
                amount=Decimal(amount),
                currency=currency,
                paid_amount=Decimal(amount),
                paid_currency=currency,
                method="bank",
                received_on=on,
                receipt_number=f"R-{payment[-12:]}",
                refund_of=refund_of,
            )
        )
        session.commit()
    return payment
