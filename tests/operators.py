"""An operator with staff of each role, for tests of what the operator's people do."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from sqlalchemy import create_engine, text

from core.db.base import owner_url
from core.entry.demo import OPERATOR, OPERATOR_NAME
from core.entry.tenants import add_member, create_person, create_tenant, find_or_create_person
from core.kit.ids import new_id


@dataclass(frozen=True)
class Staff:
    """A person (id) of the operator's (slug), with the name on screens."""

    person: str
    name: str
    operator: str


@cache
def operator(*, is_demo: bool = False) -> tuple[str, str]:
    """Return id and slug of the operator of the tests' installation, or of its demo: there is one of each."""
    engine = create_engine(owner_url())
    with engine.connect() as connection:
        query = text("select id::text, slug from tenant where kind = 'operator' and is_demo = :is_demo")
        row = connection.execute(query, {"is_demo": is_demo}).first()
    engine.dispose()
    if row is not None:
        return row.id, row.slug
    if is_demo:  # the one that the program finds when it loads its stories: a demo has no second operator
        alice = find_or_create_person("alice", "Alice", is_demo=True)
        return create_tenant(
            alice, OPERATOR, OPERATOR_NAME, kind="operator", role="manager", is_demo=True
        ), OPERATOR
    founder = create_person(f"founder-{new_id()}"[:40], "Founder")
    slug = f"operator-{new_id()}"[:40]
    return create_tenant(founder, slug, "Operator", kind="operator", role="admin"), slug


def add_staff(role: str, *, is_demo: bool = False) -> Staff:
    """Add a person with a role at the operator."""
    tenant, slug = operator(is_demo=is_demo)
    key = new_id()[-12:]
    name = f"{role.title()} {key}"
    person = create_person(f"{role}-{key}", name, is_demo=is_demo, email=f"{key}@example.com")
    add_member(tenant, person, role)
    return Staff(person, name, slug)
