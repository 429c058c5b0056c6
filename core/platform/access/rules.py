"""ROLES: what each role may do, and DEMO_ROLES: what a role may do besides in a demo. Denied unless listed here."""

from __future__ import annotations

_READ = frozenset({"migration.read", "run.read", "audit.read_own", "notification.own", "account.own"})
_WORK = _READ | {
    "migration.write",  # create a migration, add and remove files
    "mapping.edit",
    "ai.ask",  # spend tokens on a language model, within the limits
    "validation.run",
    "run.dry",
    "run.start",
    "run.control",  # pause, resume, cancel
    "run.rollback",  # imports they started themselves
    "personal.read",  # see guests' values unmasked
    "export.personal",
}

_CUSTOMERS = frozenset({"customer.read", "customer.create", "customer.edit"})
_MANAGE_CUSTOMERS = _CUSTOMERS | {
    "people.manage",  # invite, end sign-ins, reset second factors
    "customer.assign",
    "customer.archive",  # and restore
}

ROLES: dict[str, frozenset[str]] = {
    "sales": _READ | _CUSTOMERS | {"migration.write", "ai.ask", "validation.run", "run.dry", "demo.reset"},
    "specialist": _WORK | {"demo.reset"},
    "manager": _WORK
    | _MANAGE_CUSTOMERS
    | {
        "run.approve",
        "run.rollback_any",  # more than start: others' imports, whose records a customer may work with by now
        "audit.read",
        "settings.edit",
        "ai.prices",
        "demo.reset",
        "memory.forget",  # remove what was learned from decisions, for all customers
        "outbox.read",
        "outbox.retry",
        "outbox.reveal",  # see addresses and one-time links of messages
    },
    "admin": _READ
    | _MANAGE_CUSTOMERS
    | {
        "run.control",
        "audit.read",
        "settings.edit",
        "ai.prices",
        "demo.reset",
        "memory.forget",
        "outbox.read",
        "outbox.retry",
        "outbox.reveal",
    },
    # The worker acts on behalf of the person who asked; it holds what a run needs and nothing else.
    "worker": _READ | {"run.work", "ai.ask", "personal.read"},
}

# A demo tenant holds invented data only, so the person who shows the product may do there what a prospect wants to see.
DEMO_ROLES: dict[str, frozenset[str]] = {
    "sales": frozenset(
        {"mapping.edit", "run.start", "run.control", "run.rollback", "run.rollback_any", "personal.read"}
    ),
}

PERMISSIONS: frozenset[str] = frozenset().union(*ROLES.values())

ARCHIVED = frozenset({"migration.read", "run.read", "audit.read_own", "audit.read", "customer.archive"})
"""Permissions that last in an archived customer: to read, and to restore it."""


def permissions_of(role: str, *, is_demo: bool) -> frozenset[str]:
    """Look up what a role may do in a tenant; `is_demo` is the tenant's. KeyError for a role that does not exist."""
    return ROLES[role] | DEMO_ROLES.get(role, frozenset()) if is_demo else ROLES[role]
