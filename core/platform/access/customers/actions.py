"""Create, change, archive and restore customers, and assign staff to them, in a Context of the operator.

A customer's rows belong to the customer: each is written in a transaction of the customer's, with its line in the
customer's audit log, and only where the person reaches the customer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from core.context import Context
from core.db.session import TenantSession
from core.errors import ConflictError, InvalidInputError, NotFoundError
from core.kit.ids import new_id
from core.platform.access.actions import action
from core.platform.access.customers.rules import (
    ASSIGNED_ROLES,
    OWNER_ROLES,
    CustomerDetails,
    DetailsError,
    check_details,
)
from core.platform.access.tables import Assignment, Membership, Person, TenantRecord
from core.platform.audit.writing import append_later
from core.schema import target_schema

_BUSY = text(
    "select exists (select from run where state in ('queued', 'running', 'verifying', 'rolling_back', 'paused'))"
)


@action("customer.create")
def create_customer(context: Context, details: CustomerDetails) -> str:
    """Create a customer of the operator; return the id. DetailsError names the fields that are wrong.

    Who sells, and names nobody else, owns the customer: otherwise they would not reach it.
    """
    require_operator(context)
    details = check_details(details, target_schema().domains)
    owner = context.person if context.role == "sales" else details.owner_id
    _check_owner(context, owner)
    customer = new_id()
    with TenantSession(customer, context.person, system=True) as session:
        session.add(
            TenantRecord(
                id=customer,
                name=details.name,
                slug=details.slug,
                domain=details.domain,
                is_demo=context.tenant.is_demo,
                zone=details.zone,
                currency=details.currency,
                country=details.country,
                owner_id=owner,
                created_at=context.now,
            )
        )
        try:
            session.flush()
        except IntegrityError:
            raise DetailsError({"slug": "This ID is taken."}) from None
        facts: dict[str, object] = {"slug": details.slug, "domain": details.domain, "owner": owner}
        append_later(session, "tenant.create", "tenant", customer, reason=None, facts=facts)
        session.commit()
    return customer


@action("customer.edit")
def edit_customer(context: Context, customer_id: str, details: CustomerDetails) -> None:
    """Change a customer's name, zone, currency, country and owner; slug and line of business stay as they are.

    Only managers and administrators choose another owner. ConflictError for an archived customer.
    """
    record = _find(context, customer_id)
    _require_active(record)
    details = check_details(details, target_schema().domains)
    owner = record.owner_id if context.role == "sales" else details.owner_id
    if owner != record.owner_id:
        _check_owner(context, owner)
    values = {
        "name": details.name,
        "zone": details.zone,
        "currency": details.currency,
        "country": details.country,
        "owner_id": owner,
    }
    changed = {name: value for name, value in values.items() if value != getattr(record, name)}
    if not changed:
        return
    with _customer(context, customer_id) as session:
        session.execute(update(TenantRecord).where(TenantRecord.id == customer_id).values(**changed))
        facts: dict[str, object] = {"changed": sorted(changed)}
        append_later(session, "tenant.edit", "tenant", customer_id, reason=None, facts=facts)


@action("customer.archive")
def archive_customer(context: Context, customer_id: str, reason: str = "") -> None:
    """Archive a customer: managers and administrators can still read it, nobody changes it. ConflictError during a run."""
    _require_active(_find(context, customer_id))
    with _customer(context, customer_id) as session:
        if session.scalar(_BUSY):
            raise ConflictError(
                "A run of this customer is not finished.",
                hint="Wait until it ends, or cancel it, then archive.",
            )
        _set_archived(session, context.now)
        append_later(
            session, "tenant.archive", "tenant", customer_id, reason=reason.strip() or None, facts={}
        )


@action("customer.archive")
def restore_customer(context: Context, customer_id: str) -> None:
    """Restore an archived customer: whoever reached it before reaches it again."""
    if _find(context, customer_id).archived_at is None:
        raise ConflictError("This customer is not archived.", hint="Reload the page.")
    with _customer(context, customer_id) as session:
        _set_archived(session, None)
        append_later(session, "tenant.restore", "tenant", customer_id, reason=None, facts={})


@action("customer.assign")
def assign(
    context: Context, customer_id: str, person_id: str, starts_at: datetime, ends_at: datetime | None = None
) -> str:
    """Assign a specialist or partner to a customer from a moment until another (None: until further notice); return the id.

    InvalidInputError for a period that is empty or over, ConflictError where it overlaps one of the person's here.
    """
    _require_active(_find(context, customer_id))
    _require_role(context, person_id, ASSIGNED_ROLES, "Choose an active specialist or partner.")
    if ends_at is not None and ends_at <= max(starts_at, context.now):
        raise InvalidInputError("The assignment ends before it starts.", hint="Choose a later end.")
    assignment = Assignment(
        tenant_id=customer_id,
        id=new_id(),
        created_at=context.now,
        person_id=person_id,
        starts_at=starts_at,
        ends_at=ends_at,
    )
    with _customer(context, customer_id) as session:
        hold_assignments(session, customer_id, person_id)
        periods = session.scalars(select(Assignment).where(Assignment.person_id == person_id)).all()
        if any(_overlap(period, starts_at, ends_at) for period in periods):
            raise ConflictError(
                "This person is assigned to the customer in that time already.",
                hint="End the other assignment first, or choose another time.",
            )
        session.add(assignment)
        facts: dict[str, object] = {
            "assigned": person_id,
            "from": starts_at.isoformat(),
            "until": ends_at and ends_at.isoformat(),
        }
        append_later(session, "assignment.create", "tenant", customer_id, reason=None, facts=facts)
    return assignment.id


@action("customer.assign")
def end_assignment(context: Context, customer_id: str, assignment_id: str) -> None:
    """End an assignment now; one that has not begun never does. NotFoundError for one that is over."""
    _find(context, customer_id)
    with _customer(context, customer_id) as session:
        assignment = session.get(Assignment, (customer_id, assignment_id), with_for_update=True)
        if assignment is None or (assignment.ends_at is not None and assignment.ends_at <= context.now):
            raise NotFoundError("This assignment is over.", hint="Reload the page.")
        assignment.ends_at = max(context.now, assignment.starts_at)
        facts: dict[str, object] = {"assigned": assignment.person_id, "until": assignment.ends_at.isoformat()}
        append_later(session, "assignment.end", "tenant", customer_id, reason=None, facts=facts)


def set_owner(
    context: Context, customer_id: str, owner_id: str | None, *, only_if_unowned: bool = False
) -> None:
    """Make a person the owner of a customer (None: nobody), for an action of the operator that decides who sells to it.

    It is committed in the customer's own transaction, with its line there: call it last. ConflictError for an archived
    customer.
    """
    require_operator(context)
    with TenantSession(customer_id, context.person, system=True) as session:
        query = select(TenantRecord).where(TenantRecord.id == customer_id, TenantRecord.kind == "customer")
        record = session.scalar(query.with_for_update())
        if record is None or record.owner_id == owner_id or (only_if_unowned and record.owner_id):
            return
        _require_active(record)
        record.owner_id = owner_id
        session.flush()
        facts: dict[str, object] = {"changed": ["owner_id"]}
        append_later(session, "tenant.edit", "tenant", customer_id, reason=None, facts=facts)
        session.commit()


def hold_assignments(session: TenantSession, customer_id: str, person_id: str) -> None:
    """Have who else assigns the person to the customer wait for this transaction: the second then finds the first."""
    session.execute(
        text("select pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": f"{customer_id}{person_id}"}
    )


def require_operator(context: Context) -> None:
    """Raise NotFoundError unless the context works in the operator."""
    if context.tenant.kind != "operator":
        raise NotFoundError("Customers belong to the operator.", hint="Open the screen Customers.")


@contextmanager
def _customer(context: Context, customer_id: str) -> Iterator[TenantSession]:
    """Open a transaction of the customer's in the person's name, committed at the end; the database asks for the reach."""
    with TenantSession(customer_id, context.person) as session:
        yield session
        session.commit()


def _find(context: Context, customer_id: str) -> TenantRecord:
    """Return a customer that the person reaches. NotFoundError alike for one that does not exist."""
    require_operator(context)
    query = select(TenantRecord).where(TenantRecord.id == customer_id, TenantRecord.kind == "customer")
    record = context.session.scalar(query)
    if record is None:
        raise NotFoundError("There is no such customer for you.", hint="Choose one on Customers.")
    return record


def _require_active(record: TenantRecord) -> None:
    if record.archived_at is not None:
        raise ConflictError("This customer is archived.", hint="Restore it first.")


def _set_archived(session: TenantSession, at: datetime | None) -> None:
    session.execute(update(TenantRecord).where(TenantRecord.id == session.tenant).values(archived_at=at))


def _check_owner(context: Context, person_id: str | None) -> None:
    if person_id is not None:
        _require_role(
            context,
            person_id,
            OWNER_ROLES,
            "Choose an active person of sales, a manager or an administrator.",
        )


def _require_role(context: Context, person_id: str, roles: frozenset[str], hint: str) -> None:
    """Raise InvalidInputError unless the person is active staff of the operator in one of the roles."""
    query = select(Membership.role).join(Person, Person.id == Membership.person_id)
    role = context.session.scalar(
        query.where(Membership.tenant_id == context.tenant.id, Person.id == person_id, Person.active)
    )
    if role not in roles:
        raise InvalidInputError("This person cannot be chosen.", hint=hint)


def _overlap(period: Assignment, starts_at: datetime, ends_at: datetime | None) -> bool:
    """Tell whether an assignment (not one ended before it began) has a moment in common with from - until."""
    if period.ends_at is not None and period.ends_at <= period.starts_at:
        return False
    begins_before_end = ends_at is None or period.starts_at < ends_at
    return begins_before_end and (period.ends_at is None or starts_at < period.ends_at)
