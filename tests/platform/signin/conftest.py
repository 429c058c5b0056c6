"""Accounts with passwords: staff of an operator and a contact, each new to its test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from core.db.session import TenantSession
from core.entry.accounts import operator_tenant
from core.entry.tenants import add_member, create_person, create_tenant
from core.kit.ids import new_id
from core.platform.audit.tables import INSTALLATION
from core.platform.signin.accounts import store_password
from core.platform.signin.passwords import hash_password
from core.platform.signin.sessions import Visit

PASSWORD = "a long and quiet evening"
VISIT = Visit("192.0.2.7", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")


@dataclass(frozen=True)
class Account:
    person: str
    email: str
    password: str = PASSWORD


@pytest.fixture(scope="session")
def operator(database: None) -> str:
    """The company that runs the console: its tenant."""
    tenant = operator_tenant()
    if tenant is None:
        founder = create_person(f"founder-{new_id()}"[:40], "Founder")
        tenant = create_tenant(
            founder, f"operator-{new_id()}"[:40], "AuraConnect", kind="operator", role="admin"
        )
    return tenant


def make_account(
    operator: str, role: str | None = "specialist", *, password: str | None = PASSWORD
) -> Account:
    key = new_id()
    email = f"{key}@example.com"
    person = create_person(f"p-{key}"[:40], "Robin Vale", email=email)
    if role is not None:
        add_member(operator, person, role)
    if password is not None:
        with TenantSession(INSTALLATION, person) as session:
            store_password(session, hash_password(password))
            session.commit()
    return Account(person, email)


@pytest.fixture
def account(operator: str) -> Callable[..., Account]:
    """account(role='manager', password=None): a new person of the operator's."""
    return lambda role="specialist", **more: make_account(operator, role, **more)


@pytest.fixture
def specialist(account: Callable[..., Account]) -> Account:
    return account()


@pytest.fixture
def visit() -> Visit:
    """A visit from an address of its own, so that no test uses up another's attempts."""
    return Visit(f"2001:db8:{new_id()[-4:]}:{new_id()[-4:]}::7", VISIT.agent)
