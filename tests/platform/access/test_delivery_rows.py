"""What the database itself lets people of each role see and change of the delivery desk's rows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import ProgrammingError

from core.business.billing.tables import Instalment, Payment, PaymentPlan
from core.business.engagements.papers.tables import Document, Escalation
from core.business.engagements.tables import Engagement, Milestone, TeamMember
from core.business.specialists.tables import Absence, Certificate, Partner, Specialist
from core.db.base import Table
from core.db.session import TenantSession
from core.errors import NotFoundError
from core.kit import clock
from core.kit.ids import new_id
from core.platform.access.actions import enter
from core.platform.access.customers.both import customer_and_operator, operator_of
from tests import staff

TODAY = date(2026, 11, 26)


@pytest.fixture
def bella(tenants: dict[str, str]) -> str:
    return tenants["bella"]


@pytest.fixture
def luigi(tenants: dict[str, str]) -> str:
    return tenants["coffee"]


def row(table: type[Any], tenant: str, **values: object) -> Any:
    """A row of a table with an id and a time of its own."""
    return table(**{"tenant_id": tenant, "id": new_id(), "created_at": clock.now(), **values})


def write(tenant: str, *rows: Table) -> None:
    with TenantSession(tenant, "", system=True) as session:
        for entry in rows:
            session.add(entry)
            session.flush()
        session.commit()


def add_specialist(person: str, partner: str | None = None) -> str:
    """Enter a person in the operator's roster; the id of the row."""
    entry = row(
        Specialist,
        staff.operator(),
        person_id=person,
        partner_id=partner,
        initials="SP",
        zone="Africa/Harare",
        languages=["en"],
        skills=[],
        hours={"mon": [["09:00", "17:00"]]},
        weekly_hours=Decimal(8),
        started_on=TODAY,
        version=1,
        updated_at=clock.now(),
    )
    write(staff.operator(), entry)
    return str(entry.id)


def add_partner(name: str = "") -> str:
    entry = row(
        Partner,
        staff.operator(),
        name=name or f"Partner {new_id()}",
        country="ZW",
        share_percent=Decimal(25),
        referral_percent=Decimal(5),
        is_active=True,
        updated_at=clock.now(),
    )
    write(staff.operator(), entry)
    return str(entry.id)


def add_absence(specialist: str, person: str) -> None:
    start = datetime.fromisoformat("2026-12-01T08:00:00+00:00")
    entry = row(
        Absence,
        staff.operator(),
        specialist_id=specialist,
        kind="leave",
        starts_at=start,
        ends_at=start + timedelta(days=1),
        person_id=person,
    )
    write(staff.operator(), entry)


def add_certificate(specialist: str) -> None:
    entry = row(
        Certificate,
        staff.operator(),
        specialist_id=specialist,
        number=f"C-{new_id()}",
        speciality="school",
        level="master",
        issued_on=TODAY,
        expires_on=date(2027, 11, 26),
    )
    write(staff.operator(), entry)


def add_order(tenant: str, state: str = "approved") -> str:
    """Add an order with a plan of one instalment of 100.00 and a milestone; the id."""
    order = row(
        Engagement,
        tenant,
        number=f"OC-{new_id()}",
        state=state,
        domain="restaurant",
        package="professional",
        locations=1,
        currency="USD",
        total=Decimal(100),
        ordered_at=clock.now(),
        ordered_by=b"",
        approved_at=datetime(2026, 11, 16, 15, tzinfo=UTC),
    )
    plan = row(PaymentPlan, tenant, engagement_id=order.id, kind="full", currency="USD", total=Decimal(100))
    part = row(Instalment, tenant, plan_id=plan.id, number=1, amount=Decimal(100), due_event="signing")
    reached = row(
        Milestone,
        tenant,
        engagement_id=order.id,
        key="kickoff",
        position=1,
        promised_on=TODAY,
        reached_on=TODAY,
        updated_at=clock.now(),
    )
    write(tenant, order, plan, part, reached)
    return str(order.id)


def add_payment(tenant: str, order: str, amount: str) -> None:
    with TenantSession(tenant, "", system=True) as session:
        plan = session.scalars(select(PaymentPlan.id).where(PaymentPlan.engagement_id == order)).one()
        part = session.scalars(select(Instalment.id).where(Instalment.plan_id == plan)).one()
    entry = row(
        Payment,
        tenant,
        plan_id=plan,
        instalment_id=part,
        group_id=new_id(),
        kind="payment",
        amount=Decimal(amount),
        currency="USD",
        paid_amount=Decimal(amount),
        paid_currency="USD",
        method="bank",
        received_on=TODAY,
        receipt_number=f"R-{new_id()}",
    )
    write(tenant, entry)


