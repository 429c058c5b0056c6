"""Where a command sits down to work: a database that is up to date, a person, a tenant."""

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
from core.entry.tenants import seeding, somebody_is_there
from core.errors import InvalidInputError, NotFoundError
from core.kit import clock
from core.kit.ids import new_id
from core.kit.wording import counted, moment
from core.platform.access.actions import enter
from core.platform.access.rules import ROLES
from core.platform.access.views import person_by_handle, places
from core.platform.audit.actions import UNRECORDED


def sit_down(handle: str) -> str:
    """Brings the database up to date; the id of the person with this handle.

    An installation without anybody gets the cast of the demo, so that the first command of a first look works.
    """
    migrate()
    with seeding():
        is_new = not somebody_is_there()
    if is_new:
        from core.entry.demo import seed_cast  # noqa: PLC0415  (pulls in the whole engine, once in a lifetime)

        seed_cast()
    person = person_by_handle(handle)
    if person is None:
        raise NotFoundError(
            f"There is no person {handle!r}.",
            hint=f"Name one with --as or AURA_PERSON, or make one: aura person create {handle} --name …",
        )
    return person


@contextmanager
def at_tenant(given: Namespace) -> Iterator[Context]:
    """The Context of --as in --tenant; a tenant that is not there is refused with the way to make it."""
    person = sit_down(given.person)
    if given.tenant not in {name for place in places(person) for name in (place.slug, place.tenant_id)}:
        raise NotFoundError(
            f"There is no tenant {given.tenant!r} for {given.person}.",
            hint=f"Make it: aura tenant create {given.tenant} --name …",
        )
    with enter(person, given.tenant) as context:
        yield context


def migration_called(context: Context, said: str) -> str:
    """The id of the migration that `said` names: its id, a beginning of it, or its name.

    InvalidInputError lists the ids and times of several that it may mean; NotFoundError where it means none.
    """
    every = sources.migrations(context)
    meant = [one for one in every if one.id == said] or [
        one for one in every if one.id.startswith(said) or one.name == said
    ]
    if len(meant) > 1:
        listed = (f"{one.id} (created {moment_of(context, one.created_at)})" for one in meant)
        raise InvalidInputError(
            f"{counted(len(meant), 'migration')} are meant by {said!r}: {', '.join(listed)}.",
            hint="Give the id.",
            migrations=[one.id for one in meant],
        )
    if not meant:
        raise NotFoundError(
            f"There is no migration {said!r}.", hint="Give its name, or a beginning of its id."
        )
    return meant[0].id


def moment_of(context: Context, at: datetime) -> str:
    """A time as the tenant's people read it, with its zone: '26 Nov, 09:14 EST'."""
    return moment(at, context.tenant.zone, context.now)


@contextmanager
def in_scratch(domain: str) -> Iterator[Context]:
    """A Context in a tenant that exists inside one transaction only: whatever is done in it, nothing is kept.

    The session says that an action is under way, so the actions called in it join that transaction, and nobody
    commits it.
    """
    migrate()
    tenant = Tenant(
        new_id(), "Scratch", "scratch", domain, is_demo=True, zone="UTC", currency="USD", country="US"
    )
    with TenantSession(tenant.id, new_id()) as session:
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
