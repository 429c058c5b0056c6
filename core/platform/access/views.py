"""List people, and the tenants a person may enter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Text, column, func, select

from core.db.session import TenantSession
from core.db.types import Id
from core.platform.access.tables import Person, TenantRecord

HISTORY_PREFIX = "demo-"
"""How the slugs of the customers begin that were generated for the history of a demo's orders."""


@dataclass(frozen=True, slots=True)
class TenantAccess:
    """A tenant a person may enter, with the role held there; `kind` is 'operator' or 'customer'.

    An archived customer can only be read.
    """

    tenant_id: str
    name: str
    slug: str
    role: str
    is_demo: bool
    kind: str = "customer"
    is_archived: bool = False

    @property
    def is_history(self) -> bool:
        """Tell whether the customer was generated for the history of a demo's orders: it has no migration."""
        return self.is_demo and self.kind == "customer" and self.slug.startswith(HISTORY_PREFIX)

    @property
    def rank(self) -> tuple[bool, bool]:
        """Order tenants: archived ones last, before them those of a demo's history."""
        return self.is_archived, self.is_history


def demo_cast() -> list[tuple[str, str]]:
    """List (id, name) of the people of the demo, who sign in by a menu."""
    with TenantSession("", "") as session:
        rows = session.execute(select(Person.id, Person.name).where(Person.is_demo).order_by(Person.name))
        return [(row.id, row.name) for row in rows]


def tenants_of(person: str) -> list[TenantAccess]:
    """List the customers the person (id) reaches, by name."""
    return [access for access in reached_by(person) if access.kind == "customer"]


def operator_of(person: str) -> TenantAccess | None:
    """Return the operator whose staff the person (id) belongs to, the one of a demo last; None for a contact."""
    return first_operator(reached_by(person))


def first_operator(tenants: Iterable[TenantAccess]) -> TenantAccess | None:
    """Return the operator among the tenants, the one of a demo last."""
    operators = [access for access in tenants if access.kind == "operator"]
    return min(operators, key=lambda access: access.is_demo, default=None)


def reached_by(person: str) -> list[TenantAccess]:
    """List every tenant that the person (id) reaches, the operator among them, by name."""
    with TenantSession("", person) as session:
        return reached_tenants(session)


def reached_tenants(session: TenantSession) -> list[TenantAccess]:
    """List the tenants that the session's person reaches, the operator among them, by name."""
    reached = func.reachable_tenants().table_valued(column("tenant_id", Id), column("role", Text))
    query = (
        select(TenantRecord, reached.c.role)
        .join(reached, reached.c.tenant_id == TenantRecord.id)
        .order_by(TenantRecord.name)
    )
    return [
        TenantAccess(
            tenant.id,
            tenant.name,
            tenant.slug,
            role,
            tenant.is_demo,
            tenant.kind,
            is_archived=tenant.archived_at is not None,
        )
        for tenant, role in session.execute(query)
    ]


def person_by_handle(handle: str) -> str | None:
    """Return the id of the person with this handle, e.g. 'alice'."""
    with TenantSession("", "") as session:
        return session.scalar(select(func.person_by_handle(handle, type_=Id)))


def has_demo_cast() -> bool:
    """Tell whether the demo was loaded here: it brings its people with it."""
    with TenantSession("", "") as session:
        return session.scalar(select(Person.id).where(Person.is_demo).limit(1)) is not None


def person_by_email(email: str) -> str | None:
    """Return the id of the person with this e-mail address, whatever its case."""
    with TenantSession("", "") as session:
        return session.scalar(select(func.person_by_email(email, type_=Id)))