def add_lead(tenant: str, order: str, person: str, partner: str | None = None) -> None:
    entry = row(
        TeamMember,
        tenant,
        engagement_id=order,
        person_id=person,
        role="lead",
        starts_at=clock.now() - timedelta(days=400),
        reasons=[],
        partner_id=partner,
        share_percent=Decimal(25) if partner else None,
    )
    write(tenant, entry)


def values_for(person: str, tenant: str, query: Any) -> list[Any]:
    with TenantSession(tenant, person) as session:
        return list(session.scalars(query))


def test_a_partner_sees_their_row_of_the_roster_and_no_colleague(bella: str) -> None:
    mine, colleague = staff.add_staff("partner"), staff.add_staff("specialist")
    company = add_partner()
    row_id, colleague_row = add_specialist(mine, company), add_specialist(colleague)
    add_certificate(row_id)
    add_certificate(colleague_row)
    ids = {row_id, colleague_row}
    query = select(Specialist.id).where(Specialist.id.in_(ids))
    certificates = select(Certificate.specialist_id).where(Certificate.specialist_id.in_(ids))
    assert values_for(mine, staff.operator(), query) == [row_id]
    assert values_for(mine, staff.operator(), certificates) == [row_id]
    assert values_for(mine, staff.operator(), select(Partner.id)) == [company]
    assert set(values_for(colleague, staff.operator(), query)) == ids
    assert set(values_for(colleague, staff.operator(), certificates)) == ids
    assert values_for(colleague, staff.operator(), select(Partner.id)) == []


def test_absences_are_seen_by_the_person_and_by_managers_alone() -> None:
    mine, colleague, manager = (staff.add_staff(role) for role in ("specialist", "specialist", "manager"))
    row_id = add_specialist(mine)
    add_specialist(colleague)
    add_absence(row_id, mine)
    query = select(Absence.specialist_id).where(Absence.specialist_id == row_id)
    assert values_for(mine, staff.operator(), query) == [row_id]
    assert values_for(manager, staff.operator(), query) == [row_id]
    assert values_for(colleague, staff.operator(), query) == []


def test_a_specialist_changes_their_own_hours_and_nobody_elses() -> None:
    mine, colleague = staff.add_staff("specialist"), staff.add_staff("specialist")
    row_id, colleague_row = add_specialist(mine), add_specialist(colleague)
    with TenantSession(staff.operator(), mine) as session:
        session.execute(update(Specialist).where(Specialist.id == row_id).values(weekly_hours=Decimal(20)))
        session.commit()
    with TenantSession(staff.operator(), mine) as session, pytest.raises(ProgrammingError):
        session.execute(
            update(Specialist).where(Specialist.id == colleague_row).values(weekly_hours=Decimal(1))
        )


def test_a_contact_sees_shared_documents_and_no_escalation(bella: str) -> None:
    contact, order = staff.add_contact(bella), add_order(bella)
    common = {
        "engagement_id": order,
        "kind": "contract",
        "name": b"n",
        "media_type": "application/pdf",
        "size": 1,
        "digest": b"d",
        "content": b"c",
        "person_id": contact,
    }
    shared = row(Document, bella, is_shared=True, **common)
    write(bella, shared, row(Document, bella, is_shared=False, **common))
    moment = clock.now()
    level = row(
        Escalation,
        bella,
        engagement_id=order,
        case_id=new_id(),
        level=1,
        reason=b"r",
        pack=b"p",
        person_id=contact,
        respond_by=moment,
        resolve_by=moment,
        details={},
    )
    write(bella, level)
    assert values_for(contact, bella, select(Document.id).where(Document.engagement_id == order)) == [
        shared.id
    ]
    assert values_for(contact, bella, select(Escalation.id)) == []
    with TenantSession(bella, contact) as session:
        assert session.execute(text("select count(*) from portfolio_escalation")).scalar_one() == 0


def test_a_contact_moves_no_order_and_records_no_payment(bella: str) -> None:
    contact, order = staff.add_contact(bella), add_order(bella)
    with TenantSession(bella, contact) as session:
        result = session.execute(update(Engagement).where(Engagement.id == order).values(state="completed"))
        assert result.rowcount == 0
    with TenantSession(bella, contact) as session, pytest.raises(ProgrammingError):
        session.execute(
            text(
                "insert into payment (tenant_id, id, created_at, plan_id, instalment_id, group_id, kind, amount,"
                " currency, paid_amount, paid_currency, method, received_on, receipt_number)"
                " select n.tenant_id, gen_random_uuid(), now(), n.id, i.id, n.id, 'payment', 1, 'USD', 1, 'USD', 'cash',"
                " current_date, 'R-1' from payment_plan n join instalment i on i.plan_id = n.id limit 1"
            )
        )


