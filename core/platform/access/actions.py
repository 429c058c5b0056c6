"""Entering a tenant, and the guard on every action and view."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Concatenate, NoReturn, ParamSpec, TypeVar

from psycopg.errors import InvalidTextRepresentation
from sqlalchemy import Select, Text, cast, func, select
from sqlalchemy.exc import DataError

from core.context import Context, Tenant
from core.db.session import TenantSession
from core.db.types import Id
from core.errors import AppError, InvalidInputError, NotAllowedError, NotFoundError
from core.kit import clock
from core.platform.access.colleagues import who_may
from core.platform.access.refusals import refusal_of
from core.platform.access.rules import ARCHIVED, PERMISSIONS, permissions_of
from core.platform.access.services import is_switched_off, without_switched_off
from core.platform.access.sign_in_state import require_session, require_sign_in
from core.platform.access.tables import Person, TenantRecord
from core.platform.audit.actions import note, reading

P = ParamSpec("P")
R = TypeVar("R")
Guarded = Callable[Concatenate[Context, P], R]


@contextmanager
def enter(person: str, tenant: str, *, sign_in: str | None = None) -> Iterator[Context]:
    """Enter a tenant (id or slug) as a person (id); what no action committed is rolled back at the end.

    Raises NotFoundError alike for a tenant that does not exist and for one that the person does not reach.
    `sign_in` is the sign-in session (id) of a person at the console; NotSignedInError where it has ended.
    """
    with TenantSession(tenant="", person=person) as session:
        if sign_in is not None:
            require_session(session, sign_in)
        row = session.execute(_find_reached(tenant, person)).first()
        session.expunge_all()  # a refresh would look the record up under no tenant
        session.rollback()
        if row is None or row.role is None:
            raise NotFoundError(f"There is no tenant {tenant!r} for you.", hint="Choose one of your tenants.")
        yield _context(session, row[0], person, row.name or "", row.role, sign_in, row.own_zone)


@contextmanager
def enter_as_worker(tenant: str, person: str) -> Iterator[Context]:
    """Enter a tenant as the worker process, on behalf of the person (id) who asked for the work."""
    with TenantSession(tenant=tenant, person=person, system=True) as session:
        record = session.get(TenantRecord, tenant)
        session.expunge_all()  # a refresh would look the record up under no tenant
        session.rollback()
        if record is None:
            raise NotFoundError("The tenant of this run is gone.")
        yield _context(session, record, person, "worker", "worker")


def _find_reached(tenant: str, person: str) -> Select[TenantRecord, str, str, str]:
    """Select a tenant (id or slug) with the person's role there, name and zone: one question at every click."""
    by_id = len(tenant) == 36 and tenant.count("-") == 4
    name = select(Person.name).where(Person.id == person).scalar_subquery()
    role = func.reached_role(cast(TenantRecord.id, Id), type_=Text)
    zone = select(Person.zone).where(Person.id == person).scalar_subquery()
    query = select(TenantRecord, role.label("role"), name.label("name"), zone.label("own_zone"))
    return query.where(TenantRecord.id == tenant if by_id else TenantRecord.slug == tenant)


def _context(
    session: TenantSession,
    record: TenantRecord,
    person: str,
    name: str,
    role: str,
    sign_in: str | None = None,
    own_zone: str | None = None,
) -> Context:
    """Make the context; `own_zone` is the person's, for what is the operator's: a customer keeps its own."""
    session.tenant = record.id
    is_operator = record.kind == "operator"
    tenant = Tenant(
        record.id,
        record.name,
        record.slug,
        record.domain,
        record.is_demo,
        own_zone if is_operator and own_zone else record.zone,
        record.currency,
        record.country,
        record.kind,
        is_archived=record.archived_at is not None,
    )
    permissions = without_switched_off(permissions_of(role, is_demo=record.is_demo))
    if tenant.is_archived and role != "worker":
        permissions &= ARCHIVED
    return Context(session, tenant, person, name, role, permissions, clock.now(), sign_in=sign_in)


def require(context: Context, permission: str) -> None:
    """Raise NotAllowedError unless the role has the permission; the refusal is noted in the audit log.

    One that is switched off in this installation is refused to everybody.
    """
    if is_switched_off(permission):
        raise NotAllowedError(
            "Migration services are switched off in this installation.",
            hint="Whoever operates it sets MIGRATION_SERVICES_ENABLED.",
            permission=permission,
        )
    if not context.may(permission):
        note(context, "access.refused", "permission", permission, role=context.role)
        people = who_may(context, permission)
        raise NotAllowedError(
            refusal_of(context.role, permission, [(colleague.name, colleague.role) for colleague in people]),
            hint="" if people else "Ask a manager.",
            permission=permission,
        )


def action(permission: str) -> Callable[[Guarded[P, R]], Guarded[P, R]]:
    """Guard a write: check the permission, then commit once; any error rolls all of it back.

    An action that calls another one commits with the outermost.
    """
    return _guard(permission, commits=True)


def view(permission: str) -> Callable[[Guarded[P, R]], Guarded[P, R]]:
    """Guard a read; what it noted of personal values shown is committed before they leave."""
    return _guard(permission, commits=False)


@contextmanager
def _readable_texts() -> Iterator[None]:
    """Raise InvalidInputError for a text that the database cannot store: with NUL, or half a character.

    NotFoundError for an id that is none, as it stands in an address that a person typed.
    """
    try:
        yield
    except DataError as error:
        if isinstance(error.orig, InvalidTextRepresentation) and "uuid" in str(error.orig):
            raise NotFoundError(
                "There is nothing of this id.", hint="Choose from the list instead."
            ) from None
        if "NUL" not in str(error.orig) and "\\u0000" not in str(error.orig):
            raise
        _refuse_text("a NUL character")
    except UnicodeEncodeError:
        _refuse_text("half of a character")


def _refuse_text(fault: str) -> NoReturn:
    raise InvalidInputError(f"The text has {fault}.", hint="Type it again instead of pasting it.") from None


def _read(context: Context, function: Guarded[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Read; after a refusal that failed in the database, the session of a view reads on."""
    try:
        with _readable_texts(), reading(context):
            return function(context, *args, **kwargs)
    except AppError as error:
        if isinstance(error.__context__, DataError) and not context.session.info.get("acting"):
            context.session.rollback()
        raise


def _guard(permission: str, *, commits: bool) -> Callable[[Guarded[P, R]], Guarded[P, R]]:
    if permission not in PERMISSIONS:
        raise ValueError(f"{permission!r} is not a permission of any role")

    def decorate(function: Guarded[P, R]) -> Guarded[P, R]:
        @functools.wraps(function)
        def guarded(context: Context, /, *args: P.args, **kwargs: P.kwargs) -> R:
            require(context, permission)
            if not commits or context.session.info.get("acting"):
                return _read(context, function, *args, **kwargs)
            context.session.info["acting"] = True
            try:
                with _readable_texts():
                    require_sign_in(context)
                    result = function(context, *args, **kwargs)
                    require_sign_in(context, hold=True)
                    context.session.commit()
            except BaseException:
                context.session.rollback()
                raise
            finally:
                context.session.info.pop("acting", None)
            return result

        guarded.__dict__.update(permission=permission, commits=commits)  # read by the tests over all actions
        return guarded

    return decorate
