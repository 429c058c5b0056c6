"""Where a command sits down to work: a database that is up to date, a person, a tenant."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager

from core.context import Context, Tenant
from core.db.migrate import migrate
from core.db.session import TenantSession
from core.engine.mapping.shared import SCRIPTED
from core.engine.sources import views as sources
from core.entry.tenants import somebody_is_there
from core.errors import InvalidInputError, NotFoundError
from core.kit import clock
from core.kit.ids import new_id
from core.platform.access.actions import enter
from core.platform.access.rules import ROLES
from core.platform.access.views import person_by_handle, places


def sit_down(handle: str) -> str:
    """Brings the database up to date; the id of the person with this handle.

    An installation without anybody gets the cast of the demo, so that the first command of a first look works.
    """
    migrate()
    if not somebody_is_there():
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
    """The id of the migration whose id begins so, or else of the newest that is called so."""
    every = sources.migrations(context)
    begun = [one.id for one in every if one.id.startswith(said)]
    if len(begun) > 1:
        raise InvalidInputError(f"{len(begun)} migrations begin with {said}.", hint="Give more of the id.")
    found = begun or [one.id for one in every if one.name == said]
    if not found:
        raise NotFoundError(
            f"There is no migration {said!r}.", hint="Give its name, or a beginning of its id."
        )
    return found[0]


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
        session.info["acting"] = True
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