def test_the_portfolio_shows_orders_of_reached_customers_only(bella: str, luigi: str) -> None:
    person = staff.add_staff("specialist")
    mine, foreign = add_order(bella), add_order(luigi)
    query = text(
        "select engagement_id::text from portfolio_order where engagement_id::text in (:mine, :other)"
    )
    params = {"mine": mine, "other": foreign}

    def visible() -> list[str]:
        with TenantSession("", person) as session:
            return list(session.scalars(query, params))

    assert visible() == []
    staff.assign(bella, person)
    assert visible() == [mine]
    staff.end_assignments(bella, person)
    assert visible() == []


def test_money_of_the_portfolio_is_what_was_paid(bella: str) -> None:
    manager, order = staff.add_staff("manager"), add_order(bella)
    add_payment(bella, order, "40.50")
    add_payment(bella, order, "9.25")
    query = text("select amount, paid, refunded from portfolio_instalment where engagement_id = :order")
    with TenantSession("", manager) as session:
        amounts = session.execute(query, {"order": order}).one()
    assert tuple(amounts) == (Decimal(100), Decimal("49.75"), Decimal(0))


def test_a_partner_sees_what_was_paid_for_their_orders_alone(bella: str) -> None:
    mine, competitor = staff.add_staff("partner"), staff.add_staff("partner")
    company, rival = add_partner(), add_partner()
    add_specialist(mine, company)
    add_specialist(competitor, rival)
    order, order_of_rival = add_order(bella), add_order(bella)
    add_lead(bella, order, mine, company)
    add_lead(bella, order_of_rival, competitor, rival)
    add_payment(bella, order, "80")
    add_payment(bella, order_of_rival, "70")
    query = text("select amount, share_percent from partner_credits()")
    with TenantSession(staff.operator(), mine) as session:
        assert [tuple(entry) for entry in session.execute(query)] == [(Decimal(80), Decimal(25))]
    with TenantSession(staff.operator(), staff.add_staff("specialist")) as session:
        assert session.execute(query).all() == []


def test_the_history_of_milestones_has_days_and_no_customer(bella: str) -> None:
    person = staff.add_staff("specialist")
    add_order(bella)
    with TenantSession(staff.operator(), person) as session:
        rows = session.execute(text("select * from milestone_spans('restaurant')")).all()
    assert {tuple(entry._fields) for entry in rows} == {("finished", "key", "days")}
    assert ("kickoff", 10) in [(entry.key, entry.days) for entry in rows]


def change_both(person: str, customer: str, order: str, specialist: str, *, fails: bool) -> None:
    with enter(person, customer) as context, customer_and_operator(context) as tenants:
        tenants.session.execute(update(Engagement).where(Engagement.id == order).values(source="toast"))
        with tenants.working_in_operator() as session:
            session.execute(update(Specialist).where(Specialist.id == specialist).values(version=7))
        if fails:
            raise ZeroDivisionError


def test_both_sides_are_written_together_or_not_at_all(bella: str) -> None:
    person = staff.add_staff("manager")
    specialist = add_specialist(staff.add_staff("specialist"))
    order = add_order(bella)
    source = select(Engagement.source).where(Engagement.id == order)
    version = select(Specialist.version).where(Specialist.id == specialist)
    with pytest.raises(ZeroDivisionError):
        change_both(person, bella, order, specialist, fails=True)
    assert (values_for(person, bella, source), values_for(person, staff.operator(), version)) == ([None], [1])
    change_both(person, bella, order, specialist, fails=False)
    assert (values_for(person, bella, source), values_for(person, staff.operator(), version)) == (
        ["toast"],
        [7],
    )


def test_the_operator_of_a_customer_is_the_one_of_its_installation(bella: str) -> None:
    with enter(staff.add_staff("manager"), bella) as context:
        assert operator_of(context) == staff.operator()


def test_nobody_works_in_a_customer_that_they_do_not_reach(bella: str) -> None:
    with enter(staff.add_staff("specialist"), staff.operator()) as context:
        entering = customer_and_operator(context, bella)
        with pytest.raises(NotFoundError):
            entering.__enter__()


def test_who_does_not_reach_a_customer_is_not_told_its_operator(bella: str) -> None:
    person = staff.add_staff("specialist")
    query = select(func.operator_of_customer(text("cast(:id as uuid)")))
    with TenantSession(staff.operator(), person) as session:
        assert session.scalar(query, {"id": bella}) is None
