"""The views of the delivery desk across customers: whom they show what, and that no column of theirs holds personal data."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import column, select, table, text

from core.business.engagements.papers.tables import Escalation, Feedback
from core.business.engagements.sessions.tables import GuidedSession
from core.business.engagements.tables import Task
from core.db.session import TenantSession
from core.db.types import Id
from core.kit import clock
from core.kit.ids import new_id
from tests import staff
from tests.platform.access.test_delivery_rows import (
    add_lead,
    add_order,
    add_payment,
    add_specialist,
    row,
    write,
)

VIEWS = {
    "portfolio_order": {
        "role", "customer_id", "customer", "slug", "is_demo", "zone", "owner_id", "owner", "engagement_id", "number",
        "state", "state_since", "resumes_to", "domain", "package", "locations", "currency", "total", "source",
        "migration_id", "quote_id", "ordered_at", "approved_at", "go_live_on", "completed_at", "successful",
        "is_generated", "lead_id", "lead", "partner_id", "reserve_id", "reserve", "next_milestone", "next_promised_on",
        "promised_on", "go_live_promised_on", "went_live_on", "open_tasks", "late_tasks",
    },
    "portfolio_milestone": {
        "customer_id", "customer", "is_demo", "engagement_id", "number", "state", "domain", "package", "is_generated",
        "key", "position", "promised_on", "first_promised_on", "reached_on",
    },
    "portfolio_task": {
        "customer_id", "customer", "is_demo", "engagement_id", "number", "task_id", "kind", "side", "state", "owner_id",
        "due_on", "blocks", "finding", "closed_at", "created_at",
    },
    "portfolio_session": {
        "customer_id", "customer", "slug", "is_demo", "customer_zone", "engagement_id", "number", "domain",
        "is_generated", "session_id", "kind", "state", "specialist_id", "specialist_person_id", "specialist",
        "starts_at", "ends_at", "zone", "specialist_zone", "sequence", "held_at", "charged_minutes",
    },
    "portfolio_instalment": {
        "customer_id", "customer", "slug", "is_demo", "engagement_id", "number", "state", "domain", "is_generated",
        "instalment_id", "position", "amount", "currency", "due_on", "due_event", "waived_at", "paid", "refunded",
    },
    "portfolio_payment": {
        "customer_id", "customer", "slug", "is_demo", "engagement_id", "number", "domain", "is_generated", "payment_id",
        "kind", "amount", "currency", "method", "received_on", "receipt_number", "paid_amount", "paid_currency", "rate",
        "rate_on", "rate_source",
    },
    "portfolio_feedback": {
        "customer_id", "customer", "is_demo", "engagement_id", "number", "domain", "is_generated", "kind", "milestone",
        "score", "asked_at", "answered_at",
    },
    "portfolio_escalation": {
        "customer_id", "customer", "is_demo", "engagement_id", "number", "domain", "escalation_id", "case_id", "level",
        "opened_at", "respond_by", "resolve_by", "taken_at", "closed_at",
    },
}  # fmt: skip
"""Every column of each view: names of customers and staff, keys, counts, amounts, states and times; no text of anybody."""
STAFF_ONLY = {"portfolio_escalation"}


def _session(tenant: str, order: str, specialist: str, person: str) -> GuidedSession:
    start = clock.now() + timedelta(days=1)
    session: GuidedSession = row(
        GuidedSession,
        tenant,
        engagement_id=order,
        kind="discovery",
        state="booked",
        specialist_id=specialist,
        specialist_person_id=person,
        starts_at=start,
        ends_at=start + timedelta(hours=2),
        zone="America/New_York",
        specialist_zone="Africa/Harare",
        uid=new_id(),
        sequence=0,
        agenda=[],
        charged_minutes=0,
        updated_at=clock.now(),
    )
    return session


def _escalation(tenant: str, order: str, person: str) -> Escalation:
    moment = clock.now()
    level: Escalation = row(
        Escalation,
        tenant,
        engagement_id=order,
        case_id=new_id(),
        level=1,
        reason=b"encrypted",
        pack=b"encrypted",
        person_id=person,
        respond_by=moment,
        resolve_by=moment,
        details={},
    )
    return level


def _task(tenant: str, order: str) -> Task:
    task: Task = row(
        Task,
        tenant,
        engagement_id=order,
        title="Call Ana about her menu",
        kind="call",
        side="operator",
        state="open",
        details={},
        updated_at=clock.now(),
    )
    return task


def add_busy_order(tenant: str) -> str:
    """Add an order that has a row in every view; the id."""
    person = staff.add_staff("specialist")
    specialist = add_specialist(person)
    order = add_order(tenant)
    add_payment(tenant, order, "25.00")
    add_lead(tenant, order, person)
    question = row(Feedback, tenant, engagement_id=order, kind="satisfaction", milestone="kickoff", score=4)
    rows = (_session(tenant, order, specialist, person), _escalation(tenant, order, person))
    write(tenant, *rows, _task(tenant, order), question)
    return order


@pytest.fixture
def orders(tenants: dict[str, str]) -> dict[str, str]:
    """An order of each of two customers, with rows in every view: customer (id) -> order (id)."""
    return {tenant: add_busy_order(tenant) for tenant in tenants.values()}


def visible(person: str, view: str, orders: dict[str, str]) -> set[str]:
    """The customers (ids) whose rows of these orders the person sees in a view."""
    query = select(column("customer_id", Id), column("engagement_id", Id)).select_from(table(view))
    with TenantSession("", person) as session:
        rows = session.execute(query).all()
    return {customer for customer, order in rows if order in orders.values()}


def columns(view: str) -> set[str]:
    query = text("select column_name from information_schema.columns where table_name = :view")
    with TenantSession("", "") as session:
        return set(session.scalars(query, {"view": view}))


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_has_these_columns_and_no_other(database: None, view: str) -> None:
    assert columns(view) == VIEWS[view]


@pytest.mark.parametrize("view", VIEWS)
def test_managers_see_all_customers_and_who_is_nobody_sees_none(orders: dict[str, str], view: str) -> None:
    assert visible(staff.add_staff("manager"), view, orders) == set(orders)
    assert visible(new_id(), view, orders) == set()
    assert visible("", view, orders) == set()


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("role", ["specialist", "partner"])
def test_who_is_assigned_sees_the_customer_while_the_assignment_lasts(
    orders: dict[str, str], view: str, role: str
) -> None:
    person, (first, second) = staff.add_staff(role), tuple(orders)
    assert visible(person, view, orders) == set()
    staff.assign(second, person, is_over=True)
    staff.assign(first, person)
    assert visible(person, view, orders) == {first}
    staff.end_assignments(first, person)
    assert visible(person, view, orders) == set()


@pytest.mark.parametrize("view", VIEWS)
def test_who_sells_sees_their_own_customers(orders: dict[str, str], view: str) -> None:
    person, first = staff.add_staff("sales"), next(iter(orders))
    staff.give_to(first, person)
    assert visible(person, view, orders) == {first}
    staff.give_to(first, None)
    assert visible(person, view, orders) == set()


@pytest.mark.parametrize("view", VIEWS)
def test_a_contact_sees_no_row_of_another_customer(orders: dict[str, str], view: str) -> None:
    first = next(iter(orders))
    rows = visible(staff.add_contact(first), view, orders)
    assert rows == (set() if view in STAFF_ONLY else {first})


@pytest.mark.parametrize("view", VIEWS)
def test_who_was_deactivated_sees_nothing(orders: dict[str, str], view: str) -> None:
    person = staff.add_staff("manager")
    assert visible(person, view, orders)
    staff.deactivate(person)
    assert visible(person, view, orders) == set()


def test_no_view_shows_a_word_that_somebody_wrote(orders: dict[str, str]) -> None:
    manager = staff.add_staff("manager")
    for view, names in VIEWS.items():
        query = select(*(column(name) for name in names)).select_from(table(view))
        with TenantSession("", manager) as session:
            values: list[Any] = [value for entry in session.execute(query) for value in entry]
        assert not any(isinstance(value, bytes | memoryview) for value in values)
        assert not any("Ana" in str(value) for value in values)


def test_the_order_of_the_portfolio_counts_its_tasks_and_names_its_lead(orders: dict[str, str]) -> None:
    order = next(iter(orders.values()))
    query = text(
        "select open_tasks, late_tasks, lead is not null as has_lead, total from portfolio_order"
        " where engagement_id::text = :order"
    )
    with TenantSession("", staff.add_staff("manager")) as session:
        entry = session.execute(query, {"order": order}).one()
    assert tuple(entry) == (1, 0, True, Decimal(100))
