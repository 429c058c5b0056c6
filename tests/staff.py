"""People of the operator for tests: staff in a role, assignments, owners, contacts; the program's own work makes them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import NullPool, create_engine, text

from core.db.base import owner_url
from core.db.session import TenantSession
from core.entry.accounts import operator_tenant
from core.entry.tenants import add_member, create_person, create_tenant
from core.kit import clock
from core.kit.ids import new_id
from core.platform.access.tables import Assignment, Membership, Person, TenantRecord


def operator() -> str:
    """The operator's tenant (id) of the tests' installation, which has one beside that of the demo."""
    if (existing := operator_tenant()) is not None:
        return existing
    founder = create_person(f"founder-{new_id()}"[:40], "Founder")
    return create_tenant(founder, f"operator-{new_id()}"[:40], "Operator", kind="operator", role="admin")


def end_managers() -> None:
    """Deactivate the operator's managers: those whom one test added are no second person of the next."""
    if (tenant := operator_tenant()) is None:
        return
    with TenantSession(tenant, "") as session:
        session.execute(_END_MANAGERS, {"operator": tenant})
        session.commit()


def empty_sales_desks() -> None:
    """Delete what the desks of the operators hold, and all orders: those of one file are no work of a person of the next."""
    engine = create_engine(owner_url(), poolclass=NullPool)
    with engine.begin() as connection:
        for table in ("prospect", "finished_migration", "content_version", "payment_plan", "engagement"):
            connection.execute(text(f"delete from {table}"))
    engine.dispose()


def end_memberships(kept: Iterable[str]) -> None:
    """Delete the memberships of the tests' people in all customers but these (ids)."""
    engine = create_engine(owner_url(), poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(_END_MEMBERSHIPS, {"tenants": list(kept)})
    engine.dispose()


_END_MEMBERSHIPS = text(
    """delete from membership m using tenant t where t.id = m.tenant_id and t.slug in ('bella-' || t.id, 'coffee-' || t.id)
    and not t.id = any(cast(:tenants as uuid[]))"""
)

_END_MANAGERS = text(
    """update person set active = false where active and id in (
      select person_id from membership where tenant_id = :operator and role = 'manager')"""
)


def add_staff(role: str, name: str = "") -> str:
    """Add a person with a role at the operator; the id."""
    handle = f"{role}-{new_id()[-12:]}"
    person = create_person(handle, name or f"{role.title()} {handle[-6:]}")
    add_member(operator(), person, role)
    return person


def add_contact(tenant: str) -> str:
    """Add a contact of a customer; the id."""
    person = create_person(f"contact-{new_id()[-12:]}", "A Contact")
    with TenantSession(tenant, person, system=True) as session:
        session.add(Membership(tenant_id=tenant, person_id=person, role="customer"))
        session.commit()
    return person


def assign(tenant: str, person: str, *, is_over: bool = False) -> None:
    """Assign a person to a customer since two days ago, until further notice or until yesterday."""
    now = clock.now()
    with TenantSession(tenant, person, system=True) as session:
        session.add(
            Assignment(
                tenant_id=tenant,
                id=new_id(),
                created_at=now,
                person_id=person,
                starts_at=now - timedelta(days=2),
                ends_at=now - timedelta(days=1) if is_over else None,
            )
        )
        session.commit()


def end_assignments(tenant: str, person: str) -> None:
    with TenantSession(tenant, person, system=True) as session:
        session.execute(text("update assignment set ends_at = now() where person_id = :it"), {"it": person})
        session.commit()


def give_to(tenant: str, person: str | None) -> None:
    """Make a person the one who sells to the customer."""
    with TenantSession(tenant, person or "", system=True) as session:
        session.get_one(TenantRecord, tenant).owner_id = person
        session.commit()


def deactivate(person: str) -> None:
    with TenantSession("", person, system=True) as session:
        session.get_one(Person, person).active = False
        session.commit()
