"""Two schools of one operator, each with a contact, and a manager and an owner at the operator."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from core.context import Context
from core.entry.tenants import create_tenant
from core.kit.ids import new_id
from core.platform.access.actions import enter
from tests.staff import add_contact, add_staff, give_to


@dataclass(frozen=True)
class Schools:
    """Contexts of the contacts of school A and school B; `manager` and `owner` (of A) are people (ids) of the operator."""

    a: Context
    b: Context
    manager: str
    owner: str


def add_school(name: str) -> str:
    """Add a school in Harare; the id."""
    founder = add_staff("admin")
    slug = f"school-{new_id()}"[:40]
    return create_tenant(founder, slug, name, domain="school", zone="Africa/Harare", country="ZW")


@pytest.fixture
def schools(database: None) -> Iterator[Schools]:
    manager, owner = add_staff("manager"), add_staff("sales")
    with ExitStack() as stack:
        contexts = []
        for name in ("Acacia School", "Baobab School"):
            tenant = add_school(name)
            contexts.append(stack.enter_context(enter(add_contact(tenant), tenant)))
        give_to(contexts[0].tenant.id, owner)
        yield Schools(*contexts, manager, owner)
