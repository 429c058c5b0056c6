"""Create tenants and people: the only writes that happen before there is a Context to enter.

They belong to the operator of an installation (command line, demo), never to a page; whoever may read the
database's secret may call them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from core.db.base import app_engine
from core.db.session import TenantSession
from core.db.turns import Turn, advisory_lock
from core.errors import ConflictError, InvalidInputError
from core.kit import clock
from core.kit.ids import new_id
from core.platform.access.actions import enter
from core.platform.access.rules import ROLES
from core.platform.access.tables import Membership, Person, TenantRecord
from core.platform.access.views import person_by_handle
from core.platform.audit.actions import record
from core.platform.audit.tables import INSTALLATION
from core.platform.audit.writing import append_later
from core.schema import target_schema

SEED_LOCK = 7_204_514  # any number: the advisory lock that lets one process at a time seed the demo's cast
_SEEDING = Turn("is seeding the demo's people", patience=60.0)
_SLUG = re.compile(r"^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$")


def create_person(handle: str, name: str, *, is_demo: bool = False, email: str | None = None) -> str:
    """Create a person; return the id. ConflictError where the handle or the e-mail address is taken."""
    _check_slug(handle, "A handle")
    person = new_id()
    with TenantSession(INSTALLATION, person) as session:
        session.add(
            Person(id=person, name=name, handle=handle, email=email, is_demo=is_demo, created_at=clock.now())
        )
        try:
            session.flush()
        except IntegrityError:
            raise ConflictError(
                f"There is a person {handle!r} already, or one with this e-mail address.", handle=handle
            ) from None
        facts: dict[str, object] = {"is_demo": is_demo}
        append_later(session, "person.create", "person", person, reason=None, facts=facts)
        session.commit()
    return person


def create_tenant(  # noqa: PLR0913  (one argument per column; all but three have a default)
    person: str,
    slug: str,
    name: str,
    *,
    domain: str = "restaurant",
    zone: str = "America/New_York",
    currency: str = "USD",
    country: str = "US",
    is_demo: bool = False,
    role: str = "manager",
    kind: str = "customer",
) -> str:
    """Create a tenant with `person` (id) as its first member; return the id. ConflictError where the slug is taken.

    `kind` 'operator' creates the company that runs the installation: one, and one more for its demo.
    """
    _check_slug(slug, "A tenant's slug")
    target_schema().domain(domain)
    tenant = new_id()
    with TenantSession(tenant, person, system=True) as session:
        session.add(
            TenantRecord(
                id=tenant,
                name=name,
                slug=slug,
                domain=domain,
                is_demo=is_demo,
                zone=zone,
                currency=currency,
                country=country,
                kind=kind,
                created_at=clock.now(),
            )
        )
        try:
            session.flush()
        except IntegrityError:
            raise ConflictError(
                f"There is a tenant {slug!r} already.", hint="Choose another slug.", slug=slug
            ) from None
        session.add(Membership(tenant_id=tenant, person_id=person, role=role))
        _note_role(session, person, None, role)
        session.commit()
    with enter(person, tenant) as context:
        record(context, "tenant.create", "tenant", tenant, slug=slug, domain=domain)
        context.session.commit()
    return tenant


def add_member(tenant: str, person: str, role: str) -> None:
    """Set the role of a person (id) in a tenant (id)."""
    if role not in ROLES:
        raise InvalidInputError(f"There is no role {role!r}.", hint=f"Use one of {', '.join(ROLES)}.")
    with TenantSession(tenant, person, system=True) as session:
        before = session.scalar(select(Membership.role).where(Membership.person_id == person))
        session.merge(Membership(tenant_id=tenant, person_id=person, role=role))
        if before != role:
            _note_role(session, person, before, role)
        session.commit()


def _note_role(session: TenantSession, person: str, before: str | None, role: str) -> None:
    facts: dict[str, object] = {"was": before, "now": role}
    append_later(session, "membership.set", "person", person, reason=None, facts=facts)


def find_or_create_person(handle: str, name: str, *, is_demo: bool = False) -> str:
    return person_by_handle(handle) or create_person(handle, name, is_demo=is_demo)


@contextmanager
def seeding() -> Iterator[None]:
    """Exclude other processes from seeding the demo's people and tenants inside the block."""
    with (
        app_engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection,
        advisory_lock(connection, SEED_LOCK, _SEEDING),
    ):
        yield


def has_people() -> bool:
    """Return whether this installation has any person at all."""
    with TenantSession("", "") as session:
        return bool(session.scalar(select(func.somebody_is_there())))


def tenant_id(person: str, slug: str) -> str | None:
    """Return the id of the tenant with this slug; None unless the person (id) is a member of it."""
    with TenantSession("", person) as session:
        return session.scalar(select(TenantRecord.id).where(TenantRecord.slug == slug))


def _check_slug(text: str, subject: str) -> None:
    if not _SLUG.match(text):
        raise InvalidInputError(
            f"{subject} cannot be {text!r}.", hint="Use small letters, digits and hyphens, at most 63."
        )
