"""What tests of papers about an order begin with: an order, a contact of the customer, audit lines, raw rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from sqlalchemy import text

from core.business.engagements.create import create_engagement
from core.context import Context
from core.db.session import TenantSession
from core.platform.access.actions import enter
from tests.business.engagements.test_create import details
from tests.staff import add_contact


def make_order(context: Context) -> str:
    """A pending order of the context's customer; its id."""
    created = create_engagement(context.session, details(Decimal(500), Decimal(1500)))
    context.session.commit()
    return created


@contextmanager
def as_contact(tenant: str, person: str | None = None) -> Iterator[Context]:
    with enter(person or add_contact(tenant), tenant) as context:
        yield context


def audit_lines(tenant: str) -> list[Any]:
    """(action, person_id, facts) of the tenant's audit log, the oldest first."""
    with TenantSession(tenant, "", system=True) as session:
        query = "select action, person_id::text, facts from audit_line where tenant_id = :tenant order by seq"
        return list(session.execute(text(query), {"tenant": tenant}))


def actions_of(tenant: str) -> list[str]:
    return [line.action for line in audit_lines(tenant)]


def stored_bytes(tenant: str, table: str) -> str:
    """Everything of a table as the database shows it."""
    with TenantSession(tenant, "", system=True) as session:
        return " ".join(session.scalars(text(f"select t::text from {table} t")))
