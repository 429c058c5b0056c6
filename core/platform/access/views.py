"""List people, and the tenants a person may enter."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from core.db.session import TenantSession
from core.db.types import Id
from core.platform.access.tables import Membership, Person, TenantRecord


@dataclass(frozen=True, slots=True)
class TenantAccess:
    """A tenant a person may enter, with the role held there."""

    tenant_id: str
    name: str
    slug: str
    role: str
    is_demo: bool


def demo_cast() -> list[tuple[str, str]]:
    """List (id, name) of the people of the demo, who sign in by a menu."""
    with TenantSession("", "") as session:
        rows = session.execute(select(Person.id, Person.name).where(Person.is_demo).order_by(Person.name))
        return [(row.id, row.name) for row in rows]


def tenants_of(person: str) -> list[TenantAccess]:
    """List the tenants the person (id) may enter, by name."""
    query = (
        select(TenantRecord, Membership.role)
        .join(Membership, Membership.tenant_id == TenantRecord.id)
        .where(Membership.person_id == person)
        .order_by(TenantRecord.name)
    )
    with TenantSession("", person) as session:
        return [
            TenantAccess(tenant.id, tenant.name, tenant.slug, role, tenant.is_demo)
            for tenant, role in session.execute(query)
        ]


def person_by_handle(handle: str) -> str | None:
    """Return the id of the person with this handle, e.g. 'alice'."""
    with TenantSession("", "") as session:
        return session.scalar(select(func.person_by_handle(handle, type_=Id)))
