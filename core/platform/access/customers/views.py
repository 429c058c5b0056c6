"""Show the operator's customers, who works for each, and whom of the staff can be chosen; in a Context of the operator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from core.context import Context
from core.db.session import TenantSession
from core.errors import NotFoundError
from core.platform.access.actions import view
from core.platform.access.customers.actions import require_operator
from core.platform.access.customers.rules import CustomerDetails
from core.platform.access.tables import Assignment, Membership, Person, TenantRecord


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer that the person reaches; `owner` is the name of who sells to it, None for nobody."""

    id: str
    details: CustomerDetails
    owner: str | None
    is_demo: bool
    archived_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class TeamMember:
    """An assignment of a person; `state` is 'now', 'later' or 'over'."""

    id: str
    person_id: str
    name: str
    starts_at: datetime
    ends_at: datetime | None
    state: str


@dataclass(frozen=True, slots=True)
class StaffMember:
    """An active person of the operator's staff."""

    person_id: str
    name: str
    role: str


@view("customer.read")
def customers(context: Context) -> list[Customer]:
    """List the customers that the person reaches, archived ones among them, by name."""
    require_operator(context)
    query = (
        select(TenantRecord, Person.name)
        .outerjoin(Person, Person.id == TenantRecord.owner_id)
        .where(TenantRecord.kind == "customer")
        .order_by(TenantRecord.name, TenantRecord.slug)
    )
    return [_customer(record, owner) for record, owner in context.session.execute(query)]


@view("customer.read")
def customer(context: Context, customer_id: str) -> Customer:
    """Return a customer. NotFoundError for one that the person does not reach."""
    for row in customers(context):
        if row.id == customer_id:
            return row
    raise NotFoundError("There is no such customer for you.", hint="Choose one on Customers.")


@view("customer.read")
def team(context: Context, customer_id: str) -> list[TeamMember]:
    """List the assignments of a customer: those that last or are to come first, then the newest that are over."""
    customer(context, customer_id)
    with TenantSession(customer_id, context.person) as session:
        query = select(Assignment, Person.name).outerjoin(Person, Person.id == Assignment.person_id)
        rows = session.execute(query.order_by(Assignment.starts_at.desc(), Assignment.id)).all()
    members = [
        TeamMember(
            row.id,
            row.person_id,
            name or "A former colleague",
            row.starts_at,
            row.ends_at,
            assignment_state(context.now, row.starts_at, row.ends_at),
        )
        for row, name in rows
    ]
    return sorted(members, key=lambda member: ("now", "later", "over").index(member.state))


@view("customer.read")
def staff(context: Context) -> list[StaffMember]:
    """List the active staff of the operator by name: who may own customers, and who may be assigned."""
    require_operator(context)
    query = (
        select(Person.id, Person.name, Membership.role)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.tenant_id == context.tenant.id, Person.active)
        .order_by(Person.name)
    )
    return [StaffMember(*row) for row in context.session.execute(query)]


def assignment_state(now: datetime, starts_at: datetime, ends_at: datetime | None) -> str:
    """Tell whether an assignment lasts 'now', begins 'later', or is 'over'."""
    if ends_at is not None and ends_at <= max(now, starts_at):
        return "over"
    return "now" if starts_at <= now else "later"


def _customer(record: TenantRecord, owner: str | None) -> Customer:
    details = CustomerDetails(
        record.name,
        record.slug,
        record.domain,
        record.zone,
        record.currency,
        record.country,
        record.owner_id,
    )
    return Customer(record.id, details, owner, record.is_demo, record.archived_at, record.created_at)
