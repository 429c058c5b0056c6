"""PERMISSIONS: who may do what, declared in data/permissions.yaml, one row each. Denied unless a row names the role.

ROLES and DEMO_ROLES are that table by role: what a role may do anywhere, and besides in a demo.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

DECLARATION = Path(__file__).resolve().parents[3] / "data" / "permissions.yaml"

STAFF = ("manager", "admin", "specialist", "partner", "sales")
"""Roles of the operator's people, who supervises first."""

SUPERVISORS = frozenset({"manager", "admin"})
"""Roles that only an administrator gives and takes; who has one signs in with a second factor."""

CUSTOMER, WORKER = "customer", "worker"
"""The role of a customer's contact; the role of the process that carries runs out for the person who asked."""


class Scope(StrEnum):
    """How far a permission reaches: what is the person's own, customers assigned, the operator's, the installation."""

    OWN = "own"
    ASSIGNED = "assigned"
    TENANT = "tenant"
    ALL = "all"
    NONE = "none"


class Permission(BaseModel):
    """A row of the table: its meaning in words, the scope by role, and the roles that have it in a demo besides.

    `second_person`: what one person began is completed by another one with the permission.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    meaning: str
    second_person: bool = False
    demo: tuple[str, ...] = ()
    sales: Scope = Scope.NONE
    specialist: Scope = Scope.NONE
    partner: Scope = Scope.NONE
    manager: Scope = Scope.NONE
    admin: Scope = Scope.NONE
    customer: Scope = Scope.NONE
    worker: Scope = Scope.NONE

    def scope(self, role: str) -> Scope:
        """Look up the scope of a role outside of demos. KeyError for a role that does not exist."""
        if role not in ROLE_NAMES:
            raise KeyError(role)
        return Scope(getattr(self, role))


ROLE_NAMES = ("sales", "specialist", "partner", "manager", "admin", CUSTOMER, WORKER)


def _declared() -> Mapping[str, Permission]:
    with DECLARATION.open(encoding="utf-8") as file:
        document: dict[str, Any] = yaml.load(file, Loader=yaml.CSafeLoader)
    return TypeAdapter(dict[str, Permission]).validate_python(document)


TABLE: Mapping[str, Permission] = _declared()
"""Permission -> its row."""

ROLES: dict[str, frozenset[str]] = {
    role: frozenset(name for name, permission in TABLE.items() if permission.scope(role) is not Scope.NONE)
    for role in ROLE_NAMES
}

# A demo tenant holds invented data only, so the person who shows the product may do there what a prospect wants to see.
DEMO_ROLES: dict[str, frozenset[str]] = {
    role: permissions
    for role in ROLE_NAMES
    if (permissions := frozenset(name for name, permission in TABLE.items() if role in permission.demo))
}

PERMISSIONS: frozenset[str] = frozenset(TABLE)

ARCHIVED = frozenset(
    {
        *("document.read", "communication.read", "feedback.read", "escalation.read"),
        *("migration.read", "run.read", "progress.read", "order.read", "order.follow"),
        *("audit.read_own", "audit.read", "customer.archive", "guided_session.read"),
    }
)
"""Permissions that last in an archived customer: to read, and to restore it."""


_OF_SERVICES = (
    *("order.", "payment.", "rate.", "document.", "communication.", "feedback.", "escalation."),
    *("guided_session.", "specialist.", "certificate.", "certification.", "exam.", "training."),
    *("partner.", "utilisation.", "availability.", "calendar."),
)
SERVICES = frozenset(name for name in TABLE if name.startswith(_OF_SERVICES) and name != "order.read")
"""Permissions of the migration services, which MIGRATION_SERVICES_ENABLED switches off; what was ordered can be read."""


def permissions_of(role: str, *, is_demo: bool) -> frozenset[str]:
    """Look up what a role may do in a tenant; `is_demo` is the tenant's. KeyError for a role that does not exist."""
    return ROLES[role] | DEMO_ROLES.get(role, frozenset()) if is_demo else ROLES[role]


def roles_with(permission: str, *, is_demo: bool) -> tuple[str, ...]:
    """List the staff's roles that have a permission in a tenant, those that do the work first."""
    order = ("specialist", "partner", "sales", "manager", "admin")
    return tuple(role for role in order if permission in permissions_of(role, is_demo=is_demo))
