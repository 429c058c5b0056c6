"""Accounts from the command line: the first admin, a lost second factor, everybody's sign-in sessions.

Like core.entry.tenants for whoever may read the database's secret; never for a page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import NullPool, create_engine, func, select, update

from core.db.base import owner_url
from core.db.session import TenantSession
from core.db.types import Id
from core.entry.tenants import add_member, create_person, create_tenant
from core.errors import ConflictError, InvalidInputError, NotFoundError
from core.kit import clock
from core.kit.ids import new_id
from core.platform.access.tables import Membership, Person, TenantRecord
from core.platform.audit.tables import INSTALLATION
from core.platform.events.actions import is_address
from core.platform.signin import sessions
from core.platform.signin.accounts import person_by_email
from core.platform.signin.links import address, create_link
from core.platform.signin.rules import MAX_NAME, SET_UP_TTL, folded_email, is_name
from core.platform.signin.tables import FIRST_ADMIN, SignInSession
from core.settings import settings


@dataclass(frozen=True, slots=True)
class SetUp:
    """The one-time code of an admin, and the address that has it in itself."""

    person: str
    email: str
    code: str
    link: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class StaffMember:
    """One of the operator's people."""

    name: str
    email: str | None
    role: str
    active: bool


def create_admin(email: str, name: str) -> SetUp:
    """Create an admin of the operator, which is created too where it is missing; return the code to sign in with first."""
    email = folded_email(email)
    if not is_address(email):
        raise InvalidInputError("This is not an e-mail address.", hint="Write it like name@example.com.")
    if not is_name(name):
        raise InvalidInputError("The name is empty or too long.", hint=f"At most {MAX_NAME} characters.")
    if person_by_email(email) is not None:
        raise ConflictError(
            f"There is a person with the address {email} already.",
            hint=f"For a new code: aura admin reset --email {email}",
        )
    person = create_person(f"p-{new_id()}", name.strip(), email=email)
    operator = operator_tenant()
    if operator is None:
        title = settings().operator_name
        slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:50] or "operator"
        create_tenant(person, f"{slug}-operator", title, kind="operator", role="admin")
    else:
        add_member(operator, person, "admin")
    return _set_up(person, email)


def reset_admin(email: str) -> SetUp:
    """Make a new code for an admin or manager of the operator: password and second factor are chosen anew when it is used."""
    person = person_by_email(email)
    operator = operator_tenant()
    role = None
    if person is not None and operator is not None:
        with TenantSession(operator, person, system=True) as session:
            role = session.scalar(
                select(Membership.role).where(
                    Membership.person_id == person, Membership.tenant_id == operator
                )
            )
    if person is None or role not in {"admin", "manager"}:
        raise NotFoundError(
            "There is no admin or manager with this address.", hint="aura people list shows who there is."
        )
    return _set_up(person, folded_email(email))


def staff() -> list[StaffMember]:
    """List the people of the operator, by name."""
    operator = operator_tenant()
    if operator is None:
        return []
    with TenantSession(operator, "", system=True) as session:
        query = (
            select(Person.name, Person.email, Membership.role, Person.active)
            .join(Membership, Membership.person_id == Person.id)
            .where(Membership.tenant_id == operator)
            .order_by(Person.name)
        )
        return [StaffMember(*row) for row in session.execute(query)]


def end_sign_ins(email: str | None) -> int:
    """End all sign-in sessions of the person with this address, or everybody's; return how many."""
    if email is None:
        return _end_everybody()
    person = person_by_email(email)
    if person is None:
        raise NotFoundError("There is nobody with this address.", hint="aura people list shows who there is.")
    with TenantSession(INSTALLATION, person) as session:
        count = sessions.end_others(session, None)
        sessions.audit(session, "sign_in.end_all", sessions=count)
        session.commit()
    return count


def operator_tenant() -> str | None:
    """Return the id of the company that runs this installation; None before there is one. A demo's is none."""
    with TenantSession("", "") as session:
        tenant = session.scalar(select(func.operator_tenant(type_=Id)))
    if tenant is None:
        return None
    with TenantSession(str(tenant), "", system=True) as session:
        is_demo = session.scalar(select(TenantRecord.is_demo).where(TenantRecord.id == tenant))
    return None if is_demo else str(tenant)


def _end_everybody() -> int:
    engine = create_engine(owner_url(), poolclass=NullPool)
    with engine.begin() as connection:
        result = connection.execute(
            update(SignInSession).where(SignInSession.revoked_at.is_(None)).values(revoked_at=clock.now())
        )
        count = result.rowcount
    engine.dispose()
    with TenantSession(INSTALLATION, "") as session:
        sessions.audit(session, "sign_in.end_all", person="everybody", sessions=count)
        session.commit()
    return count


def _set_up(person: str, email: str) -> SetUp:
    with TenantSession(INSTALLATION, person) as session:
        link, token = create_link(session, FIRST_ADMIN, SET_UP_TTL, person=person)
        sessions.audit(session, "password.ask", by="command line")
        session.commit()
        return SetUp(person, email, token, address(FIRST_ADMIN, token), link.expires_at)
