"""A person and a tenant where pytest's cast is not at hand."""

from __future__ import annotations

from core.db.session import TenantSession
from core.kit import clock
from core.kit.ids import new_id
from core.platform.access.tables import Membership, Person, TenantRecord


def joined() -> tuple[str, str]:
    """Create a manager of a new customer; return both ids."""
    person, tenant = new_id(), new_id()
    with TenantSession("", person) as session:
        session.add(Person(id=person, name="Alice", handle="alice", is_demo=True, created_at=clock.now()))
        session.commit()
    with TenantSession(tenant, person) as session:
        session.add(
            TenantRecord(
                id=tenant,
                name="Bella",
                slug=f"bella-{tenant}",
                domain="restaurant",
                is_demo=False,
                zone="America/New_York",
                currency="USD",
                country="US",
                created_at=clock.now(),
            )
        )
        session.flush()
        session.add(Membership(tenant_id=tenant, person_id=person, role="manager"))
        session.commit()
    return person, tenant
