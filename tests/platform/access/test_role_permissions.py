"""Roles: what each may do and may not, and what a demo adds; denied unless listed."""

from __future__ import annotations

import pytest

from core.platform.access.rules import CUSTOMER, DEMO_ROLES, PERMISSIONS, ROLES, permissions_of


@pytest.mark.parametrize(
    ("role", "permission", "is_allowed"),
    [
        ("sales", "migration.read", True),
        ("sales", "migration.create", True),
        ("sales", "migration.write", False),
        ("sales", "ai.ask", False),
        ("sales", "run.dry", False),
        ("sales", "run.start", False),
        ("sales", "mapping.edit", False),
        ("sales", "personal.read", False),
        ("sales", "audit.read", False),
        ("specialist", "mapping.edit", True),
        ("specialist", "run.start", True),
        ("specialist", "run.rollback", True),
        ("specialist", "run.rollback_any", False),
        ("specialist", "run.approve", False),
        ("specialist", "ai.prices", False),
        ("specialist", "export.personal", False),
        ("partner", "mapping.edit", True),
        ("partner", "export.personal", False),
        ("customer", "progress.read", True),
        ("customer", "migration.read", False),
        ("customer", "personal.read", False),
        ("manager", "run.approve", True),
        ("manager", "run.rollback_any", True),
        ("manager", "memory.forget", True),
        ("manager", "export.personal", True),
        ("admin", "settings.edit", True),
        ("admin", "migration.write", True),
        ("admin", "run.control", True),
        ("admin", "run.start", False),
        ("admin", "mapping.edit", False),
        ("admin", "personal.read", False),
        ("worker", "run.work", True),
        ("worker", "mapping.edit", False),
        ("worker", "export.personal", False),
    ],
)
def test_a_role_may_do_what_is_listed_for_it(role, permission, is_allowed):
    assert (permission in permissions_of(role, is_demo=False)) is is_allowed


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_demo_adds_permissions_and_takes_none_away(role):
    added = permissions_of(role, is_demo=True) - permissions_of(role, is_demo=False)
    assert permissions_of(role, is_demo=True) >= permissions_of(role, is_demo=False)
    assert added == DEMO_ROLES.get(role, frozenset()) - ROLES[role]


@pytest.mark.parametrize(
    "permission", ["run.approve", "audit.read", "settings.edit", "export.personal", "ai.prices"]
)
def test_a_demo_gives_sales_no_permission_of_a_manager(permission):
    assert permission not in permissions_of("sales", is_demo=True)


def test_only_the_worker_does_the_work_of_runs():
    assert [role for role in ROLES if "run.work" in ROLES[role]] == ["worker"]


def test_everybody_but_a_customer_s_contact_may_read_migrations_and_runs():
    assert {role for role, granted in ROLES.items() if {"migration.read", "run.read"} <= granted} == {
        *ROLES
    } - {CUSTOMER}


def test_a_demo_grants_no_permission_that_no_role_has():
    assert frozenset().union(*DEMO_ROLES.values()) <= PERMISSIONS


@pytest.mark.parametrize("is_demo", [True, False])
def test_a_role_that_does_not_exist_is_an_error(is_demo):
    with pytest.raises(KeyError):
        permissions_of("owner", is_demo=is_demo)
