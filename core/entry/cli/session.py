"""Open a command's session: a database that is up to date, a person, a tenant."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from core.context import Context, Tenant
from core.db.migrate import migrate
from core.db.session import TenantSession
from core.engine.mapping.learning_scope import SCRIPTED
from core.engine.sources import views as sources
from core.entry.tenants import has_people, seeding
from core.errors import InvalidInputError, NotFoundError
from core.kit import clock
from core.kit.ids import new_id
from core.kit.wording import counted, moment
from core.platform.access.actions import enter
from core.platform.access.rules import ROLES
from core.platform.access.views import person_by_email, person_by_handle, tenants_of
from core.platform.audit.actions import UNRECORDED


def sign_in(handle: str) -> str:
    """Bring the database up to date and return the id of the person with this handle or e-mail address.

    An installation without anybody gets the cast of the demo, so that the first command of a first look works.
    """
    migrate()
    with seeding():
        is_new = not has_people()
    if is_new:
        from core.entry.demo import seed_cast  # noqa: PLC0415  (pulls in the whole engine, once in a lifetime)

        seed_cast()
    person = person_by_email(handle) if "@" in handle else person_by_handle(handle)
    if person is None:
        raise NotFoundError(
            f"There is no person {handle!r}.",
            hint=f"Name one with --as or AURA_PERSON, or make one: aura person create {handle} --name …",
        )
    return person


@contextmanager
def tenant_session(args: Namespace) -> Iterator[Context]:
    """Open the Context of --as in --tenant. NotFoundError for a missing tenant names the command that creates it."""
    person = sign_in(args.person)
    if args.tenant not in {name for tenant in tenants_of(person) for name in (tenant.slug, tenant.tenant_id)}:
        raise NotFoundError(
            f"There is no tenant {args.tenant!r} for {args.person}.",
            hint=f"Make it: aura tenant create {args.tenant} --name …",
        )
    with enter(person, args.tenant) as context:
        yield context


def resolve_migration(context: Context, text: str) -> str:
    """Return the id of the migration that `text` names: its id, a beginning of it, or its name.

    InvalidInputError lists the ids and times of several that match; NotFoundError where none does.
    """
    migrations = sources.migrations(context)
    matches = [migration for migration in migrations if migration.id == text] or [
        migration for migration in migrations if migration.id.startswith(text) or migration.name == text
    ]
    if len(matches) > 1:
        candidates = (
            f"{migration.id} (created {moment_of(context, migration.created_at)})" for migration in matches
        )
        raise InvalidInputError(
            f"{counted(len(matches), 'migration')} are meant by {text!r}: {', '.join(candidates)}.",
            hint="Give the id.",
            migrations=[migration.id for migration in matches],
        )
    if not matches:
        raise NotFoundError(
            f"There is no migration {text!r}.", hint="Give its name, or a beginning of its id."
        )
    return matches[0].id


def moment_of(context: Context, at: datetime) -> str:
    """Format a time in the tenant's zone: '26 Nov, 09:14 EST'."""
    return moment(at, context.tenant.zone, context.now)


@contextmanager
def scratch_session(domain: str) -> Iterator[Context]:
    """Open a Context in a tenant that exists inside one transaction only, which is rolled back at the end.

    The session says that an action is under way, so the actions called in it join that transaction, and nobody
    commits it.
    """
    migrate()
    tenant = Tenant(
        new_id(), "Scratch", "scratch", domain, is_demo=True, zone="UTC", currency="USD", country="US"
    )
    with TenantSession(tenant.id, new_id(), system=True) as session:
        session.info["acting"] = session.info[UNRECORDED] = True
        context = Context(
            session,
            tenant,
            session.person,
            "Scratch",
            "manager",
            ROLES["manager"],
            clock.now(),
            {SCRIPTED: "scratch"},
        )
        yield context
        session.rollback()
